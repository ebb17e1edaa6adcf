/**
 * A folder on a file system that a program of the tests serves, and that may die: see `remote_files.py`.
 *
 * @module
 */

import { remoteCallsUnderWay } from "../../../src/deno/host/remote_calls.ts";
import { forgetMounts } from "../../../src/deno/host/remote_paths.ts";
import { until } from "./launches.ts";

const program = new URL("remote_files.py", import.meta.url).pathname;

/** Whether this machine lets us mount one: that takes root, Python and `/dev/fuse`. */
export const canMount: boolean = (() => {
  try {
    Deno.openSync("/dev/fuse", { read: true, write: true }).close();
    return Deno.uid() === 0 && new Deno.Command("python3", { args: ["-V"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
})();

/** What the file system is to do with whom asks. */
export type RemoteState = "answer" | "die" | "die for good";

/** A mounted folder. */
export class RemoteFolder implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #isGone = false;

  private constructor(folder: string) {
    this.#child = new Deno.Command("python3", { args: [program, folder], stdin: "piped", stdout: "piped" }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Mounts a folder, which must be there. */
  static async at(folder: string): Promise<RemoteFolder> {
    const mounted = new RemoteFolder(folder);
    await mounted.#reader.read();
    forgetMounts();
    return mounted;
  }

  /** Settles when it is so. */
  async become(state: RemoteState): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${state}\n`));
    await this.#reader.read();
  }

  /**
   * Gives the folder back: who waits in it gets an error. Calls of this process that nobody waits for any more are
   * waited for here, as they must not outlive their test.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    await this.#writer.close();
    while (!(await this.#reader.read()).done);
    await this.#child.status;
    await until(() => remoteCallsUnderWay() === 0);
  }
}
