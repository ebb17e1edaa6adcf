/**
 * Looks how far a run is whenever something has happened, but not more often than is worth it, and once a second while
 * something runs. Between, and when nothing happens, no timer is set.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Event } from "../core/types.ts";
import type { EventReader } from "../events/event_reader.ts";
import type { RunProgress } from "../report/progress.ts";
import { Alarm } from "./alarm.ts";
import type { Clock } from "./ports.ts";

/** What a reader of progress needs. */
export interface ProgressPorts {
  /** Tells the time and wakes it. */
  readonly clock: Clock;
  /** Says how far the run is. */
  readonly describe: () => RunProgress;
  /** Is told how far it is. */
  readonly tell: (progress: RunProgress, nowMs: number) => void;
  /** Is told what `tell` has thrown, once; nothing is told any more then. */
  readonly failed?: (error: unknown) => void;
}

/** How long it waits, in milliseconds: after something has happened, and while something runs. */
const soonMs = 100;
const idleMs = 1000;

/** Tells progress. */
export class ProgressReader implements EventReader {
  readonly #ports: ProgressPorts;
  readonly #alarm: Alarm;
  #isOver = false;

  /** Tells nothing until something happens. */
  constructor(ports: ProgressPorts) {
    this.#ports = ports;
    this.#alarm = new Alarm(ports.clock, () => this.#wake());
  }

  apply(_event: Event): void {
    // Said at the end of the turn.
  }

  flush(): void {
    this.#wakeIn(soonMs);
  }

  /** Tells the last of it, and nothing any more. */
  close(): void {
    if (this.#isOver) return;
    this.#tell();
    this.end();
  }

  /** Tells nothing any more. */
  end(): void {
    this.#isOver = true;
    this.#alarm.off();
  }

  #wakeIn(waitMs: number): void {
    if (!this.#isOver) this.#alarm.setBy(this.#ports.clock.nowMs() + waitMs);
  }

  #wake(): void {
    invariant(!this.#isOver, "Nothing is told after the end");
    const running = this.#tell();
    // Times go on while tasks run, though nothing happens.
    if (running > 0) this.#wakeIn(idleMs);
  }

  #tell(): number {
    try {
      const progress = this.#ports.describe();
      this.#ports.tell(progress, this.#ports.clock.nowMs());
      return progress.running;
    } catch (error) {
      this.end();
      this.#ports.failed?.(error);
      return 0;
    }
  }
}
