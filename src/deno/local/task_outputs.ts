/**
 * The outputs of a task that runs, and their ends when it did not succeed: from the user's files, or from the spool.
 *
 * @module
 */

import { errorText } from "../../base/error_text.ts";
import { showBytes } from "../../base/shown_bytes.ts";
import type { Exit, Tails } from "../../core/exit.ts";
import type { LaunchPlan, OutputName } from "../../launch/plan.ts";
import { nodeFs } from "../host/node_modules.ts";
import { isRemote } from "../host/remote_paths.ts";
import type { LaunchFault } from "./launch_failure.ts";
import { heldStream } from "./held_stream.ts";
import { codeOf, type MayUse } from "./launch_prepare.ts";
import { canScan } from "./process_scan.ts";
import { type ReadEnd, readPart, Spool, type SpoolFile, type SpoolOptions } from "./spool.ts";

/** What is known of the outputs of a task from its start on. */
export interface TaskOutputs {
  /** The spooled standard output. */
  readonly stdout?: SpoolFile;
  /** The spooled standard error. */
  readonly stderr?: SpoolFile;
  /** Where the words of the task begin in its own files, where that is not at their beginning. */
  readonly begins?: Readonly<Partial<Record<OutputName, number>>>;
  /** Why an output without a file is not spooled. */
  readonly problem?: string;
}

const names = ["stdout", "stderr"] as const;
const noOutputs: TaskOutputs = {};

/** A task with its outputs. */
export interface WithOutputs {
  readonly plan: LaunchPlan;
  readonly outputs?: TaskOutputs;
}

/** Knows the outputs of the tasks of one launcher. */
export class OutputEnds {
  /** What has no file is kept there. */
  readonly spool: Spool;
  readonly #mayUse: MayUse;

  /** Opens nothing yet. */
  constructor(options: SpoolOptions) {
    this.spool = new Spool(options);
    this.#mayUse = options.mayUse ?? (() => true);
  }

  /** A task is about to start. Returns a fault when a file of the spool cannot be had just now. */
  begin(plan: LaunchPlan): TaskOutputs | LaunchFault {
    if (plan.tailBytes === undefined || plan.tailBytes === 0) return noOutputs;
    let problem: string | undefined;
    const taken: { stdout?: SpoolFile; stderr?: SpoolFile } = {};
    for (const name of names) {
      if (plan[name] !== undefined || problem !== undefined) continue;
      const file = this.spool.take(performance.now());
      if ("descriptor" in file) taken[name] = file;
      else if ("problem" in file) problem = file.problem;
      else {
        this.giveBack(taken);
        return { step: "program", code: file.code };
      }
    }
    const begins = plan.append && Object.fromEntries(plan.append.map((name) => [name, sizeOf(plan[name])]));
    return {
      ...taken,
      ...(begins === undefined ? {} : { begins }),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /**
   * A task is over.
   *
   * @param task The task, with what {@linkcode begin} gave.
   * @param exit How its main process ended.
   * @param wasStopped Whether it was asked to end.
   * @param isQuiet Whether nothing of it can write any more.
   * @returns The ends of its outputs; `undefined` where its plan asks for none, or it succeeded.
   */
  finish(task: WithOutputs, exit: Exit, wasStopped: boolean, isQuiet: boolean): Tails | undefined {
    const isSuccess = "code" in exit && exit.code === 0 && !wasStopped;
    const tails = isSuccess || !task.plan.tailBytes ? undefined : this.#read(task, task.plan.tailBytes);
    this.giveBack(task.outputs ?? noOutputs, isQuiet);
    return tails;
  }

  /** Gives back what a task had that did not start, or has ended. */
  giveBack({ stdout, stderr }: TaskOutputs, isQuiet = true): void {
    if (stdout !== undefined) this.spool.giveBack(stdout, isQuiet);
    if (stderr !== undefined) this.spool.giveBack(stderr, isQuiet);
  }

  #read({ plan, outputs = noOutputs }: WithOutputs, bytesMax: number): Tails {
    const tails: { -readonly [K in keyof Tails]: Tails[K] } = {};
    const problems = new Set<string>();
    for (const name of names) {
      const path = plan[name];
      if (name === "stderr" && path !== undefined && path === plan.stdout) continue;
      if (path !== undefined && isRemote(path)) continue; // It is read where nobody waits for it.
      try {
        const part = { begin: outputs.begins?.[name] ?? 0, bytesMax, held: heldStream(plan, name) };
        const end = path === undefined
          ? outputs[name] && this.spool.readEnd(outputs[name], bytesMax)
          : this.#readFile(path, part);
        if (end === undefined) problems.add(`what it said was not kept: ${outputs.problem}`);
        else tails[name] = showBytes(end.bytes, end.isCut);
      } catch (error) {
        const code = codeOf(error);
        problems.add(`cannot read ${path ?? name}: ${code === "UNKNOWN" ? errorText(error) : code}`);
      }
    }
    return problems.size === 0 ? tails : { ...tails, problem: [...problems].join("; ") };
  }

  #readFile(path: string, { begin, bytesMax, held }: FilePart): ReadEnd {
    if (!this.#mayUse("read", path)) throw new Deno.errors.NotCapable(`no read permission for ${path}`);
    // A pipe would wait, and a device never ends.
    if (!nodeFs().statSync(path).isFile()) throw new Error("it is no regular file");
    const { O_RDONLY, O_NONBLOCK } = nodeFs().constants;
    const descriptor = nodeFs().openSync(path, O_RDONLY | O_NONBLOCK);
    try {
      if (held !== undefined && !isAt(descriptor, held, this.#mayUse)) {
        throw new Error("it has become a link since the permission scope was checked");
      }
      const { size } = nodeFs().fstatSync(descriptor);
      const from = Math.max(begin, size - bytesMax);
      return { bytes: readPart(descriptor, from, size - from), isCut: from > begin };
    } finally {
      nodeFs().closeSync(descriptor);
    }
  }
}

/** What is read of a file. */
interface FilePart {
  /** Where the words of the task begin. */
  readonly begin: number;
  readonly bytesMax: number;
  /** Where the file must really be; anywhere when absent. */
  readonly held: string | undefined;
}

/**
 * Whether an open file is the one at a real path. Where Deno would ask the user before it lets that be seen, its path is
 * looked at once more.
 */
function isAt(descriptor: number, real: string, mayUse: MayUse): boolean {
  if (canScan()) return Deno.readLinkSync(`/proc/self/fd/${descriptor}`) === real;
  return mayUse("read", real) && Deno.realPathSync(real) === real;
}

/** The size of a file; 0 where there is none. */
function sizeOf(path: string | undefined): number {
  try {
    return path === undefined || isRemote(path) ? 0 : Deno.statSync(path).size;
  } catch {
    return 0;
  }
}
