/**
 * The stream of a dashboard: server-sent events, each with the number of the newest event of the run that it knows. A page
 * that comes back with the last number that it had is told what happened since, and how the run stands now.
 *
 * @module
 */

import type { DashboardModel } from "../../report/dashboard/dashboard_model.ts";
import type { DashboardSource } from "./source.ts";

/** How often it is looked whether something has changed, and how often something is sent at least, in milliseconds. */
const lookMs = 500;
const silenceMsMax = 10_000;

/** What a stream tells. */
export interface StreamParts {
  /** The run. */
  readonly source: DashboardSource;
  /** How the run stands. */
  readonly run: () => object;
  /** The number of the newest event that the page knows. */
  readonly from: number;
}

/** A stream to one page, until the page goes or it is closed. */
export class DashboardStream {
  /** What is sent. */
  readonly body: ReadableStream<Uint8Array>;
  readonly #parts: StreamParts;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #model: DashboardModel;
  #told: number;
  #sentAtMs = 0;
  #lastRun = "";

  /** Begins to tell; `ended` is called when it is over. */
  constructor(parts: StreamParts, ended: (stream: DashboardStream) => void) {
    this.#parts = parts;
    this.#model = parts.source.model;
    this.#told = parts.from;
    this.body = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
        this.#tell();
        const timer = setInterval(() => this.#tell(), lookMs);
        // It holds up no program that has nothing else to do.
        Deno.unrefTimer(timer);
        this.#timer = timer;
      },
      cancel: () => {
        this.#stop();
        ended(this);
      },
    }, { highWaterMark: 4 });
  }

  /** Tells how the run stands at last, and ends. */
  close(): void {
    if (this.#controller === undefined) return;
    this.#tellNews();
    this.#send("closed", {}, this.#told);
    this.#controller.close();
    this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#controller = undefined;
  }

  /** A page that does not take what is sent is told nothing until it does, and then how the run stands. */
  #tell(): void {
    if (this.#controller !== undefined && (this.#controller.desiredSize ?? 0) > 0) this.#tellNews();
  }

  #tellNews(): void {
    const { source } = this.#parts;
    source.refresh();
    const { model } = source;
    if (model !== this.#model) [this.#model, this.#told] = [model, 0];
    const { number } = model;
    const run = this.#parts.run();
    const text = JSON.stringify(run, (key, value) => key === "nowMs" || key === "elapsedMs" ? undefined : value);
    if (number === this.#told && text === this.#lastRun) {
      if (performance.now() - this.#sentAtMs > silenceMsMax) this.#write(": nothing new\n\n");
      return;
    }
    this.#lastRun = text;
    const { happenings, hasMissed } = model.happenings.after(this.#told);
    if (happenings.length > 0 || hasMissed) this.#send("happenings", { happenings, hasMissed }, number);
    this.#send("run", run, number);
    this.#told = number;
  }

  #send(event: string, value: object, number: number): void {
    this.#write(`id: ${number}\nevent: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
  }

  #write(text: string): void {
    this.#sentAtMs = performance.now();
    this.#controller!.enqueue(new TextEncoder().encode(text));
  }
}
