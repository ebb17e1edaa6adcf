/**
 * Folders for tests, which are gone afterwards.
 *
 * @module
 */

import { until } from "./processes.ts";

/** A folder that is removed when its scope is left. */
export class Scratch implements AsyncDisposable {
  /** The folder's path. */
  readonly path: string = Deno.makeTempDirSync({ prefix: "pilotjob-" });

  /** The path of something in the folder. */
  in(name: string): string {
    return `${this.path}/${name}`;
  }

  /** Reads a file of the folder. */
  read(name: string): string {
    return Deno.readTextFileSync(this.in(name));
  }

  /** Writes a file of the folder; `mode` makes it executable. */
  write(name: string, text: string, mode?: number): string {
    Deno.writeTextFileSync(this.in(name), text);
    if (mode !== undefined) Deno.chmodSync(this.in(name), mode);
    return this.in(name);
  }

  /** Removes the folder. What is being ended by a guard may write into it meanwhile, but not for long. */
  async [Symbol.asyncDispose](): Promise<void> {
    await until(() => this.#isRemoved(), `${this.path} can be removed`);
  }

  async #isRemoved(): Promise<boolean> {
    try {
      await Deno.remove(this.path, { recursive: true });
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("Directory not empty"))) throw error;
      return false;
    }
    return true;
  }
}
