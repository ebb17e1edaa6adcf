/**
 * One task, as the library's objects know it.
 *
 * @module
 */

import type { AdmittedJob } from "../../core/types.ts";
import { TaskFailedError } from "../../errors.ts";
import { taskName } from "../../job/description.ts";
import { fillExecution } from "../../job/filled_execution.ts";
import { commandText, commandWords } from "../../report/command_text.ts";
import { isTerminal, type JobState, type TerminalState } from "../../report/states.ts";
import { reportTask, type TaskReport } from "../../report/views.ts";
import { untilSettled, type WaitLimit } from "../../runtime/limit.ts";
import type { Pilot } from "../../runtime/pilot.ts";
import { endOf } from "../end_of.ts";
import { removedError } from "../future_problems.ts";

/** How many of the last lines that a task wrote are quoted in the message of the error. */
const tailLinesMax = 10;
const tailCharactersMax = 1000;

/** A task of a pilot. */
export class TaskRef {
  /** The pilot that runs it. */
  readonly pilot: Pilot;
  /** The task's job. */
  readonly job: AdmittedJob;
  /** 0-based number of the task in its job. */
  readonly offset: number;

  /** Names a task. */
  constructor(pilot: Pilot, job: AdmittedJob, offset: number) {
    this.pilot = pilot;
    this.job = job;
    this.offset = offset;
  }

  /** `job`, or `job:iteration`. */
  get name(): string {
    return taskName(this.job.description, this.offset);
  }

  /** Its index, where the job has iterations. */
  get iteration(): number | undefined {
    const { iteration } = this.job.description;
    return iteration === undefined ? undefined : iteration.start + this.offset;
  }

  /** The state of the task. */
  get state(): JobState {
    return this.pilot.ledger.state(this.job.firstTask + this.offset);
  }

  /** Whether it has ended: only what has ended is removed. */
  get isOver(): boolean {
    return isTerminal(this.state) || this.#isRemoved;
  }

  /** Refuses a task whose job was removed: nothing is known of it any more. */
  refuseRemoved(): void {
    if (this.#isRemoved) throw removedError(this.job);
  }

  get #isRemoved(): boolean {
    return this.pilot.intake.find(this.job.description.name)?.id !== this.job.id;
  }

  /** What is known of the task. */
  report(): TaskReport {
    return reportTask(this.pilot.ledger, this.job, this.offset, this.pilot.rootWd);
  }

  /**
   * Waits for the end of the task.
   *
   * @throws {UnknownJobError} If its job was removed.
   * @throws What broke the pilot before; or as the limit says.
   */
  async ended(limit: WaitLimit): Promise<TerminalState> {
    this.refuseRemoved();
    const callsOff: (() => void)[] = [];
    try {
      const end = Promise.resolve(endOf(this.pilot, this, callsOff));
      return await untilSettled(end, limit, this.pilot.clock, () => `waiting for task "${this.name}"`);
    } finally {
      for (const callOff of callsOff) callOff();
    }
  }

  /** The error about a task that has ended without success. */
  failure(): TaskFailedError {
    const { job, offset, pilot: { ledger, rootWd } } = this;
    const report = this.report();
    const { cause, reason, exitCode, signal, stdoutTail, stderrTail } = report;
    const state = report.state as TaskFailedError["state"];
    const allocation = ledger.task(job.firstTask + offset).allocation ?? { nodes: [] };
    const { execution, paths } = fillExecution({ job: job.description, offset, rootWd, allocation });
    const command = commandText(commandWords(execution, paths.wd));
    const why = reason === undefined ? "" : `: ${reason}`;
    const message = `Task "${this.name}" ${endings[state]}${why}\n  command: ${command}${
      quoteTail({
        stdoutTail,
        stderrTail,
      })
    }`;
    return new TaskFailedError(message, {
      taskName: this.name,
      ...{ state, failure: cause, reason, exitCode, signal, command, stdoutTail, stderrTail },
    });
  }
}

const endings: Readonly<Record<TaskFailedError["state"], string>> = {
  FAILED: "failed",
  CANCELED: "was canceled",
  OMITTED: "was omitted",
};

/** The last lines that a task wrote: of its standard error, or of its standard output if there is nothing else. */
function quoteTail({ stdoutTail, stderrTail }: Pick<TaskFailedError, "stdoutTail" | "stderrTail">): string {
  const [stream, tail] = (stderrTail ?? "").trim() === ""
    ? ["standard output", stdoutTail ?? ""]
    : ["standard error", stderrTail!];
  if (tail.trim() === "") return "";
  const lines = tail.trimEnd().slice(-tailCharactersMax).split("\n").slice(-tailLinesMax);
  return `\n  the end of its ${stream}:\n${lines.map((line) => `    ${line}`).join("\n")}`;
}
