/**
 * How the native launcher starts a process: what is prepared before, what is tried again, and what went wrong.
 *
 * What a permission scope holds a task to is opened here, one file after the other; of all other tasks each process
 * opens its own streams. It does so on this thread where tasks are tagged, which takes a third of a millisecond, else on
 * one where nobody waits for it.
 *
 * @module
 */

import type { LaunchPlan } from "../../../launch/plan.ts";
import { isRemote } from "../../host/remote_paths.ts";
import { nameError } from "../error_names.ts";
import type { LaunchFault } from "../launch_failure.ts";
import { unheldPaths } from "../held_stream.ts";
import { findFault, Folders, isNamedPipe, keepEarlierOutputs, mayWaitToOpen, Programs } from "../launch_prepare.ts";
import { bothLate, findLate, lateShell, openedLate } from "../late_streams.ts";
import type { TaskOutputs } from "../task_outputs.ts";
import { bindByTaskset, mayWaitForOthers } from "../taskset.ts";
import { closeHeld, type HeldLaunch, openHeld } from "./held_launch.ts";
import { EncodedEnvironments, type LaunchImage } from "./launch_image.ts";
import type { Libc, SpawnAddresses } from "./libc.ts";
import { PrivateDescriptors } from "./private_descriptors.ts";
import { RealPaths } from "./real_paths.ts";
import { ThreadMask } from "./thread_mask.ts";

/** Interprets scripts that have no first line, as `execvp` does. */
const defaultInterpreter = "/bin/sh";

/** A process that was started. */
export interface Begun {
  /** Its id. */
  readonly pid: number;
  /** When its start began. */
  readonly beginMs: number;
}

/** Starts a process so that it is known whatever it does. */
export interface TagGiver {
  /** Gives all that is started meanwhile the tag of a task. */
  tagged<T>(mark: string, start: () => T): T;
}

/** Starts processes by the C library. */
export class NativeStarts implements Disposable {
  readonly #libc: Libc;
  readonly #tags: TagGiver | undefined;
  readonly #environments = new EncodedEnvironments();
  readonly #folders = new Folders();
  readonly #programs = new Programs();
  readonly #descriptors = new PrivateDescriptors();
  #mask: ThreadMask | undefined;
  #paths: RealPaths | undefined;

  /** Uses an opened library, which stays with its owner. With tags every start is made on this thread. */
  constructor(libc: Libc, tags?: TagGiver) {
    this.#libc = libc;
    this.#tags = tags;
  }

  /** Makes folders and renames earlier outputs. What a scope holds is prepared as it is opened. */
  prepare(plan: LaunchPlan): LaunchFault | undefined {
    const unheld = unheldPaths(plan);
    return this.#folders.prepare(unheld) ?? keepEarlierOutputs(unheld);
  }

  /**
   * Starts a process.
   *
   * @param lane Memory that nobody else uses meanwhile.
   * @param outputs What is open for outputs without a file.
   */
  async start(given: LaunchPlan, lane: LaunchImage, outputs: TaskOutputs = {}): Promise<Begun | LaunchFault> {
    const { shared, own } = given.env;
    const path = own["PATH"] ?? this.#environments.of(shared).path;
    const plan = this.#bind(given, path);
    let file = this.#programs.find(plan.program, path);
    let beginMs = performance.now();
    let fault = await this.#begin(lane, plan, file, outputs);
    if (fault?.code === "ENOENT") {
      // A folder or a program that was there earlier may have gone, or come, since.
      this.#folders.forget();
      this.#programs.forget();
      const missing = this.#folders.prepare(unheldPaths(plan));
      if (missing !== undefined) return missing;
      file = this.#programs.find(plan.program, path);
      beginMs = performance.now();
      fault = await this.#begin(lane, plan, file, outputs);
    }
    return fault ?? { pid: lane.pid, beginMs };
  }

  /** Gives back what was opened for starts, but for the library. */
  [Symbol.dispose](): void {
    this.#mask?.[Symbol.dispose]();
    this.#paths?.[Symbol.dispose]();
    this.#descriptors[Symbol.dispose]();
  }

  async #begin(
    lane: LaunchImage,
    plan: LaunchPlan,
    file: string | undefined,
    outputs: TaskOutputs,
  ): Promise<LaunchFault | undefined> {
    const spooled = { stdout: outputs.stdout?.descriptor, stderr: outputs.stderr?.descriptor };
    const paths = plan.held && (this.#paths ??= new RealPaths());
    const held = paths && openHeld(plan, paths);
    if (held !== undefined && "code" in held) return held;
    try {
      const left = held?.plan ?? plan;
      const code = await this.#spawn(lane, left, file, { ...spooled, ...held?.streams }, held);
      return code === "" ? undefined : findFault(left, file, code);
    } finally {
      if (held !== undefined) closeHeld(held, paths!);
    }
  }

  /** Returns the name of the error, empty when there was none. */
  async #spawn(
    lane: LaunchImage,
    plan: LaunchPlan,
    file: string | undefined,
    open: SpawnAddresses["open"],
    held?: HeldLaunch,
  ): Promise<string> {
    if (file === undefined) return "ENOENT";
    const isPipe = this.#tags === undefined ? isNamedPipe : mayWaitToOpen;
    const sight = { isPipe, isRemote: held === undefined ? isRemote : () => false };
    const late = bothLate(findLate(plan, file, sight), held?.late);
    if (late !== undefined) {
      const { late: _, ...others } = held ?? {};
      return this.#spawn(lane, openedLate(plan, late, file), lateShell, open, held && others as HeldLaunch);
    }
    this.#descriptors.mark();
    const spawn = (file: string, args: readonly string[]) => {
      const image = lane.write(plan, file, args, this.#environments.of(plan.env.shared), open);
      if (this.#tags === undefined && plan.bindCpus === undefined) return this.#libc.spawn(image, held);
      const begin = () => this.#beginHere(plan, image, held);
      // All that is started meanwhile has the tag, so no other thread may start anything.
      return this.#tags === undefined ? begin() : this.#tags.tagged(plan.tag, begin);
    };
    let number = await spawn(file, plan.args);
    if (number !== 0 && nameError(number) === "ENOEXEC") number = await spawn(defaultInterpreter, [file, ...plan.args]);
    return number === 0 ? "" : nameError(number);
  }

  #beginHere({ bindCpus }: LaunchPlan, image: SpawnAddresses, held?: HeldLaunch): number {
    const begin = () => this.#libc.spawnHere(image, held);
    if (bindCpus === undefined) return begin();
    this.#mask ??= new ThreadMask();
    return this.#mask.during(bindCpus, begin);
  }

  /** A bound start holds up the event loop, and so must not wait for others: `taskset` does. */
  #bind(plan: LaunchPlan, path: string): LaunchPlan {
    if (plan.bindCpus === undefined || !mayWaitForOthers(plan, this.#programs.find(plan.program, path))) return plan;
    const { bindCpus: _, ...unbound } = bindByTaskset(plan, this.#programs, () => path);
    return unbound;
  }
}
