/**
 * Starts the processes of launch plans, one after another, in place.
 *
 * A start that fails because something is used up (processes, memory, descriptors) is weather: the launch waits until
 * another task has ended, or for a pause that grows, and is tried again. Only when no task of the keeper runs, and it
 * still fails after a while, does it fail.
 *
 * @module
 */

import type { AttemptNumber } from "../../agent/messages.ts";
import { ownSerial, serialsMax, tagOf } from "../../agent/tag.ts";
import type { StartFailure } from "../../core/exit.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import { nameError } from "../local/error_names.ts";
import { explainStartFailure, findUnpassable, type LaunchFault } from "../local/launch_failure.ts";
import { unheldPaths } from "../local/held_stream.ts";
import { findFault, Folders, keepEarlierOutputs, Programs } from "../local/launch_prepare.ts";
import { EncodedEnvironments, LaunchImage } from "../local/native/launch_image.ts";
import { closeHeld, type HeldLaunch, openHeld } from "../local/native/held_launch.ts";
import { RealPaths } from "../local/native/real_paths.ts";
import { ThreadMask } from "../local/native/thread_mask.ts";
import { goneMsMax } from "../local/cleanup.ts";
import { Standstill } from "../local/standstill.ts";
import type { OutputEnds, TaskOutputs } from "../local/task_outputs.ts";
import { processLimits, ProcessRoom } from "../local/process_room.ts";
import { openedLate } from "../local/late_streams.ts";
import { isUsedUp, Patience } from "../local/weather.ts";
import type { Kernel } from "./kernel.ts";
import { errors } from "./kernel_numbers.ts";
import type { OpenStreams, Streams } from "./streams.ts";
import type { Task } from "./task.ts";

/** Interprets scripts that have no first line, as `execvp` does. */
const shell = "/bin/sh";
/** Descriptors that a start needs for a moment, and those that the keeper has beside its tasks'. */
const descriptorsSpare = 32;

/** A launch to perform. */
export interface Order extends AttemptNumber {
  /** The node that it is addressed to. */
  readonly node: number;
  readonly plan: LaunchPlan;
  /** Whether it was tried, and waits for something that was used up. */
  isLate?: boolean;
}

/** What came of a start: a task, a failure, or nothing yet. */
export type Started =
  | { readonly task: Task; readonly beginMs: number }
  | { readonly failure: StartFailure }
  | "later";

/** A process of a task, and where it reports what it could not prepare. */
type Begun = Pick<Task, "pid" | "report">;

/** Starts processes. */
export class TaskStarts {
  readonly #kernel: Kernel;
  readonly #streams: Streams;
  readonly #outputs: OutputEnds;
  readonly #family: string;
  readonly #environments: EncodedEnvironments;
  readonly #hasSerial: (serial: number) => boolean;
  readonly #folders = new Folders();
  readonly #programs = new Programs();
  readonly #image = new LaunchImage();
  /** Opened with the first task that a permission scope holds. */
  #paths: RealPaths | undefined;
  /** Opened with the first bound task. */
  #mask: ThreadMask | undefined;
  readonly #descriptorsMax: number;
  readonly #patience = new Patience();
  readonly #room: ProcessRoom;
  #serial = 0;

  /**
   * Begins.
   *
   * @param env The pilot's environment, which tasks inherit.
   * @param hasSerial Whether a serial number is in use.
   */
  constructor(
    kernel: Kernel,
    { streams, outputs }: { readonly streams: Streams; readonly outputs: OutputEnds },
    family: string,
    env: Readonly<Record<string, string>>,
    hasSerial: (serial: number) => boolean,
  ) {
    this.#kernel = kernel;
    this.#streams = streams;
    this.#outputs = outputs;
    this.#family = family;
    this.#environments = new EncodedEnvironments(() => env);
    this.#hasSerial = hasSerial;
    this.#room = new ProcessRoom(processLimits());
    this.#descriptorsMax = kernel.descriptorsMax() - descriptorsSpare;
  }

  /** How long to wait before what waits for something used up is tried again. */
  get pauseMs(): number {
    return this.#patience.pauseMs;
  }

