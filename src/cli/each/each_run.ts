/**
 * The sweep itself: submits a task for each input, never far ahead of what runs, and sees them end.
 *
 * @module
 */

import type { Event, JobId, Outcome } from "../../core/types.ts";
import type { CommandWords, InputValues, TaskPlace } from "../../job/command_words.ts";
import { jobLogLine, type LoggedTask } from "../../report/job_log.ts";
import type { Run } from "../../runtime/run.ts";
import type { Admission } from "../../runtime/admission.ts";
import { FailedInputs } from "./failed_inputs.ts";
import type { JobLogFile } from "./job_log_file.ts";
import type { EachOptions } from "./options.ts";
import type { PrintedTask, TaskOutputs } from "./output.ts";
import type { Printer } from "./printer.ts";
import { haltCount } from "./option_values.ts";
import type { Throttle } from "./throttle.ts";
import { describeTask } from "./describe_task.ts";
import { commandLine, showCommand, type SweepTexts, tagOf } from "./read_command.ts";
import type { ResultStore } from "./result_store.ts";
import { slotOf, slotVariable } from "./record.ts";
import { Slots } from "./slots.ts";

/** What a sweep is made of. */
export interface EachRunParts {
  readonly run: Run;
  readonly admission: Admission;
  readonly outputs: TaskOutputs;
  readonly printer: Printer;
  readonly command: CommandWords;
  readonly texts: SweepTexts;
  readonly options: EachOptions;
  readonly throttle: Throttle;
  /** Where outputs are kept, if they are. */
  readonly results: ResultStore | undefined;
  /** How many inputs there are, if it is known. */
  readonly total?: number | undefined;
  /** Working directory of the tasks, absolute. */
  readonly wd: string;
  /** How many tasks run at once. */
  readonly width: number;
  /** The job log, if there is one. */
  readonly jobLog: JobLogFile | undefined;
  /** Tells the user something. */
  readonly warn: (text: string) => void;
  /** Writes to the standard error as it is. */
  readonly tell: (text: string) => void;
}

/** How the tasks ended. */
export interface EachRunCounts {
  succeeded: number;
  failed: number;
  canceled: number;
}

/** Tasks that have ended but cannot be printed yet; with more of them nothing new is submitted. */
const backlogMax = 100_000;
/** Failures that are told one by one. */
const toldMax = 10;

/** Runs a sweep. */
export class EachRun {
  /** How the tasks ended. */
  readonly counts: EachRunCounts = { succeeded: 0, failed: 0, canceled: 0 };
  /** The inputs that failed. */
  readonly failed: FailedInputs = new FailedInputs();
  readonly #parts: EachRunParts;
  readonly #windowMax: number;
  readonly #slots = new Slots();
  /** What is printed when a job starts, where that is wanted. */
  readonly #shownAtStart = new Map<JobId, string>();
  /** The slots of open tasks, by number; empty when the command does not use slots. */
  readonly #slotOf = new Map<number, number>();
  #open = 0;
  #told = 0;
  #isHalted = false;
  /** Whether the halt came because of a success. */
  #isContent = false;
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();
  /** What keeps the sweep from going on. */
  #failure: { readonly error: unknown } | undefined;

