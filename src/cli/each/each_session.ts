/**
 * One call of `qcgpj each`: opens what it needs, feeds the sweep with inputs, and says how it went.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { openGuardedRun } from "../../api/guarded_run.ts";
import { chooseGuard, runSettings } from "../../api/options.ts";
import { commandText } from "../../report/command_text.ts";
import type { Run } from "../../runtime/run.ts";
import type { Admission } from "../../runtime/admission.ts";
import { UsageError } from "../../service/usage.ts";
import { runFolderPrefix } from "../../report/run_files.ts";
import type { Terminal } from "../command.ts";
import { RunProgressReader } from "../run_progress.ts";
import { JobLogFile } from "./job_log_file.ts";
import type { EachOptions } from "./options.ts";
import { TaskOutputs } from "./output.ts";
import { throttleOf } from "./throttle.ts";
import { tagOf } from "./read_command.ts";
import { logEarlier, type Taken, type TakenInput } from "./taken_inputs.ts";
import { ResultStore } from "./result_store.ts";
import { type TaskInputs, widthOf } from "./task_inputs.ts";
import { Printer } from "./printer.ts";
import { eachInstanceId, type EarlierRun, inputMark, openRecord } from "./record.ts";
import { metrics } from "../../doors/metrics.ts";
import { dashboardDoor } from "../dashboard/open_dashboard.ts";
import { openEachDoors } from "./each_door.ts";
import { EachRun } from "./each_run.ts";
import { outOfTimeExitCode, watchEndOf } from "../end_in_time.ts";
import type { Cluster } from "../../runtime/cluster.ts";
import { InterruptedError, onStopSignals } from "./signals.ts";

/** What a call is about. */
export interface EachParts {
  /** The words of the command as they were written. */
  readonly words: readonly string[];
  /** The same, taken apart, and its inputs. */
  readonly inputs: TaskInputs;
  readonly options: EachOptions;
  readonly terminal: Terminal;
}

/** What tasks run on. */
interface Prepared {
  readonly run: Run;
  readonly admission: Admission;
  readonly width: number;
  readonly cluster: Cluster | undefined;
}

/** One call of the command. */
export class EachSession {
  readonly #parts: EachParts;
  readonly #wd: string;
  readonly #runDirectory: string | undefined;
  #number = 0;
  #hasAllInputs = false;
  #progress: RunProgressReader | undefined;
  #isOutOfTime = false;
  /** Tasks of an earlier run that failed and are not run again. */
  #failedBefore = 0;

  /** Prepares a call; nothing is opened. */
  constructor(parts: EachParts) {
    const { wd, runDirectory } = parts.options;
    this.#parts = parts;
    this.#wd = resolve(Deno.cwd(), wd);
    this.#runDirectory = runDirectory === undefined ? undefined : resolve(Deno.cwd(), runDirectory);
  }

