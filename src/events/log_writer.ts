/**
 * Writes the log of a run: what events mean, and what else is to be told.
 *
 * @module
 */

import type { Event } from "../core/types.ts";
import type { Ledger } from "../report/ledger.ts";
import { eventMessage, isLogged, type LogLevel, logLine, type LogMessage } from "../report/log_lines.ts";
import type { ZoneMinutes } from "../report/times.ts";
import type { CatchUpFile } from "./catch_up_file.ts";
import type { EventReader } from "./event_reader.ts";

/**
 * Adds lines to the log, their times in order: an event that is told late bears the time of the line before it, if its own
 * is earlier.
 */
export class LogWriter implements EventReader {
  readonly #file: CatchUpFile;
  readonly #level: LogLevel;
  readonly #zone: ZoneMinutes;
  #latestMs = -Infinity;

  /**
   * Takes the file of the log.
   *
   * @param file The file; it is closed where it was opened.
   * @param level How much is logged.
   * @param zone The zone of the times.
   */
  constructor(file: CatchUpFile, level: LogLevel, zone: ZoneMinutes) {
    this.#file = file;
    this.#level = level;
    this.#zone = zone;
  }

  apply(event: Event, ledger: Ledger): void {
    const message = eventMessage(event, ledger);
    if (message !== undefined) this.#add(event.atMs, message);
  }

  flush(): void {
    this.#file.flush();
  }

  /** Writes one message that is no event's, if its level is logged. */
  log(atMs: number, message: LogMessage): void {
    this.#add(atMs, message);
    this.#file.flush();
  }

  #add(atMs: number, { level, text }: LogMessage): void {
    if (!isLogged(level, this.#level)) return;
    this.#latestMs = Math.max(this.#latestMs, atMs);
    this.#file.add(logLine(this.#latestMs, text, this.#zone));
  }
}