  /** Prepares a sweep; nothing runs yet. */
  constructor(parts: EachRunParts) {
    this.#parts = parts;
    // Enough that a core never waits for us, and few enough to be held in memory. With --halt the user does not want
    // the next task to start before the end of the one before was looked at; and a task that holds a slot has to run.
    const isNarrow = parts.options.halt !== undefined || this.#needsSlots || parts.throttle.holdsBack;
    this.#windowMax = isNarrow ? parts.width : Math.max(64, 4 * parts.width);
    parts.printer.failed.catch((error) => this.#fail(error));
    if (parts.throttle.holdsBack) {
      const hasStarted = (event: Event) => event.kind === "taskStarted" || event.kind === "jobEnded";
      parts.run.hub.add("throttle", { apply: (event) => hasStarted(event) && parts.throttle.started() });
    }
    if (parts.options.output.shows.atStart) {
      parts.run.hub.add("commands", { apply: (event) => this.#showStart(event) });
    }
  }

  /** Whether the halt condition was met, or the sweep was stopped. */
  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** Whether the halt condition was met by what the user asked for. */
  get isContent(): boolean {
    return this.#isContent;
  }

  /** Whether something asks for the slot of a task. */
  get #needsSlots(): boolean {
    const { command, options, texts } = this.#parts;
    const asks = (text: string) => text.includes(slotVariable);
    return command.hasSlot || (command.isInput && command.shell !== undefined) || texts.hasSlot ||
      options.slotVariable !== undefined ||
      command.words.flat().some((part) => part.kind === "text" && asks(part.text));
  }

  #placeOf(number: number): TaskPlace {
    const { width, total } = this.#parts;
    const slot = this.#slotOf.get(number);
    return { number, slots: width, ...(slot === undefined ? {} : { slot }), ...(total === undefined ? {} : { total }) };
  }

  /** Submits the task of an input. */
  submit(input: InputValues, number: number): void {
    if (this.#needsSlots) this.#slotOf.set(number, this.#slots.take());
    this.#parts.results?.begin(input, this.#placeOf(number));
    this.#parts.admission.admit([describeTask(this.#parts, input, this.#placeOf(number))]);
    this.watch(input, number);
  }

  /** Watches a task that was submitted, by this run or an earlier one. */
  watch(input: InputValues, number: number): void {
    const { run: { pilot } } = this.#parts;
    const { id, firstTask, description } = pilot.intake.find(`${number}`)!;
    const slot = slotOf(description.execution);
    if (slot !== undefined) {
      this.#slots.claim(slot);
      this.#slotOf.set(number, slot);
    }
    this.#open++;
    const { command, options, printer } = this.#parts;
    if (options.output.shows.atStart) {
      this.#shownAtStart.set(id, `${showCommand(command, input, this.#placeOf(number))}\n`);
    }
    printer.began(number, this.#printed(input, number, 1));
    let outcome: Outcome | undefined;
    const unwatch = pilot.watch(id, {
      seen: (event: Event) => {
        if (event.kind === "taskEnded" || event.kind === "tasksDropped") outcome = event.outcome;
        if (event.kind !== "jobEnded") return;
        unwatch();
        this.#ended(input, number, firstTask, outcome!);
      },
      broken: (error) => this.#fail(error),
    });
  }

  /** Resolves when one more task may be submitted, or none may be any more. */
  async room(): Promise<void> {
    while (!this.#isHalted && (this.#open >= this.#windowMax || this.#parts.printer.backlog >= backlogMax)) {
      await this.#wait();
    }
    if (!this.#isHalted) await this.unlessHalted(this.#parts.throttle.ready(() => this.#isHalted));
  }

  /** Resolves when no task is open. */
  async settled(): Promise<void> {
    while (this.#open > 0) await this.#wait();
  }

  /** Waits for something, unless the sweep is halted before; `undefined` then. */
  async unlessHalted<T>(wanted: Promise<T>): Promise<T | undefined> {
    while (!this.#isHalted) {
      const first = await Promise.race([wanted.then((value) => ({ value })), this.#wait()]);
      if (first !== undefined) return first.value;
    }
    return undefined;
  }

  /** Starts nothing any more, and with `isNow` stops what runs. */
  stop(isNow: boolean): void {
    this.#isHalted = true;
    this.#parts.run.pilot.cancel(isNow ? { kind: "all" } : { kind: "queued" });
    this.#change();
  }

  /** Resolves when something has changed. The promise is short-lived, so that those who wait for it are let go. */
  async #wait(): Promise<void> {
    if (this.#failure === undefined) await this.#changed.promise;
    // It may have come meanwhile, which the compiler does not see.
    const failure = this.#failure as { readonly error: unknown } | undefined;
    if (failure !== undefined) throw failure.error;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#change();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #ended(input: InputValues, number: number, task: number, outcome: Outcome): void {
    const { run: { pilot }, outputs, printer, options } = this.#parts;
    const job = pilot.intake.find(`${number}`)!;
    this.#open--;
    this.counts[outcome.kind === "omitted" ? "canceled" : outcome.kind]++;
    const { attempts, tails } = pilot.ledger.task(task);
    if (outcome.kind === "failed") {
      this.failed.add(input, outcome, tails);
      this.#tell(input, number, outcome.cause, outcome.reason);
    }
    const logged = this.log(input, number, task);
    pilot.forget(job);
    if (options.inputs.pipe !== undefined) Deno.removeSync(input[0]!);
    const { results } = this.#parts;
    const keep = results === undefined || logged === undefined ? undefined : () => results.ended(logged, input);
    const printed = { ...this.#printed(input, number, attempts), keep };
    const wasStopped = outcome.kind === "canceled" && this.#isHalted;
    if (wasStopped) outputs.drop(printed);
    printer.ended(number, wasStopped ? undefined : printed);
    const slot = this.#slotOf.get(number);
    if (slot !== undefined) this.#slots.release(slot);
    this.#slotOf.delete(number);
    this.#checkHalt();
    this.#change();
  }

  #printed(input: InputValues, number: number, attempts: number): PrintedTask {
    const { command, options, texts } = this.#parts;
    const place = this.#placeOf(number);
    return {
      number,
      attempts,
      tag: tagOf(texts, input, place),
      heading: options.output.shows.beforeOutput ? commandLine(command, texts, input, place) : undefined,
    };
  }

  #showStart(event: Event): void {
    if (event.kind === "taskScheduled") this.#parts.tell(this.#shownAtStart.get(event.job) ?? "");
    else if (event.kind === "jobEnded") this.#shownAtStart.delete(event.job);
  }

  /** Tells that a task failed, unless by its exit code: then the task itself has said why. */
  #tell(input: InputValues, number: number, cause: string, reason: string): void {
    if (cause === "exit" || ++this.#told > toldMax) return;
    const command = showCommand(this.#parts.command, input, this.#placeOf(number));
    this.#parts.warn(`Task ${number} failed: ${reason}: ${command}`);
    if (this.#told === toldMax) this.#parts.warn("Further failures are counted only");
  }

  /** Describes a task that has ended as logs do, and writes that to the job log, if there is one. */
  log(input: InputValues, number: number, task: number): LoggedTask | undefined {
    const { jobLog, results, run: { pilot }, outputs, command } = this.#parts;
    if (jobLog === undefined && results === undefined) return undefined;
    const { state, exit, cause = "exit", startedAtMs, endedAtMs = pilot.clock.nowMs() } = pilot.ledger.task(task);
    if (state === "CANCELED" && startedAtMs === undefined) return undefined;
    const hasSucceeded = state === "SUCCEED";
    const slot = slotOf(pilot.intake.find(`${number}`)!.description.execution);
    const logged = {
      number,
      startedAtMs,
      endedAtMs,
      outputBytes: outputs.size(number),
      exit: hasSucceeded ? { code: 0 } : exit,
      wasStopped: !hasSucceeded && !["exit", "signal", "start"].includes(cause),
      command: showCommand(command, input, { ...this.#placeOf(number), ...(slot === undefined ? {} : { slot }) }),
    };
    jobLog?.add(jobLogLine(logged));
    return logged;
  }

  #checkHalt(): void {
    const { options: { halt }, total = 0 } = this.#parts;
    if (halt === undefined || this.#isHalted) return;
    const { succeeded, failed } = this.counts;
    const reached = { fail: failed, success: succeeded, done: succeeded + failed }[halt.counts];
    if (reached < haltCount(halt, total)) return;
    this.#isContent = halt.counts === "success";
    this.#parts.warn(`Halted by --halt: ${succeeded} succeeded, ${failed} failed`);
    this.stop(halt.isNow);
  }
}