  /**
   * Starts a process.
   *
   * @param running How many tasks of the keeper run.
   * @param reports How many of them are not ready to begin.
   */
  start(order: Order, running: number, reports: number): Started {
    const { plan } = order;
    const unheld = unheldPaths(plan);
    const fault = findUnpassable(plan, true) ?? this.#folders.prepare(unheld) ??
      (order.isLate === true ? undefined : keepEarlierOutputs(unheld));
    if (fault !== undefined) return { failure: explainStartFailure(plan, fault) };
    const serial = this.#nextSerial();
    const tag = tagOf(this.#family, serial);
    let beginMs = performance.now();
    const shortage = this.#findShortage(running, reports);
    const outputs = shortage ?? this.#outputs.begin(plan);
    if ("step" in outputs) return this.#explain(order, outputs, running);
    let begun = this.#begin(plan, tag, outputs);
    if ("code" in begun && begun.code === "ENOENT") {
      // A folder or a program that was there earlier may have gone, or come, since.
      this.#folders.forget();
      this.#programs.forget();
      const missing = this.#folders.prepare(unheld);
      beginMs = performance.now();
      begun = missing ?? this.#begin(plan, tag, outputs);
    }
    if ("code" in begun) {
      this.#outputs.giveBack(outputs);
      return this.#explain(order, begun, running);
    }
    this.#patience.succeeded();
    const descriptor = this.#kernel.openProcess(begun.pid);
    return { task: taskOf(order, { ...begun, serial, outputs, descriptor }), beginMs };
  }

  /** What there would soon be none left of. */
  #findShortage(running: number, reports: number): LaunchFault | undefined {
    if (running + reports + this.#outputs.spool.count >= this.#descriptorsMax) {
      return { step: "program", code: "EMFILE" };
    }
    return this.#room.take(running) ? undefined : { step: "program", code: "EAGAIN" };
  }

  #nextSerial(): number {
    do this.#serial = (this.#serial + 1) % serialsMax; while (
      this.#serial === ownSerial || this.#hasSerial(this.#serial)
    );
    return this.#serial;
  }

  /** Returns what was begun, or what went wrong. */
  #begin(plan: LaunchPlan, tag: bigint, outputs: TaskOutputs): Begun | LaunchFault {
    if (plan.held === undefined) return this.#beginOpened(plan, tag, outputs);
    this.#paths ??= new RealPaths();
    const held = openHeld(plan, this.#paths);
    if ("code" in held) return held;
    try {
      return this.#beginOpened(held.plan, tag, outputs, held);
    } finally {
      closeHeld(held, this.#paths);
    }
  }

  #beginOpened(plan: LaunchPlan, tag: bigint, outputs: TaskOutputs, held?: HeldLaunch): Begun | LaunchFault {
    const file = this.#programs.find(plan.program, plan.env.own["PATH"] ?? this.#environments.of(plan.env.shared).path);
    const streams = this.#streams.open(plan, file ?? shell, outputs, held);
    if ("code" in streams) return streams;
    const report = streams.late?.report;
    try {
      const pid = file === undefined ? -errors.ENOENT : this.#spawn(plan, file, streams, tag, held);
      if (pid > 0) return report === undefined ? { pid } : { pid, report };
      if (report !== undefined) this.#kernel.close(report);
      const { stdin: _in, stdout: _out, stderr: _err, ...bare } = plan;
      const code = nameError(-pid);
      return isUsedUp(code) ? { step: "program", code } : findFault(bare, file, code);
    } finally {
      this.#streams.close(streams);
    }
  }

  #spawn(given: LaunchPlan, found: string, streams: OpenStreams, tag: bigint, held?: HeldLaunch): number {
    const plan = streams.late === undefined ? given : openedLate(given, streams.late, found, true);
    const file = streams.late === undefined ? found : plan.program;
    const spawn = (program: string, args: readonly string[]): number => {
      const at = this.#image.write(plan, program, args, this.#environments.of(plan.env.shared));
      const begin = () => this.#kernel.spawn(this.#image, at, streams.descriptors, tag, held);
      if (plan.bindCpus === undefined) return begin();
      this.#mask ??= new ThreadMask();
      return this.#mask.during(plan.bindCpus, begin);
    };
    const pid = spawn(file, plan.args);
    return pid === -errors.ENOEXEC ? spawn(shell, [file, ...plan.args]) : pid;
  }

  #explain(order: Order, fault: LaunchFault, running: number): Started {
    if (isUsedUp(fault.code) && this.#patience.failed(performance.now(), running)) {
      order.isLate = true;
      return "later";
    }
    return { failure: explainStartFailure(order.plan, fault) };
  }
}

/** A task that has just begun. */
function taskOf(
  { node, task, attempt, plan }: Order,
  { pid, report, serial, outputs, descriptor }: Begun & Pick<Task, "serial" | "outputs" | "descriptor">,
): Task {
  const begun: Task = {
    node,
    task,
    attempt,
    serial,
    plan,
    outputs,
    pid,
    descriptor,
    wasAsked: false,
    isRefused: false,
    found: new Map(),
    killFromMs: Infinity,
    standstill: new Standstill(goneMsMax),
  };
  return report === undefined ? begun : { ...begun, report };
}
