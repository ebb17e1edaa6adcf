/**
 * What was seen of the processes of tasks, from `ptrace_*.log`: trees of them, also across nodes, where a program of Open
 * MPI or a step of Slurm started its part on another one. QCG-PilotJob writes such files, and so do we.
 *
 * @module
 */

import { RecordFormatError } from "./report_record.ts";
import type { TextFile } from "./foreign_run.ts";

/** A process as it was seen last; what is unknown is absent. */
export interface SeenProcess {
  readonly pid: number;
  readonly node?: string;
  readonly name?: string;
  readonly cmdline: readonly string[];
  readonly parent?: number;
  readonly parentName?: string;
  /** When it began, as it is written, in local time. */
  readonly created?: string;
  readonly affinity?: readonly number[];
  readonly cpuTimes?: readonly number[];
  readonly memory?: readonly number[];
  readonly memoryPercent?: number;
  readonly children: readonly number[];
  /** The step of Slurm that it started. */
  readonly step?: string;
}

/** A process in a tree. */
export interface TreeProcess extends SeenProcess {
  /** How far it is below the first. */
  readonly level: number;
}

/** The processes of all nodes. */
export class ProcessTrees {
  readonly #nodes: Map<string, Map<number, SeenProcess>> = new Map();

  /**
   * Reads files.
   *
   * @throws {RecordFormatError} If one is not what it should be.
   */
  constructor(files: readonly TextFile[]) {
    for (const { path, text } of files) this.#read(path, text);
  }

  /** A process, on a node, or on the first that has one with this number. */
  find(pid: number, node?: string): SeenProcess | undefined {
    if (node !== undefined) return this.#nodes.get(node)?.get(pid);
    for (const processes of this.#nodes.values()) {
      const found = processes.get(pid);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A process and all below it, each once, parents first. */
  *below(root: SeenProcess): Generator<TreeProcess, void, void> {
    const seen = new Set<SeenProcess>();
    const open: { process: SeenProcess; level: number; step: string | undefined }[] = [
      { process: root, level: 0, step: root.step },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { process, level, step } = next;
      if (seen.has(process)) continue;
      seen.add(process);
      yield { ...process, level };
      const children = [
        ...process.children.flatMap((pid) => this.find(pid, process.node) ?? []),
        ...this.#elsewhere(process, step),
      ];
      for (const child of children.toReversed()) {
        open.push({ process: child, level: level + 1, step: step ?? child.step });
      }
    }
  }

  /** What an `srun` has started on other nodes: daemons of Open MPI with its number, or the daemons of its step. */
  #elsewhere({ name, cmdline, step: own }: SeenProcess, step: string | undefined): SeenProcess[] {
    if (name !== "srun") return [];
    const job = cmdline.includes("orted") ? argumentOf(cmdline, "ess_base_jobid") : undefined;
    if (job !== undefined) return this.#all("orted", (args) => argumentOf(args, "ess_base_jobid") === job);
    const wanted = step ?? own;
    if (wanted === undefined) return [];
    return this.#all(
      "slurmstepd",
      (args) => argumentOf(wordsOf(args), "slurmstepd:")?.replace(/^\[|\]$/g, "") === wanted,
    );
  }

  #all(wanted: string, isIt: (cmdline: readonly string[]) => boolean): SeenProcess[] {
    return [...this.#nodes.values()].flatMap((processes) =>
      [...processes.values()].filter(({ name, cmdline }) => name === wanted && isIt(cmdline))
    );
  }

  #read(path: string, text: string): void {
    let value: { readonly node?: unknown; readonly pids?: unknown } | null;
    try {
      value = JSON.parse(text);
    } catch {
      throw new RecordFormatError(`Cannot read ${path}: it is no JSON`);
    }
    const { node, pids } = value ?? {};
    if (typeof node !== "string" || typeof pids !== "object" || pids === null) {
      throw new RecordFormatError(`Cannot read ${path}: it is no record of processes, which has a node and pids`);
    }
    const processes = this.#nodes.get(node) ?? new Map<number, SeenProcess>();
    this.#nodes.set(node, processes);
    for (const [pid, seen] of Object.entries(pids)) processes.set(Number(pid), readProcess(Number(pid), node, seen));
  }
}

function readProcess(pid: number, node: string, seen: Record<string, unknown>): SeenProcess {
  const text = (key: string) => typeof seen[key] === "string" ? seen[key] as string : undefined;
  const numbers = (key: string) => Array.isArray(seen[key]) ? (seen[key] as unknown[]).map(Number) : undefined;
  const [name, parentName, created, step] = ["name", "parent_name", "created", "slurm_step_id"].map(text);
  const [affinity, cpuTimes, memory] = ["cpu_affinity", "cpu_times", "memory_info"].map(numbers);
  const { cmdline, parent, memory_percent: percent } = seen;
  return {
    ...{ pid, node: text("node") ?? node, children: numbers("childs") ?? [] },
    cmdline: Array.isArray(cmdline) ? cmdline.map(String) : typeof cmdline === "string" ? [cmdline] : [],
    ...(name === undefined ? {} : { name }),
    ...(parentName === undefined ? {} : { parentName }),
    ...(created === undefined ? {} : { created }),
    ...(step === undefined ? {} : { step }),
    ...(affinity === undefined ? {} : { affinity }),
    ...(cpuTimes === undefined ? {} : { cpuTimes }),
    ...(memory === undefined ? {} : { memory }),
    ...(parent === undefined || parent === null ? {} : { parent: Number(parent) }),
    ...(typeof percent === "number" ? { memoryPercent: percent } : {}),
  };
}

/** The step daemon writes its command line as one string. */
function wordsOf(cmdline: readonly string[]): readonly string[] {
  return cmdline.length === 1 ? cmdline[0]!.split(/\s+/) : cmdline;
}

function argumentOf(cmdline: readonly string[], name: string): string | undefined {
  const index = cmdline.indexOf(name);
  return index < 0 ? undefined : cmdline[index + 1];
}
