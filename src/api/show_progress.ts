/**
 * The progress of an executor: shown on the standard error, or told a function.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import { errorText } from "../base/error_text.ts";
import { errorScreen } from "../deno/host/error_screen.ts";
import type { EventReader } from "../events/event_reader.ts";
import { FailureLines } from "../report/failure_lines.ts";
import type { Ledger } from "../report/ledger.ts";
import { describeProgress, type RunProgress } from "../report/progress.ts";
import { ProgressDisplay } from "../report/progress_display.ts";
import { ProgressReader } from "../runtime/progress_reader.ts";
import type { Run } from "../runtime/run.ts";

/**
 * Shows the progress of a run until it has ended.
 *
 * @param run The run.
 * @param progress `true` for the standard error, or a function that is told.
 */
export function showProgress(run: Run, progress: true | ((progress: RunProgress) => void)): void {
  const { pilot, statistics, facts: { startedAtMs } } = run;
  const display = progress === true ? new ProgressDisplay(errorScreen()) : undefined;
  const reader = new ProgressReader({
    clock: pilot.clock,
    describe: () => {
      const { ledger, resources, isPaused } = pilot;
      return describeProgress({ statistics, ledger, resources, isPaused }, startedAtMs, pilot.clock.nowMs());
    },
    tell: (told, nowMs) => progress === true ? display?.show(told, nowMs) : progress(told),
    failed: (error) =>
      run.warn(`The function for the progress failed and is told nothing any more: ${errorText(error)}`),
  });
  run.hub.add("progress", display === undefined ? reader : new ShownProgress(reader, display));
  const close = () => {
    if (display === undefined) return reader.close();
    reader.end();
    display.clear();
  };
  pilot.stopped.then(close, close);
}

/** Tells failures above the line, where there is one. */
class ShownProgress implements EventReader {
  readonly #reader: ProgressReader;
  readonly #display: ProgressDisplay;
  readonly #failures = new FailureLines();

  constructor(reader: ProgressReader, display: ProgressDisplay) {
    this.#reader = reader;
    this.#display = display;
  }

  apply(event: Event, ledger: Ledger): void {
    const line = this.#display.isRewritten ? this.#failures.lineOf(event, ledger) : undefined;
    if (line !== undefined) this.#display.tell(line);
  }

  flush(): void {
    this.#reader.flush();
  }
}
