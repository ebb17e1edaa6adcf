/**
 * The sweep itself: submits a task for each input, never far ahead of what runs, and sees them end.
 *
 * @module
 */

import type { Event, Outcome } from "../../core/types.ts";
import { type CommandWords, fillCommandWords, type InputValues, type TaskPlace } from "../../job/command_words.ts";
import type { JobDescription } from "../../job/description.ts";
import { literalText } from "../../job/literal_text.ts";
import { parseJob } from "../../job/parse.ts";
import { jobLogLine } from "../../report/job_log.ts";
import type { Run } from "../../runtime/run.ts";
import type { Admission } from "../../runtime/admission.ts";
import { FailedInputs } from "./failed_inputs.ts";
import type { JobLogFile } from "./job_log_file.ts";
import type { EachOptions } from "./options.ts";
import type { TaskOutputs } from "./output.ts";
import type { Printer } from "./printer.ts";
import { explainCommand, showCommand } from "./read_command.ts";
import { slotOf, slotVariable } from "./record.ts";
import { Slots } from "./slots.ts";

/** What a sweep is made of. */
export interface EachRunParts {
  readonly run: Run;
  readonly admission: Admission;
  readonly outputs: TaskOutputs;
  readonly printer: Printer;
  readonly command: CommandWords;
  readonly options: EachOptions;
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
  /** The slots of open tasks, by number; empty when nobody asks for slots. */
  readonly #slotOf = new Map<number, number>();
  #open = 0;
  #told = 0;
  #isHalted = false;
  /** The halt came because of a success. */
  #isContent = false;
  #changed: PromiseWithResolvers<void> = Promise.withResolvers();
  /** What keeps the sweep from going on. */
  #failure: { readonly error: unknown } | undefined;

  /** Prepares a sweep; nothing runs yet. */
  constructor(parts: EachRunParts) {
    this.#parts = parts;
    // Enough that a core never waits for us, and few enough to be held in memory. Whoever wants to halt does not want
    // the next task to start before the end of the one before was looked at; and who holds a slot has to run.
    const isNarrow = parts.options.halt !== undefined || this.#needsSlots;
    this.#windowMax = isNarrow ? parts.width : Math.max(64, 4 * parts.width);
    parts.printer.failed.catch((error) => this.#fail(error));
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
    const { command } = this.#parts;
    const asks = (text: string) => text.includes(slotVariable);
    return command.hasSlot || command.words.flat().some((part) => part.kind === "text" && asks(part.text));
  }

  #placeOf(number: number): TaskPlace {
    const { width, total } = this.#parts;
    const slot = this.#slotOf.get(number);
    return { number, slots: width, ...(slot === undefined ? {} : { slot }), ...(total === undefined ? {} : { total }) };
  }

  /** Describes the job of an input. */
  describe(input: InputValues, number: number): JobDescription {
    const { options, wd, outputs } = this.#parts;
    const [exec = "", ...args] = this.#fill(input, number).map(literalText);
    const { stdout, stderr } = outputs.begin(number);
    const slot = this.#slotOf.get(number);
    const env = { PARALLEL_SEQ: `${number}`, ...(slot === undefined ? {} : { [slotVariable]: `${slot}` }) };
    const job = {
      name: `${number}`,
      execution: { exec, args, env, wd: literalText(wd), stdout: literalText(stdout), stderr: literalText(stderr) },
      resources: { numCores: { exact: options.cores } },
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      ...(options.attempts === 1 ? {} : { retry: options.attempts - 1 }),
    };
    return parseJob(job, {});
  }

  #fill(input: InputValues, number: number): string[] {
    try {
      return fillCommandWords(this.#parts.command, input, this.#placeOf(number));
    } catch (error) {
      throw explainCommand(error, input.join(" "));
    }
  }

  /** Submits the task of an input. */
  submit(input: InputValues, number: number): void {
    if (this.#needsSlots) this.#slotOf.set(number, this.#slots.take());
    this.#parts.admission.admit([this.describe(input, number)]);
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
    if (outcome.kind === "failed") {
      this.failed.add(input, outcome.reason);
      this.#tell(input, number, outcome.cause, outcome.reason);
    }
    this.log(input, number, task);
    const { attempts } = pilot.ledger.task(task);
    pilot.forget(job);
    const printed = { number, attempts, tag: options.output.tag ? input.join(" ") : undefined };
    const wasStopped = outcome.kind === "canceled" && this.#isHalted;
    if (wasStopped) outputs.drop(printed);
    printer.ended(number, wasStopped ? undefined : printed);
    const slot = this.#slotOf.get(number);
    if (slot !== undefined) this.#slots.release(slot);
    this.#slotOf.delete(number);
    this.#checkHalt();
    this.#change();
  }

  /** What a task says by its exit code it says itself; what we know better is told here. */
  #tell(input: InputValues, number: number, cause: string, reason: string): void {
    if (cause === "exit" || ++this.#told > toldMax) return;
    const command = showCommand(this.#parts.command, input, this.#placeOf(number));
    this.#parts.warn(`Task ${number} failed: ${reason}: ${command}`);
    if (this.#told === toldMax) this.#parts.warn("Further failures are counted only");
  }

  /** Writes the line of a task that has ended to the job log. */
  log(input: InputValues, number: number, task: number): void {
    const { jobLog, run: { pilot }, outputs, command } = this.#parts;
    if (jobLog === undefined) return;
    const { state, exit, cause = "exit", startedAtMs, endedAtMs = pilot.clock.nowMs() } = pilot.ledger.task(task);
    if (state === "CANCELED" && startedAtMs === undefined) return;
    const hasSucceeded = state === "SUCCEED";
    const slot = slotOf(pilot.intake.find(`${number}`)!.description.execution);
    jobLog.add(jobLogLine({
      number,
      startedAtMs,
      endedAtMs,
      outputBytes: outputs.size(number),
      exit: hasSucceeded ? { code: 0 } : exit,
      wasStopped: !hasSucceeded && !["exit", "signal", "start"].includes(cause),
      command: showCommand(command, input, { ...this.#placeOf(number), ...(slot === undefined ? {} : { slot }) }),
    }));
  }

  #checkHalt(): void {
    const { halt } = this.#parts.options;
    if (halt === undefined || this.#isHalted) return;
    const { succeeded, failed } = this.counts;
    const reached = { fail: failed, success: succeeded, done: succeeded + failed }[halt.counts];
    if (reached < halt.limit) return;
    this.#isContent = halt.counts === "success";
    this.#parts.warn(`Halted by --halt: ${succeeded} succeeded, ${failed} failed`);
    this.stop(halt.isNow);
  }
}
