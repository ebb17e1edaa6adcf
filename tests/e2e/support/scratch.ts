/**
 * Folders for tests, which are gone afterwards.
 *
 * @module
 */

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

  /** Removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
