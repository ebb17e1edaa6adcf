/**
 * A session: one service of requests over a run, with any number of doors. It opens the doors, closes them, and ends the
 * run; a door that breaks or hangs is told the user, and all else goes on.
 *
 * ```text
 * doors -> service -> admission -> pilot -> records
 *   ^         | asks for an end
 *   `- closed <-+- interrupted, ended, broken
 * ```
 *
 * A reply is given, and logged, when what the request has changed is on record, as durable as was asked for. Requests
 * may be asked while others wait for that: those of one turn share one write.
 *
 * Doors are closed before what the run holds is given back, so that a status can be asked for until the last job has
 * ended. Requests to `finish` close them earlier, as in QCG-PilotJob.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { errorText } from "../base/error_text.ts";
import type { EventOptions, EventStream } from "../events/event_stream.ts";
import { type Answer, finishDelayMs, Service, type ShutdownMode } from "../service/service.ts";
import type { OpenInterfaces } from "../service/status.ts";
import { exchangeMessage, refuse, type Reply } from "../service/reply.ts";
import type { Admission } from "./admission.ts";
import type { Door, DoorSession, ShownRun } from "./door.ts";
import { OpenedDoor } from "./opened_door.ts";
import type { Run } from "./run.ts";
import { OwnRun } from "./shown_run.ts";

/** What a session needs. */
export interface SessionPorts {
  /** The run that is served. */
  readonly run: Pick<
    Run,
    | "pilot"
    | "statistics"
    | "facts"
    | "zone"
    | "hub"
    | "folderPath"
    | "events"
    | "log"
    | "warn"
    | "tellAddress"
    | "suspend"
    | "release"
  >;
  /** Lets its jobs in. */
  readonly admission: Admission;
  /** Resolves when timers, signals and other doors have had a turn. */
  readonly nextTurn: () => Promise<void>;
}

/** A run that is fed by requests. */
export class Session implements DoorSession {
  /** Answers the requests. */
  readonly service: Service;
  readonly #ports: SessionPorts;
  readonly #doors: OpenedDoor[] = [];
  readonly #wakers: Set<() => void> = new Set();
  readonly #untilClosed: PromiseWithResolvers<void> = Promise.withResolvers();
  #isStopped = false;
  #closing: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #shown: ShownRun | undefined;
  #isFrozen = false;
  /** Lets all tasks stand still, or go on. */
  readonly freeze?: (isFrozen: boolean) => Promise<unknown>;