  /** Runs the sweep, and returns the exit code. */
  async run(): Promise<number> {
    const { options, words } = this.#parts;
    const { usesShell, aliases } = options.command;
    const valueWord = [...aliases].find(([, placeholder]) => placeholder === "{}")?.[0] ?? "{}";
    const identity = { command: words, valueWord, wd: this.#wd, ...(usesShell ? { shell: true as const } : {}) };
    const earlier = this.#runDirectory === undefined
      ? undefined
      : openRecord(this.#runDirectory, identity, options.resume !== undefined);
    const warn = (text: string) => this.#warn(text);
    const folder = this.#runDirectory && join(this.#runDirectory, "outputs");
    const outputs = new TaskOutputs({ folder, temporary: options.output.temporary, warn });
    try {
      const { jobLog: path } = options.output;
      using jobLog = path === undefined ? undefined : JobLogFile.open(path, earlier !== undefined);
      return await this.#sweep(outputs, earlier, jobLog);
    } finally {
      outputs.close();
    }
  }

  async #sweep(outputs: TaskOutputs, earlier: EarlierRun | undefined, jobLog?: JobLogFile): Promise<number> {
    const { options, inputs, terminal } = this.#parts;
    const { command, texts, values, total } = inputs;
    using printer = new Printer(outputs, options.output);
    const taken = earlier === undefined ? undefined : await this.#takeAgain(earlier, outputs);
    const { run, admission, width, cluster } = this.#prepare(earlier !== undefined);
    using results = inputs.results && new ResultStore(inputs.results, outputs, inputs, earlier !== undefined);
    if (options.output.showsProgress) outputs.aside = this.#showProgress(run);
    const warn = (text: string) => this.#warn(text);
    const sweep = new EachRun({
      run,
      admission,
      outputs,
      printer,
      command,
      texts,
      results,
      throttle: throttleOf(options.throttle),
      options,
      total,
      wd: this.#wd,
      width,
      jobLog,
      warn,
      tell: (text) => {
        this.#progress?.clear();
        terminal.err(text);
      },
    });
    const records = this.#runDirectory === undefined ? undefined : run.folderPath;
    const { dashboard, metricsFile } = options;
    const page = dashboardDoor(dashboard, warn, records);
    const numbers = metricsFile === undefined ? undefined : metrics({ path: metricsFile });
    const watchers = [page, numbers].filter((door) => door !== undefined);
    const session = openEachDoors(run, admission, { records, watchers, stop: (isNow) => sweep.stop(isNow) });
    const stop = (signal: string) => {
      warn(`${signal}: stopping all tasks; once more kills them`);
      sweep.stop(true);
    };
    using _end = cluster && watchEndOf(run.pilot, cluster, (sentence) => {
      this.#isOutOfTime = true;
      warn(sentence);
      sweep.stop(true);
    });
    let isUnheard = false;
    const signals = onStopSignals(stop, (error) => run.pilot.abandon(error));
    run.prepare();
    try {
      if (earlier !== undefined && jobLog !== undefined) logEarlier(earlier, taken!, { sweep, run, jobLog });
      if (taken !== undefined) await this.#resume(taken, sweep, run, printer);
      await this.#feed(sweep);
      await sweep.settled();
      await printer.finish();
    } catch (error) {
      sweep.stop(true);
      // A reader that has gone has seen enough; that not all was done is told by the exit code alone.
      if (error instanceof Deno.errors.BrokenPipe) isUnheard = true;
      else if (!(error instanceof InterruptedError)) throw error;
    } finally {
      // A read of the standard input that is under way cannot be called off; it is not waited for.
      values.return().catch(() => {});
      this.#progress?.close();
      run.pilot.drain();
      await (session?.end() ?? run.release()).catch((error) => {
        if (!(error instanceof InterruptedError)) throw error;
      }).finally(() => signals[Symbol.dispose]());
    }
    if (signals.exitCode !== undefined || isUnheard) return signals.exitCode ?? 1;
    return Math.max(this.#conclude(sweep), run.areRecordsWhole ? 0 : 1);
  }

  #prepare(resumes: boolean): Prepared {
    const { options } = this.#parts;
    const { binding, acceptLoss, output: { tailBytes } } = options;
    const { width, ...pool } = widthOf(options);
    const rootWd = this.#runDirectory ?? this.#wd;
    const settings = runSettings({
      wd: rootWd,
      ...pool,
      binding,
      durability: this.#runDirectory === undefined ? "memory" : "process",
      ...(tailBytes === undefined ? {} : { tailBytes }),
      ...(resumes ? { resume: { path: join(rootWd, `${runFolderPrefix}${eachInstanceId}`), acceptLoss } } : {}),
    });
    const problem = settings.pilot.binding?.problem;
    if (problem !== undefined) this.#warn(`Tasks are not bound to their cores: ${problem}`);
    const named = { ...settings, instanceId: eachInstanceId, reportFormat: "none" } as const;
    const { run, admission } = openGuardedRun(named, chooseGuard({}, rootWd), {
      checksOutputs: false, // Each task has its own files.
      asksOnce: true,
      warn: (text) => this.#warn(text),
    });
    return { run, admission, width, cluster: settings.cluster };
  }

  /** Reads the inputs that an earlier run took, and makes sure that they are the same. */
  async #takeAgain(earlier: EarlierRun, outputs: TaskOutputs): Promise<Taken> {
    const { inputs: { command, values, total }, options } = this.#parts;
    const kept = outputs.kept();
    const taken = new Map<number, TakenInput>();
    while (this.#number < earlier.count) {
      const next = await values.next();
      const number = this.#number + 1;
      if (next.done) {
        throw new UsageError(
          `--resume: the earlier run had ${earlier.count} inputs or more, now there are ${number - 1}`,
        );
      }
      const mark = earlier.mark(number);
      const slot = earlier.slot(number);
      const place = { number, slot: slot ?? 1, ...(total === undefined ? {} : { total }) };
      if (mark !== undefined && mark !== inputMark(command, next.value, place)) {
        throw new UsageError(`--resume: input ${number} is another one now: ${commandText(next.value)}`);
      }
      this.#number = number;
      const end = earlier.ended(number);
      const isOver = end === "succeeded" || (end === "failed" && options.resume !== "failed");
      if (isOver && end === "failed") this.#failedBefore++;
      if (!isOver) taken.set(number, { input: next.value, fate: "run" });
      else if (kept.has(number)) taken.set(number, { input: next.value, fate: "print" });
      else if (!earlier.isForgotten(number)) taken.set(number, { input: next.value, fate: "log" });
    }
    return taken;
  }

