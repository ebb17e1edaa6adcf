/**
 * Progress of a command: what a run does, told on the standard error while it goes.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import { SystemClock } from "../deno/host/clock.ts";
import type { EventReader } from "../events/event_reader.ts";
import { FailureLines } from "../report/failure_lines.ts";
import type { Ledger } from "../report/ledger.ts";
import { describeProgress, type ProgressSources } from "../report/progress.ts";
import { ProgressDisplay } from "../report/progress_display.ts";
import type { Run } from "../runtime/run.ts";
import { ProgressReader } from "../runtime/progress_reader.ts";
import type { Terminal } from "./command.ts";

/** How progress is told. */
export interface RunProgressOptions {
  /** The run; asked when the first event has come. */
  readonly run: () => Run;
  /** Whether failures are told above the line, where there is one. */
  readonly tellsFailures: boolean;
  /** How many tasks there will be, where that is known better. */
  readonly expected?: () => NonNullable<ProgressSources["expected"]>;
}

/** Shows the progress of a run. */
export class RunProgressReader implements EventReader {
  readonly #display: ProgressDisplay;
  readonly #reader: ProgressReader;
  readonly #failures = new FailureLines();
  readonly #tellsFailures: boolean;

  /** Shows nothing yet. */
  constructor(terminal: Terminal, { run, tellsFailures, expected }: RunProgressOptions) {
    const clock = new SystemClock();
    const startedAtMs = clock.nowMs();
    const display = new ProgressDisplay(terminal);
    this.#display = display;
    this.#tellsFailures = tellsFailures && terminal.isInteractive;
    this.#reader = new ProgressReader({
      clock,
      describe: () => {
        const { statistics, pilot: { ledger, resources, isPaused } } = run();
        const more = expected === undefined ? {} : { expected: expected() };
        return describeProgress({ statistics, ledger, resources, isPaused, ...more }, startedAtMs, clock.nowMs());
      },
      tell: (progress, nowMs) => display.show(progress, nowMs),
    });
  }

  apply(event: Event, ledger: Ledger): void {
    const line = this.#tellsFailures ? this.#failures.lineOf(event, ledger) : undefined;
    if (line !== undefined) this.#display.tell(line);
  }

  flush(): void {
    this.#reader.flush();
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    this.#display.clear();
  }

  /** Brings back the line that was taken away. */
  restore(): void {
    this.#display.restore();
  }

  /** Shows nothing any more. */
  close(): void {
    this.#reader.end();
    this.#display.clear();
  }
}
