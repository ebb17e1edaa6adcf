/**
 * The launcher for every set of permissions: `Deno.Command` with the task's files as its standard streams.
 *
 * `Deno.Command` accepts an open file descriptor as a stream. That is not in its declared type, so the first launch
 * tries it and pipes are used where it is refused. Through descriptors a gigabyte of output costs the pilot nothing;
 * through pipes it costs three seconds of CPU. The process has each of them twice then, though, so pipes are used where
 * everything is permitted, and where a sandbox opens its streams itself.
 *
 * Where every program may be run, each task leads a process group of its own; under `--allow-run=<list>` Deno lets
 * nobody signal a group, and only the task's main process can be stopped.
 *
 * @module
 */

import { type Cleanup, type Exit, type StartFailure, stoppedEarly } from "../../core/exit.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import { attemptName } from "../../runtime/attempt_name.ts";
import type { AttemptKey, Launcher, LaunchSink, StopSignal } from "../../runtime/ports.ts";
import { endOldProcesses } from "./earlier_processes.ts";
import { explainStartFailure, findUnpassable, type LaunchFault } from "./launch_failure.ts";
import { codeOf, findFault, Folders, isNamedPipe, keepEarlierOutputs, Programs } from "./launch_prepare.ts";
import { bothLate, findLate, lateShell } from "./late_streams.ts";
import {
  environmentOf,
  exitOfRejection,
  searchPathOf,
  signalGroup,
  signalOne,
  undeclared,
  wouldAsk,
} from "./direct_command.ts";
import { lateLaunch, pathsToPrepare, readyHeld, type ReadyLaunch } from "./direct_held.ts";
import { explainInside } from "./inside_streams.ts";
import { PrivateDescriptors } from "./native/private_descriptors.ts";
import { RealPaths } from "./native/real_paths.ts";
import { processLimits, ProcessRoom } from "./process_room.ts";
import { canScan } from "./process_scan.ts";
import type { TaskOutputs } from "./task_outputs.ts";
import { isUsedUp, LateStarts } from "./weather.ts";
import { bindByTaskset } from "./taskset.ts";
import { nextTurn } from "../host/next_turn.ts";
import { mayDoAnything, mayRunAnything, mayUse, notCapable } from "../host/permissions.ts";
import { isRemote } from "../host/remote_paths.ts";
import { type Controlled, type LauncherOptions, ProcessControl, waitForKilled } from "./process_control.ts";
import { closeStreams, copyStreams, type OpenStreams, openStreams } from "./streams.ts";

/** How much is kept of what a sandbox says before it comes to its program, in characters. */
const saidMax = 4096;

/** Options of {@linkcode DirectLauncher}. */
export interface DirectLauncherOptions extends LauncherOptions {
  /**
   * Whether to pass open files to the process; pipes are used otherwise.
   *
   * @default tried once, but not where everything is permitted
   */
  readonly descriptors?: boolean;
}

/** Starts processes by `Deno.Command`. */
export class DirectLauncher implements Launcher {
  /** Whether tasks lead process groups, which may then be signalled. */
  readonly #groups: boolean = mayRunAnything();
  readonly #folders = new Folders(mayUse);
  readonly #room: ProcessRoom = new ProcessRoom(canScan() ? processLimits() : []);
  readonly #programs = new Programs(mayUse);
  readonly #children = new Map<string, Running>();
  readonly #control: ProcessControl;
  readonly #ends = new Set<Promise<void>>();
  /** Starts that found something used up. */
  readonly #late: LateStarts<Controlled> = new LateStarts((attempt) => this.#begin(attempt));
  readonly #waiting = new Map<string, Controlled>();
  readonly #paths: RealPaths | undefined;
  readonly #private: PrivateDescriptors | undefined;
  #descriptors: boolean | undefined;

  /** Creates a launcher. */
  constructor(options: DirectLauncherOptions = {}) {
    this.#paths = Deno.build.os === "linux" && mayDoAnything() ? RealPaths.open() : undefined;
    this.#private = this.#paths && new PrivateDescriptors();
    // `Deno.Command` has the process inherit a second copy of each descriptor: of no use, and no task is to have more
    // than its three where that can be helped.
    this.#descriptors = options.descriptors ?? (this.#paths === undefined ? undefined : false);
    const { runId: _, ...unmarked } = options;
    const signals = { group: signalGroup, process: signalOne };
    const isTagged = this.#paths !== undefined;
    this.#control = new ProcessControl({ ...(this.#groups ? options : unmarked), signals, mayUse, isTagged });
    // The first use of a signal opens descriptors, and Deno panics when none are left by then. It is taken back at once:
    // what waits for a signal ends some moments later, and nothing of a closed launcher is to be left.
    const ignore = () => {};
    Deno.addSignalListener("SIGCHLD", ignore);
    Deno.removeSignalListener("SIGCHLD", ignore);
  }

