/**
 * A launcher for tasks that need something before they begin: files of their model, modules, a profile to be read. It
 * stands before the real one and is the only one that knows of preparations, and of what is read after the end.
 *
 * What could not be prepared is told as a start that failed, with the shell's own words, although a process was there:
 * the task itself never began. A task that does not get past its profile is told after some seconds.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import { errorText } from "../base/error_text.ts";
import { type Exit, type StartFailure, stoppedEarly } from "../core/exit.ts";
import { launchModels } from "../launch/models/launch_model.ts";
import type { LaunchPlan, Preparation } from "../launch/plan.ts";
import { noteBeginning } from "../launch/shell_command.ts";
import { addRemoteTails, type ReadRemote } from "./remote_tails.ts";
import { attemptName } from "./attempt_name.ts";
import type { AttemptKey, Clock, Launcher, LaunchSink, NodeSink, StopSignal } from "./ports.ts";

/** How long a profile may take before that is told, in milliseconds. */
export const profileMsMax = 10_000;
/** The most characters of a shell's message that are told. */
const wordsMax = 2000;

/** What a preparation touches outside. What may take long comes later, and meanwhile holds up nobody. */
export interface PreparationPorts {
  /** Writes a file, its folder too. Throws what the system has against it. */
  writeFile(path: string, text: string): void | Promise<void>;
  /** Removes a file, if it is there. */
  removeFile(path: string): void;
  /** Reads a note and removes it; `undefined` if there is none, or none that can be read. */
  takeNote(path: string): string | undefined | Promise<string | undefined>;
  /** Reads the end of an output that launchers leave alone. */
  readonly readRemote: ReadRemote;
  /** Whether a process is a login shell that has not read its profile yet; not where that cannot be seen. */
  readsProfile(pid: number, plan: LaunchPlan): boolean;
}

/** What a prepared launcher is set up with. */
export interface PreparedLauncherOptions extends PreparationPorts {
  /** Starts the processes. */
  readonly launcher: Launcher;
  /** Tells the time. */
  readonly clock: Clock;
  /** Tells the user what takes long. */
  readonly warn: (text: string) => void;
}

/** Prepares tasks, and passes everything else on. */
export class PreparedLauncher implements Launcher {
  readonly #options: PreparedLauncherOptions;
  /** Launches whose files are being written, by their keys. */
  readonly #writing = new Map<string, Writing>();
  /** Passes on which nodes come and go, where the launcher tells that. */
  readonly watchNodes?: (sink: NodeSink) => void;
  /** Lets all tasks stand still, where the launcher can. */
  readonly freeze?: () => Promise<void>;

  /** Stands before a launcher. */
  constructor(options: PreparedLauncherOptions) {
    this.#options = options;
    const { launcher } = options;
    if (launcher.watchNodes !== undefined) this.watchNodes = (sink) => launcher.watchNodes!(sink);
    if (launcher.freeze !== undefined) this.freeze = () => launcher.freeze!();
  }

  /** Lets tasks go on. */
  thaw(): void {
    this.#options.launcher.thaw?.();
  }

  /** Lets what was launched go on its way. */
  flush(): void {
    this.#options.launcher.flush?.();
  }

  /** Lets the launcher prepare itself. */
  prepare(): void {
    this.#options.launcher.prepare?.();
  }

