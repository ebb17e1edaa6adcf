/**
 * The port of a door. A door is a way in for requests: a file, a pipe, a socket, the network. It is a function of a
 * session; what it returns is open until it is disposed of.
 *
 * ```text
 * client -> door -> session.answer() -> admission -> pilot
 * ```
 *
 * @module
 */

import type { EventOptions, EventStream } from "../events/event_stream.ts";
import type { EventReader } from "../events/event_reader.ts";
import type { NodeCores } from "../report/dashboard/dashboard_model.ts";
import type { RunFacts } from "../report/look/run_status.ts";
import type { RunView } from "../report/look/run_view.ts";
import type { Reply } from "../service/reply.ts";

/**
 * A way in for requests: begins to listen and returns what ends it. What it throws keeps this door shut, and no other.
 *
 * @param session Answers the requests.
 *
 * @example Requests by HTTP
 * ```ts
 * import { type Door, QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * const ports: number[] = [];
 * const http: Door = (session) =>
 *   Deno.serve(
 *     { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => void ports.push(port) },
 *     async (request) => Response.json(await session.answer(await request.json())),
 *   );
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), doors: [http] });
 * const ask = async (request: object) =>
 *   (await fetch(`http://127.0.0.1:${ports[0]}`, { method: "POST", body: JSON.stringify(request) })).json();
 *
 * const jobs = [{ name: "hello", execution: { exec: "echo", args: ["hello"] } }];
 * const reply = await ask({ request: "submit", jobs });
 * assertEquals(reply.data, { submitted: 1, jobs: ["hello"] });
 * assertEquals(await executor.manager.wait4("hello"), { hello: "SUCCEED" });
 * ```
 */
export type Door = (session: DoorSession) => OpenDoor;

/** A door that is open. Disposing of it takes no more requests, and gives back what it holds. */
export interface OpenDoor extends AsyncDisposable {
  /**
   * What a status calls it, for example `FILE`.
   *
   * @default {the name of the function that opened it, in capital letters}
   */
  readonly label?: string;
  /** The address that clients send requests to, as a status tells it. */
  readonly address?: string;
  /** The address that clients hear of events at, as a status tells it. */
  readonly publisher?: string;
  /** Variables that tell tasks of the door. They win over those of a job. */
  readonly taskVariables?: Readonly<Record<string, string>>;
  /**
   * Settles when no more requests will come: with a rejection if the door broke, which is told the user. Absent: it
   * stays open until it is disposed of.
   */
  readonly ended?: Promise<unknown>;
  /**
   * Whether its requests are work that is there from the start, as those of a file: who waits for the work, such as a
   * shutdown of the executor, waits until it has `ended`, too.
   *
   * @default {false}
   */
  readonly isAwaited?: boolean;
  /**
   * Whether the session does not wait for its requests: one that is fed through other doors ends with those.
   *
   * @default {false}
   */
  readonly isAside?: boolean;
}

/**
 * The run as a door shows it: what a dashboard is made of. All of it is the pilot's own and must not be changed.
 *
 * @internal
 */
export interface ShownRun {
  /** Its jobs and tasks; up to date at any time. */
  readonly view: RunView;
  /** What else is known of it now. */
  facts(): RunFacts;
  /** The working directory of its tasks, absolute. */
  readonly rootWd: string;
  /** Its nodes. */
  readonly nodes: readonly NodeCores[];
  /** Whether nothing more is started for now. */
  readonly isPaused: boolean;
  /** Lets a reader hear the events from now on, after the view; the returned function ends that. */
  watch(name: string, reader: EventReader): () => void;
}

/** What a door is opened for: it answers requests, those of several doors at once. */
export interface DoorSession {
  /**
   * Answers a request in the form of QCG-PilotJob's, such as `{ request: "submit", jobs: [...] }`. Whatever it is gets a
   * reply. What it asks for is done when this returns; the reply comes when that is on record, as durable as was asked
   * for, so that a crash takes nothing back that a client was told. Replies come in the order of the calls. To wait for
   * each before the next request costs a write to the disk for each.
   *
   * @param request The request as a JSON value.
   * @returns Resolves to the reply, a JSON value: `code` 0 and `data`, or `code` 1 and a `message`. Never rejects.
   */
  answer(request: unknown): Promise<Reply>;
  /** Answers a request that came as JSON text, as {@linkcode answer} does. A text that is no JSON is answered too. */
  answerText(text: string): Promise<Reply>;
  /**
   * Answers what cannot be read as a request at all: with a refusal, of which the log tells as of any other.
   *
   * @param problem What is wrong with it, such as `the message is not UTF-8 text`.
   */
  refuse(problem: string): Promise<Reply>;
  /**
   * Lets the processes of all tasks stand still, on all nodes, or go on; neither time limits nor graces pass meanwhile.
   * Absent where all tasks run on this machine: who may open a door can do that by signals.
   */
  freeze?(isFrozen: boolean): Promise<unknown>;
  /**
   * The public events of the run, for one client; see {@linkcode EventOptions}. The run never waits for a client: one
   * that is too slow finds an event `lagged` with the number of those it missed, and may ask for them by number. The
   * stream ends when the run has ended, after the door is closed: a door that is closed earlier leaves its streams.
   *
   * @param options Where to begin, and how much is held.
   * @throws {TypeError} If an option is unknown or of the wrong type.
   * @throws {RangeError} If a number is less than 1.
   */
  events(options?: EventOptions): EventStream;
  /**
   * The run itself, to be looked at.
   *
   * @internal
   */
  show(): ShownRun;
  /** Whether no more requests are wanted: a request asked to finish, or {@linkcode isStopped}. */
  readonly isClosed: boolean;
  /** Whether no job is open: nobody has to be left their turn. */
  readonly isIdle: boolean;
  /** Whether whatever would change something is refused: the run was interrupted, has ended or is broken. */
  readonly isStopped: boolean;
  /**
   * Waits for something, but no longer than requests are wanted; it is `undefined` then.
   *
   * @param awaited What is waited for: the next request, or room for a reply.
   * @throws What `awaited` rejects with, if it does so before.
   */
  unlessClosed<T>(awaited: Promise<T>): Promise<T | undefined>;
  /** Lets the pilot take in what was asked, and all else have its turn. For doors that read many in a row. */
  nextTurn(): Promise<void>;
  /** Tells the user something: on the standard error and in the log. */
  warn(text: string): void;
}