  /** Starts the plan's process. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    const kept = keepEarlierOutputs(pathsToPrepare(plan, this.#paths));
    if (kept !== undefined) return sink.startFailed(key, explainStartFailure(plan, kept));
    // Through a program that binds, any program could be started where only a few may.
    const bound = this.#groups ? bindByTaskset(plan, this.#programs, () => searchPathOf(plan)) : plan;
    const attempt: Controlled = this.#control.begin(key, bound, sink);
    if (!this.#late.isNeeded) return this.#begin(attempt);
    this.#waiting.set(attemptName(key), attempt);
    this.#late.add(attempt);
  }

  #begin(attempt: Controlled): void {
    const { key, plan, sink } = attempt;
    let beginMs = performance.now();
    const code = this.#control.takeOutputs(attempt);
    let started = code === "" ? this.#start(attempt) : { step: "program" as const, code };
    if ("code" in started && started.code === "ENOENT") {
      this.#folders.forget(); // A folder that was there earlier may have been removed.
      beginMs = performance.now();
      started = this.#start(attempt);
    }
    if ("code" in started) {
      this.#control.giveBackOutputs(attempt);
      if (isUsedUp(started.code) && this.#late.defer(attempt, this.#children.size)) {
        this.#waiting.set(attemptName(key), attempt);
        return;
      }
      return this.#giveUp(attempt, explainStartFailure(plan, started));
    }
    this.#waiting.delete(attemptName(key));
    this.#late.succeeded();
    const { child } = started;
    this.#children.set(attemptName(key), { child, attempt });
    this.#control.started(attempt, child.pid);
    const ends = this.#end(attempt, started).finally(() => this.#ends.delete(ends));
    this.#ends.add(ends);
    sink.started(key, { node: plan.place.node, pid: child.pid, agoMs: performance.now() - beginMs });
  }

  #giveUp(attempt: Controlled, failure: StartFailure): void {
    this.#waiting.delete(attemptName(attempt.key));
    this.#control.over(attempt);
    attempt.sink.startFailed(attempt.key, failure);
  }

  /** Sends a signal to the attempt's processes, or to its main process where groups may not be signalled. */
  signal(key: AttemptKey, signal: StopSignal): void {
    const waiting = this.#waiting.get(attemptName(key));
    if (waiting !== undefined && this.#late.remove(waiting)) return this.#giveUp(waiting, stoppedEarly);
    const running = this.#children.get(attemptName(key));
    if (running === undefined) return;
    running.attempt.isStopped = true;
    if (this.#groups) return this.#control.signal(running.attempt, signal);
    try {
      running.child.kill(signal);
    } catch {
      // It has ended in the meantime.
    }
  }

  /** Lets all tasks stand still. */
  freeze(): Promise<void> {
    this.#signalAll("SIGSTOP");
    return Promise.resolve();
  }

  /** Lets them go on. */
  thaw(): void {
    this.#signalAll("SIGCONT");
  }

  #signalAll(signal: "SIGSTOP" | "SIGCONT"): void {
    if (this.#groups) return this.#control.signalGroups(signal);
    for (const { child } of this.#children.values()) signalOne(child.pid, signal);
  }

  /** Ends what an earlier run left on this machine. */
  reclaim(runId: string): Promise<void> {
    return endOldProcesses(runId);
  }

  /** Leaves nothing of the run behind, as far as the permissions allow. */
  async close(): Promise<void> {
    // An abandoned pilot closes with tasks still running.
    for (const { key } of this.#waiting.values()) this.signal(key, "SIGKILL");
    for (const { attempt } of this.#children.values()) this.signal(attempt.key, "SIGKILL");
    await waitForKilled(Promise.all(this.#ends));
    this.#late.close();
    await this.#control.close();
    await nextTurn(); // For a launcher that is closed as soon as it is made.
    this.#paths?.[Symbol.dispose]();
    this.#private?.[Symbol.dispose]();
  }

  #start({ plan, outputs = {} }: Pick<Controlled, "plan" | "outputs">): Started | LaunchFault {
    if (!this.#room.take(this.#children.size)) return { step: "program", code: "EAGAIN" };
    const fault = findUnpassable(plan, false) ?? this.#folders.prepare(pathsToPrepare(plan, this.#paths));
    if (fault !== undefined) return fault;
    this.#private?.mark();
    const ready = readyHeld(plan, this.#paths, outputs.stderr !== undefined);
    if ("code" in ready) return ready;
    const begun = this.#open(ready, outputs);
    if ("code" in begun) {
      ready.started();
      ready.ended();
      return begun;
    }
    ready.started();
    return { ...begun, ended: ready.ended };
  }

  #open(ready: ReadyLaunch, outputs: TaskOutputs): Started | LaunchFault {
    const { plan } = ready;
    const isPipe = (path: string) => mayUse("read", path) && isNamedPipe(path);
    // Where a list of programs is permitted Deno finds them itself.
    const file = this.#groups ? this.#programs.find(plan.program, searchPathOf(plan)) : undefined;
    const own = findLate(plan, file ?? lateShell, {
      isPipe,
      isRemote: plan.held === undefined ? isRemote : () => false,
    });
    const late = bothLate(own, ready.late);
    if (late !== undefined) {
      const shell = lateLaunch(ready, late, file ?? plan.program);
      return "code" in shell ? shell : this.#open(shell, outputs);
    }
    const streams = openStreams(plan, outputs, ready.streams);
    if ("step" in streams) return streams;
    try {
      // On a terminal Deno would ask the user. Elsewhere it tells a program that is not there from a forbidden one.
      if (!this.#groups && Deno.stdin.isTerminal() && wouldAsk(plan)) {
        throw notCapable({ name: "run", value: plan.program });
      }
      return this.#control.tagged(plan.tag, () => this.#spawn(ready, streams));
    } catch (error) {
      closeStreams(streams);
      const detail = error instanceof Error ? error.message : String(error);
      return findFault(plan, plan.program.includes("/") ? plan.program : undefined, codeOf(error), detail, mayUse);
    }
  }

  #spawn({ plan, cwd, isInside }: ReadyLaunch, streams: OpenStreams): Started {
    const options = { args: [...plan.args], cwd, ...environmentOf(plan), detached: this.#groups };
    if (this.#descriptors !== false && !isInside) {
      try {
        const child = new Deno.Command(plan.program, {
          ...options,
          stdin: undeclared(streams.stdin),
          stdout: undeclared(streams.stdout),
          stderr: undeclared(streams.stderr),
        }).spawn();
        this.#descriptors = true;
        closeStreams(streams);
        return { child, copied: Promise.resolve() };
      } catch (error) {
        // Only a refusal of the option's type says that descriptors are not supported.
        if (this.#descriptors === true || !(error instanceof TypeError) || codeOf(error) !== "UNKNOWN") throw error;
        this.#descriptors = false;
      }
    }
    const child = new Deno.Command(plan.program, { ...options, stdin: "piped", stdout: "piped", stderr: "piped" })
      .spawn();
    let said = "";
    const copied = copyStreams(child, streams, (bytes) => {
      if (said.length < saidMax) said += new TextDecoder().decode(bytes);
    });
    return { child, copied: copied.then(() => isInside ? said : undefined) };
  }

  async #end(attempt: Controlled, { child, copied, ended }: Started): Promise<void> {
    const exit = await child.status.then(
      (status): Exit => status.signal === null ? { code: status.code } : { signal: status.signal },
      exitOfRejection,
    );
    const cleanup: Cleanup | undefined = this.#groups ? await this.#control.finish(attempt) : undefined;
    const said = await copied;
    ended?.();
    this.#children.delete(attemptName(attempt.key));
    this.#control.over(attempt);
    this.#late.tryNext();
    // Where groups may not be signalled, nobody knows what a task left behind.
    const isQuiet = this.#groups && (cleanup?.left ?? 0) === 0;
    const tails = this.#control.tailsOf(attempt, exit, isQuiet);
    const failure = said && "code" in exit && exit.code !== 0 ? explainInside(attempt.plan, said) : undefined;
    if (failure !== undefined) attempt.sink.startFailed(attempt.key, failure);
    else attempt.sink.exited(attempt.key, exit, {}, cleanup, tails);
  }
}

interface Running {
  readonly child: Deno.ChildProcess;
  readonly attempt: Controlled;
}

interface Started {
  readonly child: Deno.ChildProcess;
  /** Settled when all output is in the files; with what a sandbox said before it came to its program. */
  readonly copied: Promise<string | void>;
  /** Closes what was open as long as it ran. */
  readonly ended?: () => void;
}
