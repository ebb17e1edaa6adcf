/**
 * The door of a socket in the folder of a run: programs that may enter that folder ask a live run, by lines of JSON as through
 * a pipe. Any number of clients may be connected. Nothing that happens here changes what becomes of the run.
 *
 * @module
 */

import { join } from "@std/path";
import { errorText } from "../base/error_text.ts";
import { readJournal } from "../deno/files/journal/journal_file.ts";
import { writeAll } from "../deno/host/write_all.ts";
import { listenAtRun, removeSocket } from "../deno/net/run_socket.ts";
import { type SignaledTask, signalTasks } from "../deno/local/signal_tasks.ts";
import { parseJsonText } from "../job/json_text.ts";
import { escapeJson } from "../report/python_json.ts";
import { journalName } from "../report/run_files.ts";
import type { Door, DoorSession, OpenDoor } from "../runtime/door.ts";
import { type Reply, replyLine } from "../service/reply.ts";
import { readLines } from "./lines.ts";

/** Longer requests are refused. */
const requestBytesMax = 64 * 1024 * 1024;

/** How long a client that does not read what is sent keeps a door open at most, in milliseconds. */
const finishMsMax = 500;

/** What a client may ask beside the requests of the session. */
type OwnRequest =
  /** Events from a number on, until the run has ended; each is a line. */
  | { readonly request: "events"; readonly from?: number | "start" | "now" }
  /** With `stop` the processes of the tasks that run are stopped, too (SIGSTOP). */
  | { readonly request: "pause" | "continue"; readonly params?: { readonly stop?: boolean } };

/**
 * Makes the door of a run's folder. Where a socket cannot be made there, the user is told and the door stays shut.
 *
 * @param folder The folder of the run, which must be there.
 */
export function socketDoor(folder: string): Door {
  return (session) => {
    try {
      return new OpenSocket(session, folder);
    } catch (error) {
      session.warn(`the run cannot be asked by other commands: no socket in ${folder}: ${errorText(error)}`);
      return { label: "SOCKET", isAside: true, [Symbol.asyncDispose]: () => Promise.resolve() };
    }
  };
}

/** A socket that is listened at. */
class OpenSocket implements OpenDoor {
  readonly label = "SOCKET";
  readonly isAside = true;
  readonly #session: DoorSession;
  readonly #folder: string;
  readonly #listener: Deno.UnixListener;
  readonly #clients: Set<Client> = new Set();
  readonly #stops: TaskStops;

