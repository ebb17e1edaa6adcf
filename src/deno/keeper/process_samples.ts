/**
 * Looks at all processes of tasks once a second, and writes at the end what was seen of each: a file that the report tools
 * of QCG-PilotJob read. Told of a process is what was seen last.
 *
 * @module
 */

import { type SeenProcess, statFields } from "../local/process_scan.ts";
import { parseCpus } from "../../launch/binding.ts";
import { findLiving } from "./process_tree.ts";

/** Time between two looks, in milliseconds. */
const sampleMs = 1000;
/** The most processes that are kept; nothing is told of later ones. */
const processesMax = 100_000;
/** Clock ticks in a second, and bytes of a page: the same on every Linux that Deno runs on. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** One process, by the names that the report tools know. */
interface Sample {
  readonly created: string;
  readonly pid: number;
  readonly node: string;
  readonly parent: number;
  readonly parent_name: string;
  name: string;
  cmdline: readonly string[];
  readonly cpu_affinity: readonly number[];
  cpu_times: readonly number[];
  memory_percent: number;
  memory_info: readonly number[];
  last: string;
  readonly childs: number[];
}

/** Samples the processes of one node. */
export class ProcessSamples {
  readonly #node = Deno.env.get("SLURMD_NODENAME") ?? Deno.hostname();
  readonly #directory: string;
  readonly #samples = new Map<string, Sample>();
  readonly #bootMs: number = 1000 * Number(/^btime ([0-9]+)$/m.exec(read("/proc/stat"))?.[1] ?? 0);
  readonly #memoryKiB = Number(/^MemTotal:\s*([0-9]+)/m.exec(read("/proc/meminfo"))?.[1] ?? 1);
  #dueMs = 0;

  /** Samples this node; the file will come into a directory. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** When to look again. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** Looks at all processes below this one, the guard left out. */
  look(nowMs: number, guard: number): void {
    this.#dueMs = nowMs + sampleMs;
    const last = formatTime(Date.now());
    const seen = findLiving([Deno.pid]).filter(({ pid, parent }) => ![pid, parent].includes(guard) && pid !== Deno.pid);
    for (const process of seen) this.#take(process, last);
    for (const { pid, parent } of seen) {
      const children = this.#newestOf(parent, seen)?.childs;
      if (children !== undefined && !children.includes(pid)) children.push(pid);
    }
  }

  /** Writes the file; what keeps it from that is the user's to know. */
  write(): void {
    const pids = Object.fromEntries(Array.from(this.#samples.values(), (sample) => [sample.pid, sample]));
    const path = `${this.#directory}/ptrace_${this.#node}_${formatTime(Date.now())}_${Deno.pid}.log`;
    try {
      Deno.writeTextFileSync(path, `${JSON.stringify({ node: this.#node, pids })}\n`);
    } catch (error) {
      console.error(`qcgpj-keeper: cannot write ${path}: ${error instanceof Error ? error.message : error}`);
    }
  }

  #newestOf(pid: number, seen: readonly SeenProcess[]): Sample | undefined {
    const process = seen.find((one) => one.pid === pid);
    return process && this.#samples.get(keyOf(process));
  }

  #take(process: SeenProcess, last: string): void {
    const { pid, parent, startTicks } = process;
    const known = this.#samples.get(keyOf(process));
    const now = { ...lookAt(pid, this.#memoryKiB), last };
    // A new process shows the program of its parent until it has loaded its own.
    if (known !== undefined) Object.assign(known, now.cmdline.length === 0 ? { last } : now);
    else if (this.#samples.size < processesMax) {
      const made = {
        created: formatTime(this.#bootMs + 1000 * startTicks / ticksPerSecond),
        ...{ pid, node: this.#node, parent, parent_name: nameOf(parent) },
      };
      this.#samples.set(keyOf(process), { ...made, ...now, cpu_affinity: affinityOf(pid), childs: [] });
    }
  }
}

function keyOf({ pid, startTicks }: SeenProcess): string {
  return `${pid} ${startTicks}`;
}

function nameOf(pid: number): string {
  return read(`/proc/${pid}/comm`).trimEnd();
}

function lookAt(pid: number, memoryKiB: number) {
  const fields = statFields(read(`/proc/${pid}/stat`));
  const pages = read(`/proc/${pid}/statm`).trimEnd().split(" ").map(Number);
  const [size = 0, resident = 0, shared = 0, text = 0, library = 0, own = 0, dirty = 0] = pages;
  return {
    name: nameOf(pid),
    cmdline: read(`/proc/${pid}/cmdline`).split("\0").slice(0, -1),
    cpu_times: [11, 12, 13, 14, 39].map((field) => Number(fields[field] ?? 0) / ticksPerSecond),
    memory_percent: 100 * resident * pageBytes / 1024 / memoryKiB,
    memory_info: [resident, size, shared, text, library, own, dirty].map((count) => count * pageBytes),
  };
}

function affinityOf(pid: number): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? "";
  return parseCpus(list).slice();
}

/** As Python writes a time. */
function formatTime(ms: number): string {
  const at = new Date(ms);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
  return `${day} ${time}.${String(at.getMilliseconds()).padStart(3, "0")}000`;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // It has ended.
  }
}