  /** Goes on with what an earlier run took and did not finish. */
  async #resume(taken: Taken, sweep: EachRun, run: Run, printer: Printer): Promise<void> {
    const { pilot } = run;
    for (const name of [...pilot.intake.names()]) {
      const job = pilot.intake.find(name)!;
      if (pilot.ledger.job(job.id)?.outcome !== undefined) pilot.forget(job);
      else sweep.watch(taken.get(Number(name))!.input, Number(name));
    }
    for (let number = 1; number <= this.#number; number++) {
      const one = taken.get(number);
      if (one?.fate === "print") {
        printer.ended(number, {
          number,
          attempts: 1,
          tag: tagOf(this.#parts.inputs.texts, one.input, { number }),
        });
      } else if (one === undefined || one.fate === "log") printer.ended(number, undefined);
      else if (pilot.intake.find(`${number}`) === undefined) {
        await sweep.room();
        if (sweep.isHalted) return;
        sweep.submit(one.input, number);
      }
    }
  }

  async #feed(sweep: EachRun): Promise<void> {
    const { values } = this.#parts.inputs;
    while (!sweep.isHalted) {
      // An input may be long in coming; a halt is not to wait for it.
      const next = await sweep.unlessHalted(values.next());
      if (next === undefined || next.done) {
        this.#hasAllInputs = true;
        return;
      }
      await sweep.room();
      if (!sweep.isHalted) sweep.submit(next.value, ++this.#number);
    }
  }

  #conclude(sweep: EachRun): number {
    const { succeeded, failed } = sweep.counts;
    if (this.#isOutOfTime && (!this.#hasAllInputs || succeeded + failed < this.#number)) return this.#tellResume();
    const failures = failed + this.#failedBefore;
    if (sweep.isContent) return 0;
    if (failures === 0) return 0;
    const all = succeeded + failed === 1 ? "1 task" : `${succeeded + failed} tasks`;
    const before = this.#failedBefore === 0 ? "" : `; ${this.#failedBefore} had failed before (see --resume-failed)`;
    // What was printed is not said again, but for the line that tells the groups apart.
    const showsEnd = this.#parts.options.output.results !== undefined;
    this.#warn([`${failed} of ${all} failed${before}`, ...sweep.failed.lines(showsEnd)].join("\n"));
    if (this.#runDirectory !== undefined && failed > 0) {
      this.#warn(`more: qcgpj failures ${commandText([this.#runDirectory])}; once more: the same with --resume-failed`);
    }
    return 1;
  }

  /** Says how to go on when time was up. */
  #tellResume(): number {
    const again = this.#runDirectory === undefined
      ? "nothing is on record; with --run DIR it could go on"
      : "the same command with --resume goes on";
    this.#warn(`not all is done: ${again}`);
    return outOfTimeExitCode;
  }

  #showProgress(run: Run): RunProgressReader {
    const { terminal, inputs: { total } } = this.#parts;
    this.#progress = new RunProgressReader(terminal, {
      run: () => run,
      tellsFailures: false,
      expected: () => ({ total: total ?? (this.#hasAllInputs ? this.#number : undefined) }),
    });
    run.hub.add("progress", this.#progress);
    return this.#progress;
  }

  #warn(text: string): void {
    this.#progress?.clear();
    this.#parts.terminal.err(`qcgpj each: ${text}\n`);
  }
}
