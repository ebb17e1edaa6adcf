/**
 * A launcher for tasks that read what the run keeps for them, or write what it captures. It stands before the others and
 * is the only one that knows of the files of tasks.
 *
 * @module
 */

import { errorText } from "../base/error_text.ts";
import type { StartFailure } from "../core/exit.ts";
import type { LaunchPlan, Preparation } from "../launch/plan.ts";
import { type CapturedTask, CaptureWatch } from "./capture_watch.ts";
import type { AttemptKey, Clock, Launcher, LaunchSink, NodeSink, StopSignal } from "./ports.ts";
import type { Feeding, TaskFiles } from "./task_files.ts";

/** Puts there what tasks read, watches what they write, and passes everything else on. */
export class TaskFilesLauncher implements Launcher {
  readonly #launcher: Launcher;
  readonly #files: TaskFiles;
  readonly #captures: CaptureWatch;
  /** Passes on which nodes come and go, where the launcher tells that. */
  readonly watchNodes?: (sink: NodeSink) => void;
  /** Lets all tasks stand still, where the launcher can. */
  readonly freeze?: () => Promise<void>;

  /** Stands before a launcher. */
  constructor(launcher: Launcher, files: TaskFiles, clock: Clock) {
    this.#launcher = launcher;
    this.#files = files;
    this.#captures = new CaptureWatch(files, clock);
    if (launcher.watchNodes !== undefined) this.watchNodes = (sink) => launcher.watchNodes!(sink);
    if (launcher.freeze !== undefined) this.freeze = () => launcher.freeze!();
  }

  /** Lets tasks go on. */
  thaw(): void {
    this.#launcher.thaw?.();
  }

  /** Lets what was launched go on its way. */
  flush(): void {
    this.#launcher.flush?.();
  }

  /** Lets the launcher prepare itself. */
  prepare(): void {
    this.#launcher.prepare?.();
  }

  /** Starts a task once what it reads is there. */
  launch(key: AttemptKey, planned: LaunchPlan, sink: LaunchSink): void {
    if (planned.preparation === undefined) return this.#launcher.launch(key, planned, sink);
    const { preparation: { input, stream, captures, ...others }, ...plan } = planned;
    const failure = this.#write(input);
    if (failure !== undefined) return sink.startFailed(key, failure);
    const watched = captures === undefined || captures.length === 0 ? sink : this.#watched(captures, sink);
    const fed = this.#feed(key, stream, watched);
    if ("kind" in fed) return sink.startFailed(key, fed);
    const isPlain = Object.keys(others).length === 0;
    this.#launcher.launch(key, isPlain ? plan : { ...plan, preparation: others }, fed);
  }

  /** Sends a signal to an attempt. */
  signal(key: AttemptKey, signal: StopSignal, node?: number): void {
    this.#launcher.signal(key, signal, node);
  }

  /** Ends what an earlier run left. */
  reclaim(runId: string): Promise<void> {
    return this.#launcher.reclaim(runId);
  }

  /** Closes the launcher, and removes the files that were for this run alone. */
  async close(): Promise<void> {
    this.#captures.close();
    try {
      await this.#launcher.close();
    } finally {
      await this.#files.close();
    }
  }

  #write(input: Preparation["input"]): StartFailure | undefined {
    if (input === undefined) return undefined;
    try {
      const bytes = "text" in input ? new TextEncoder().encode(input.text) : Uint8Array.fromBase64(input.base64);
      this.#files.write(input.path, bytes);
      return undefined;
    } catch (error) {
      return { kind: "preparation", message: `cannot write ${JSON.stringify(input.path)}: ${errorText(error)}` };
    }
  }

  /** Tells of a task that it wrote too much, in any case before its end. */
  #watched(captures: CapturedTask["captures"], sink: LaunchSink): LaunchSink {
    let captured: CapturedTask | undefined;
    return {
      ...passOn(sink),
      started: (key, process) => {
        sink.started(key, process);
        this.#captures.add(captured = { key, captures, sink });
      },
      exited: (key, ...end) => {
        if (captured !== undefined) this.#captures.finish(captured);
        sink.exited(key, ...end);
      },
    };
  }

  /** Lets the stream that a task reads go to it for as long as the task is there. */
  #feed(key: AttemptKey, stream: Preparation["stream"], sink: LaunchSink): LaunchSink | StartFailure {
    if (stream === undefined) return sink;
    let feeding: Feeding;
    let isStarted = false;
    let broken: string | undefined;
    const tell = () => {
      if (isStarted && broken !== undefined) sink.limitExceeded(key, "input", broken);
    };
    try {
      feeding = this.#files.feed(stream.path, stream.job, (error) => {
        broken = `the stream that it reads failed: ${errorText(error)}`;
        tell();
      });
    } catch (error) {
      return { kind: "stdin", message: errorText(error) };
    }
    return {
      ...passOn(sink),
      started: (key, process) => {
        sink.started(key, process);
        isStarted = true;
        tell();
      },
      startFailed: (key, failure) => {
        feeding.stop();
        sink.startFailed(key, failure);
      },
      exited: (key, ...end) => {
        feeding.stop();
        sink.exited(key, ...end);
      },
    };
  }
}

/** A sink that passes everything on to another one, method by method, as that may be an object of a class. */
function passOn(sink: LaunchSink): LaunchSink {
  return {
    started: (key, process) => sink.started(key, process),
    startFailed: (key, failure) => sink.startFailed(key, failure),
    exited: (key, ...end) => sink.exited(key, ...end),
    signalRefused: (key) => sink.signalRefused?.(key),
    limitExceeded: (key, cause, reason) => sink.limitExceeded(key, cause, reason),
  };
}