  constructor(session: DoorSession, folder: string) {
    this.#session = session;
    this.#folder = folder;
    this.#stops = new TaskStops(folder, session);
    this.#listener = listenAtRun(folder);
    // A program that has nothing else to do may end.
    this.#listener.unref();
    this.#accept();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    removeSocket(this.#folder);
    await Promise.all([...this.#clients].map((client) => client.finish()));
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) {
        const client = new Client(connection, this.#session, this.#stops);
        this.#clients.add(client);
        client.serve().finally(() => this.#clients.delete(client));
      }
    } catch (error) {
      if (!this.#session.isClosed) this.#session.warn(`the socket of the run broke: ${errorText(error)}`);
    }
  }
}

/** Stops the processes of tasks with a pause, and lets them go on at its end. */
class TaskStops {
  readonly #folder: string;
  readonly #session: DoorSession;
  #hasStopped = false;

  constructor(folder: string, session: DoorSession) {
    this.#folder = folder;
    this.#session = session;
  }

  async stop(running: readonly SignaledTask[]): Promise<number> {
    this.#hasStopped = true;
    return await this.#signal(running, "SIGSTOP");
  }

  async goOn(running: readonly SignaledTask[]): Promise<number> {
    if (!this.#hasStopped) return 0;
    this.#hasStopped = false;
    return await this.#signal(running, "SIGCONT");
  }

  /** Signals tasks: those on this node by their process ids, those on other nodes through the agents there. */
  async #signal(running: readonly SignaledTask[], signal: "SIGSTOP" | "SIGCONT"): Promise<number> {
    if (this.#session.freeze !== undefined) {
      await this.#session.freeze(signal === "SIGSTOP");
      return running.length;
    }
    const runId = readJournal(join(this.#folder, journalName), (replay) => replay.header?.runId);
    return runId === undefined ? 0 : signalTasks(runId, running, signal);
  }
}

/** One client. */
class Client {
  readonly #connection: Deno.UnixConn;
  readonly #session: DoorSession;
  readonly #stops: TaskStops;
  #sending: Promise<void> = Promise.resolve();
  #events: { return(): Promise<unknown> } | undefined;

  constructor(connection: Deno.UnixConn, session: DoorSession, stops: TaskStops) {
    this.#connection = connection;
    this.#session = session;
    this.#stops = stops;
    connection.unref();
  }

  /** Answers until the client goes. Never rejects. */
  async serve(): Promise<void> {
    try {
      for await (const line of readLines(this.#connection.readable, requestBytesMax)) {
        if ("problem" in line) await this.#reply(await this.#session.refuse(line.problem));
        else if (line.text.trim() !== "") await this.#answer(line.text);
        await this.#session.nextTurn();
      }
    } catch { /* The client has gone in the middle of something, which is its own matter. */ }
    await this.#events?.return().catch(() => {});
    this.#close();
  }

  /** Sends what is to be sent, and ends; a client that does not read is left behind. */
  async finish(): Promise<void> {
    const { promise: isLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, finishMsMax);
    await Promise.race([this.#sending.catch(() => {}), isLate]);
    clearTimeout(timer);
    // Streams of events end by themselves after the last event of the run, which is later than this.
    if (this.#events === undefined) this.#close();
  }

  async #answer(text: string): Promise<void> {
    const own = readOwn(text);
    if (own === undefined) return await this.#reply(await this.#session.answerText(text));
    if (own.request === "events") return this.#tellEvents(own.from ?? "now");
    await this.#reply(await this.#pause(own));
  }

  async #pause({ request, params }: OwnRequest & { readonly request: "pause" | "continue" }): Promise<Reply> {
    const reply = await this.#session.answer({ request });
    if (reply.code !== 0) return reply;
    const { running } = reply.data as { readonly running: readonly SignaledTask[] };
    if (request === "pause" && params?.stop === true) {
      return { ...reply, data: { running, stopped: await this.#stops.stop(running) } };
    }
    return request === "continue" ? { ...reply, data: { running, continued: await this.#stops.goOn(running) } } : reply;
  }

  async #tellEvents(from: number | "start" | "now"): Promise<void> {
    let events: ReturnType<DoorSession["events"]>;
    try {
      events = this.#session.events({ from });
    } catch (error) {
      return await this.#reply({ code: 1, message: errorText(error) });
    }
    this.#events = events;
    const tell = async () => {
      for await (const event of events) await this.#send(`${escapeJson(JSON.stringify(event))}\n`);
      this.#close();
    };
    // Further requests are answered meanwhile, so that a client can say that it has seen enough.
    tell().catch(() => this.#close());
  }

  #reply(reply: Reply): Promise<void> {
    return this.#send(replyLine(reply));
  }

  #send(text: string): Promise<void> {
    const sent = this.#sending.then(() => writeAll(this.#connection, new TextEncoder().encode(text)));
    this.#sending = sent.catch(() => {});
    return sent;
  }

  #close(): void {
    try {
      this.#connection.close();
    } catch { /* It is closed already. */ }
  }
}

/** What is asked of the door itself; `undefined` for what the session answers. */
function readOwn(text: string): OwnRequest | undefined {
  let value: unknown;
  try {
    value = parseJsonText(text);
  } catch {
    return undefined; // The session says what is wrong with it.
  }
  const request = (value as { readonly request?: unknown } | null)?.request;
  return request === "events" || request === "pause" || request === "continue" ? value as OwnRequest : undefined;
}
