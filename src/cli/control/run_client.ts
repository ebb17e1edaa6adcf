/**
 * A client of a live run: asks it through the socket in its folder, or says why that cannot be done.
 *
 * @module
 */

import { errorText } from "../../base/error_text.ts";
import { readRun } from "../../deno/files/runs/run_reader.ts";
import { writeAll } from "../../deno/host/write_all.ts";
import { connectToRun } from "../../deno/net/run_socket.ts";
import { readLines } from "../../doors/lines.ts";
import { PilotJobError } from "../../errors.ts";
import { commandText } from "../../report/command_text.ts";
import type { RunFacts } from "../../report/look/run_status.ts";
import type { Reply } from "../../service/reply.ts";

/** A run that cannot be asked. */
export class RunClientError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "RunClientError";
  /** Always `"RUN_NOT_REACHED"`. */
  override readonly code = "RUN_NOT_REACHED";
}

/** Asks a live run. */
export class RunClient implements Disposable {
  readonly #connection: Deno.UnixConn;
  readonly #lines: AsyncGenerator<{ readonly text: string } | { readonly problem: string }, void, void>;

  private constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
    this.#lines = readLines(connection.readable);
  }

  /**
   * Connects to a run.
   *
   * @param folder Its folder.
   * @throws {RunClientError} If it cannot be asked; says why, and what to do.
   */
  static async connect(folder: string): Promise<RunClient> {
    try {
      return new RunClient(await connectToRun(folder));
    } catch (error) {
      throw new RunClientError(whyUnreachable(readRun(folder).facts, errorText(error)), { cause: error });
    }
  }

  /**
   * Asks something.
   *
   * @throws {RunClientError} If the run ends before it has answered.
   */
  async ask(request: object): Promise<Reply> {
    await this.send(request);
    const line = await this.nextLine();
    if (line === undefined) throw new RunClientError("The run ended before it had answered");
    return JSON.parse(line);
  }

  /** Sends a request, whose answer is read later. */
  async send(request: object): Promise<void> {
    try {
      await writeAll(this.#connection, new TextEncoder().encode(`${JSON.stringify(request)}\n`));
    } catch (error) {
      throw new RunClientError(`The run can be asked no more: ${errorText(error)}`, { cause: error });
    }
  }

  /** The next line that the run sends; `undefined` when it sends no more. */
  async nextLine(): Promise<string | undefined> {
    try {
      const { value } = await this.#lines.next();
      return value === undefined || "problem" in value ? undefined : value.text;
    } catch {
      return undefined; // The run has gone.
    }
  }

  /** Leaves; the run goes on. */
  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch { /* It is closed already. */ }
  }
}

/** Says why a run cannot be asked, and what to do. */
function whyUnreachable({ id, folder, liveness, host, slurmJob, processId }: RunFacts, problem: string): string {
  switch (liveness) {
    case "ended":
      return `The run ${id} has ended; look at it by qcgpj status ${commandText([folder])}`;
    case "brokenOff":
      return `The run ${id} is not alive; go on with it by qcgpj run --resume ${commandText([folder])}`;
    case "elsewhere": {
      const way = slurmJob === undefined ? `on ${host}` : `there, by srun --overlap --jobid=${slurmJob} qcgpj …`;
      return `The run ${id} belongs to ${host}; run this command ${way}`;
    }
    case "alive": {
      const pid = processId === undefined ? "" : ` in process ${processId}`;
      return `The run ${id} lives${pid}, but cannot be asked (${problem}): a run has a door under deno run -A, and an ` +
        "executor of the library with its option door";
    }
    default:
      return liveness satisfies never;
  }
}
