/**
 * Publishes the events of a run to the subscribers of a socket, while there are any.
 *
 * @module
 */

import type { EventStream } from "../events/event_stream.ts";
import type { DoorSession } from "../runtime/door.ts";
import type { Reply } from "../service/reply.ts";
import { idleMessage, publishedEvents } from "../service/published_events.ts";
import type { StatusData } from "../service/status.ts";

/** Events that are held while they cannot be published as fast as they come. */
const capacity = 100_000;

/** Tells the subscribers. */
export interface EventSocket {
  /** How many are connected. */
  readonly connections: number;
  /** Tells a message to all who want it. */
  publish(message: Uint8Array): void;
}

/** Publishes events, from the first that connects on. */
export class EventPublisher {
  readonly #session: DoorSession;
  readonly #socket: EventSocket;
  readonly #encoder: TextEncoder = new TextEncoder();
  #stream: EventStream | undefined;
  #publishing: Promise<void> = Promise.resolve();
  /** Jobs that have not ended, as far as the events have been read. */
  #openJobs = 0;
  #manager = "";
  /** Counts what was read, so that one can see whether more comes. */
  #read = 0;

  /** Publishes nothing yet. */
  constructor(session: DoorSession, socket: EventSocket) {
    this.#session = session;
    this.#socket = socket;
  }

  /** Begins with the first subscriber, and ends when none is left. */
  peersChanged(): void {
    if (this.#socket.connections > 0) this.#begin();
    else this.#leave();
  }

  /** Publishes what has happened by now, and ends. */
  async close(): Promise<void> {
    for (let read = -1; read !== this.#read && this.#stream !== undefined;) {
      read = this.#read;
      await this.#session.nextTurn();
    }
    this.#leave();
    await this.#publishing;
  }

  #begin(): void {
    if (this.#stream !== undefined) return;
    const stream = this.#session.events({ capacity });
    this.#stream = stream;
    // Asked for in the same turn, so that it counts the jobs up to the first event of the stream.
    const status = Promise.resolve(this.#session.answer({ request: "status" }));
    this.#publishing = this.#publishing.then(() => this.#publishAll(stream, status)).catch(() => {
      // The run broke, and tells so itself.
      this.#leave();
    });
  }

  #leave(): void {
    this.#stream?.return();
    this.#stream = undefined;
  }

  async #publishAll(first: EventStream, status: Promise<Reply>): Promise<void> {
    const { System, JobStats } = (await status).data as StatusData;
    this.#manager = String(System["InstanceId"]);
    this.#openJobs = JobStats["InScheduleJobs"]! + JobStats["ExecutingJobs"]!;
    let stream = first;
    let lastGap = 0;
    for (let next = await stream.next(); !next.done; next = await stream.next()) {
      const event = next.value;
      this.#read++;
      if (event.event !== "lagged") {
        await this.#publish(event);
        continue;
      }
      // What was missed is read from the journal; where there is none it is lost.
      if (event.number === lastGap) this.#session.warn(`${event.missed} events were not published: they came too fast`);
      if (event.number === lastGap || this.#stream !== stream) continue;
      lastGap = event.number;
      await stream.return();
      stream = this.#session.events({ from: event.number, capacity });
      this.#stream = stream;
    }
  }

  async #publish(event: Parameters<typeof publishedEvents>[0]): Promise<void> {
    for (const message of publishedEvents(event, this.#manager)) this.#tell(message);
    if (event.event === "jobSubmitted") this.#openJobs++;
    if (event.event !== "jobFinished" || --this.#openJobs > 0) return;
    // A job may have been let in whose event is still to come.
    const reply = await this.#session.answer({ request: "status", options: { allJobsFinished: true } });
    if ((reply.data as { readonly AllJobsFinished?: boolean }).AllJobsFinished) this.#tell(idleMessage(this.#manager));
  }

  #tell(message: string): void {
    this.#socket.publish(this.#encoder.encode(message));
  }
}