  /** Creates a session without doors. */
  constructor(ports: SessionPorts) {
    const { run, admission } = ports;
    const { pilot, statistics, facts, zone } = run;
    this.#ports = ports;
    if (pilot.isInSlurm) {
      this.freeze = (isFrozen) => {
        this.#isFrozen = isFrozen;
        return pilot.freeze(isFrozen);
      };
    }
    this.service = new Service({
      admission,
      pilot,
      statistics,
      facts,
      zone,
      nowMs: () => pilot.clock.nowMs(),
      interfaces: () => this.#interfaces(),
      shutdownRequested: (end) => this.#shutdownRequested(end),
    });
    pilot.stopped.catch(() => {}).then(() => this.#stop());
  }

  /**
   * Opens a door.
   *
   * @param door The door.
   * @throws Whatever the door throws; the others stay as they are.
   */
  open(door: Door): void {
    invariant(this.#closing === undefined, "A door is opened before the session closes");
    const { clock } = this.#ports.run.pilot;
    const opened = new OpenedDoor(door, this, { clock, untilClosed: this.#untilClosed.promise });
    this.#doors.push(opened);
    const { taskVariables, address } = opened.door;
    if (taskVariables !== undefined) this.#ports.run.pilot.tellTasks(taskVariables);
    if (address !== undefined) this.#ports.run.tellAddress(address);
  }

  /** Answers a request; resolves when that may be told. */
  answer(request: unknown): Promise<Reply> {
    return this.#tell(this.service.answer(request));
  }

  /** Answers a request that came as JSON text; resolves when that may be told. */
  answerText(text: string): Promise<Reply> {
    return this.#tell(this.service.answerText(text));
  }

  /** Answers what cannot be read as a request at all. */
  refuse(problem: string): Promise<Reply> {
    return this.#tell(this.service.refuse(problem));
  }

  /** The public events of the run, for one client of a door. */
  events(options: EventOptions = {}): EventStream {
    return this.#ports.run.events(options);
  }

  /** The run itself, to be looked at. */
  show(): ShownRun {
    return this.#shown ??= new OwnRun(this.#ports.run);
  }

  /** Whether no more requests are wanted. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /** Whether no job is open. */
  get isIdle(): boolean {
    return this.#ports.run.pilot.openJobs === 0;
  }

  /** Whether whatever would change something is refused. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether one of the doors broke. */
  get hasBrokenDoor(): boolean {
    return this.#doors.some(({ isBroken }) => isBroken);
  }

  /** Waits for something, but no longer than requests are wanted; it is `undefined` then. */
  async unlessClosed<T>(awaited: Promise<T>): Promise<T | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    awaited.then(resolve, this.isClosed ? () => {} : reject);
    if (this.isClosed) return undefined;
    const wake = () => resolve(undefined);
    this.#wakers.add(wake);
    try {
      return await promise;
    } finally {
      const wasThere = this.#wakers.delete(wake);
      invariant(wasThere, "Who waits is woken as long as it waits");
    }
  }

  /** Lets the pilot take in what was asked, and timers, signals and other doors have their turn. */
  nextTurn(): Promise<void> {
    return this.#ports.nextTurn();
  }

  /** Tells the user something. */
  warn(text: string): void {
    this.#ports.run.warn(text);
  }

  /** Resolves when no more requests will come: every door has ended by itself, or none are wanted any more. */
  async served(): Promise<void> {
    for (const { over } of this.#doors) await over;
  }

  /**
   * Stops everything because the run is interrupted. Tasks are given their grace, and stay unfinished in the records, so
   * that a resume runs them again.
   *
   * @param why The sentence for the log.
   */
  async interrupt(why: string): Promise<void> {
    const { run } = this.#ports;
    run.log({ level: "warning", text: why });
    this.#isStopped = true;
    this.service.stop();
    await this.nextTurn(); // What has ended by now is taken in and recorded first,
    await run.pilot.recorded().catch(() => {}); // and so is what was answered.
    run.suspend();
    run.pilot.cancel({ kind: "all" }, "shutdown");
    run.pilot.drain();
    this.#close();
  }

  /**
   * Takes what doors still bring that end by themselves ({@linkcode OpenDoor.isAwaited}), then no more jobs, waits until
   * all have ended, closes the doors, and gives everything back. May be called again: all calls wait for the same end.
   *
   * @throws {JournalError} If the run broke.
   */
  end(): Promise<void> {
    return this.#ending ??= this.#end();
  }

  async #end(): Promise<void> {
    const { run } = this.#ports;
    for (const { door, over } of this.#doors) if (door.isAwaited) await over;
    run.pilot.drain();
    await run.pilot.stopped.catch(() => {});
    const isBroken = run.pilot.failure !== undefined;
    invariant(isBroken || run.pilot.openJobs === 0, "A run that did not break leaves no job open");
    this.#callOff?.();
    await this.#close();
    const { publisher: _, ...interfaces } = this.#interfaces(); // No events are published any more.
    await run.release(interfaces);
  }

  /** On record, then in the log, then the reply: what a crash could undo is not told. */
  async #tell({ request, hasChanged, reply }: Answer): Promise<Reply> {
    const { run } = this.#ports;
    let told = reply;
    try {
      await run.pilot.recorded();
    } catch (error) {
      const message = `The run broke before this was on record: ${errorText(error)}`;
      if (hasChanged) told = refuse(message, { error: "NOT_RECORDED" });
    }
    // How far the run is, is asked again and again.
    if (request !== "progress") run.log(exchangeMessage(request, told));
    return told;
  }

  #interfaces(): OpenInterfaces {
    const told = (key: "address" | "publisher") => {
      const found = this.#doors.find(({ door }) => door[key] !== undefined)?.door[key];
      return found === undefined ? {} : { [key]: found };
    };
    return { names: this.#doors.map(({ label }) => label), ...told("address"), ...told("publisher") };
  }

  #shutdownRequested(end: ShutdownMode): void {
    const { pilot } = this.#ports.run;
    switch (end) {
      case "none":
        return;
      case "whenIdle":
        this.#untilIdle().catch(() => {}).then(() => this.#close());
        return;
      case "afterJobs":
      case "now":
        this.#callOff?.();
        this.#callOff = pilot.clock.wakeAt(pilot.clock.nowMs() + finishDelayMs, () => {
          this.#close();
          if (end === "now") pilot.cancel({ kind: "all" }, "shutdown");
        });
        return;
      default:
        end satisfies never;
    }
  }

  async #untilIdle(): Promise<void> {
    const { pilot } = this.#ports.run;
    while (pilot.openJobs > 0) await pilot.idle();
  }

  #stop(): void {
    this.#isStopped = true;
    this.service.stop();
    this.#close();
  }

  /** Closes all doors at once, each within its time. Never rejects. */
  #close(): Promise<void> {
    return this.#closing ??= this.#closeAll();
  }

  async #closeAll(): Promise<void> {
    // Nobody could let it go on any more, and what stands still does not end.
    if (this.#isFrozen) this.freeze?.(false);
    await Promise.resolve(); // A question that comes meanwhile finds the session closed.
    for (const wake of this.#wakers) wake();
    this.#untilClosed.resolve();
    await Promise.all(this.#doors.map((opened) => opened.close()));
  }
}