  /** Prepares and starts a task. */
  launch(key: AttemptKey, prepared: LaunchPlan, sink: LaunchSink): void {
    const { preparation, ...plan } = prepared;
    const { launcher } = this.#options;
    const told = addRemoteTails(plan, sink, this.#options.readRemote);
    if (preparation === undefined) return launcher.launch(key, plan, told);
    const begin = (failure: StartFailure | undefined) => {
      if (failure !== undefined) return sink.startFailed(key, failure);
      launcher.launch(key, plan, this.#watched(plan, preparation, told));
    };
    const failure = this.#writeFiles(preparation);
    if (!(failure instanceof Promise)) return begin(failure);
    invariant(!this.#writing.has(attemptName(key)), "An attempt is prepared once");
    const writing: Writing = { key, sink };
    this.#writing.set(attemptName(key), writing);
    failure.then((failure) => {
      if (this.#writing.get(attemptName(key)) !== writing) return;
      this.#writing.delete(attemptName(key));
      begin(failure);
    });
  }

  /** Sends a signal to an attempt. */
  signal(key: AttemptKey, signal: StopSignal): void {
    const writing = this.#writing.get(attemptName(key));
    if (writing === undefined) return this.#options.launcher.signal(key, signal);
    this.#writing.delete(attemptName(key));
    writing.sink.startFailed(key, stoppedEarly);
  }

  /** Ends what an earlier run left. */
  reclaim(runId: string): Promise<void> {
    return this.#options.launcher.reclaim(runId);
  }

  /** Closes the launcher. */
  close(): Promise<void> {
    for (const { key } of [...this.#writing.values()]) this.signal(key, "SIGKILL");
    invariant(this.#writing.size === 0, "Nothing is prepared any more when the launcher closes");
    return this.#options.launcher.close();
  }

  #writeFiles(
    { files = [] }: Preparation,
    from = 0,
  ): StartFailure | undefined | Promise<StartFailure | undefined> {
    for (let index = from; index < files.length; index++) {
      const { path, text } = present(files[index], "the next file of a preparation");
      const failure = (error: unknown): StartFailure => ({
        kind: "preparation",
        message: `cannot write ${JSON.stringify(path)}: ${errorText(error)}`,
      });
      try {
        const written = this.#options.writeFile(path, text);
        if (written !== undefined) return written.then(() => this.#writeFiles({ files }, index + 1), failure);
      } catch (error) {
        return failure(error);
      }
    }
    return undefined;
  }

  /** Hears what becomes of a task before the driver does. */
  #watched(plan: LaunchPlan, { note, isLogin, model, files = [] }: Preparation, sink: LaunchSink): LaunchSink {
    const { clock, removeFile, takeNote, readsProfile, warn } = this.#options;
    let callOff = () => {};
    const removeFiles = () => files.forEach(({ path }) => removeFile(path));
    return {
      started: (key, process) => {
        sink.started(key, process);
        if (isLogin) {
          callOff = clock.wakeAt(clock.nowMs() + profileMsMax, () => {
            if (readsProfile(process.pid, plan)) warn(slowProfile(plan.taskName));
          });
        }
      },
      startFailed: (key, failure) => {
        removeFiles();
        sink.startFailed(key, explainMissing(failure, model));
      },
      exited: (key, exit, ...remains) => {
        callOff();
        removeFiles();
        const tell = (words: string | undefined) => {
          if (words?.startsWith(noteBeginning)) sink.startFailed(key, explainNote(words));
          else sink.exited(key, exit, ...remains);
        };
        const words = note === undefined || isSuccess(exit) ? undefined : takeNote(note);
        if (words instanceof Promise) words.then(tell);
        else tell(words);
      },
      signalRefused: (key) => sink.signalRefused?.(key),
      limitExceeded: (key, cause, reason) => sink.limitExceeded(key, cause, reason),
    };
  }
}

/** A launch whose files are being written. */
interface Writing {
  readonly key: AttemptKey;
  readonly sink: LaunchSink;
}

function isSuccess(exit: Exit): boolean {
  return "code" in exit && exit.code === 0;
}

function explainNote(note: string): StartFailure {
  const words = note.trim();
  return { kind: "preparation", message: words.length <= wordsMax ? words : `${words.slice(0, wordsMax)}…` };
}

/** A program that a model needs is not the job's own, and its name alone does not tell why it is looked for. */
function explainMissing(failure: StartFailure, model: string | undefined): StartFailure {
  const product = model === undefined ? undefined : launchModels[model]?.product;
  if (failure.kind !== "program-not-found" || product === undefined) return failure;
  const message = `model "${model}" starts programs by ${product}, and there is none: ${failure.message}; ` +
    "or name it by model_opts.mpirun, or load its module";
  return { ...failure, message };
}

function slowProfile(taskName: string): string {
  return `task "${taskName}" has not left its login shell after ${profileMsMax / 1000} s: it still reads the profile ` +
    '(/etc/profile, ~/.bash_profile); "login": false in its execution does without';
}
