/**
 * The files of tasks on this machine.
 *
 * @module
 */

import { runFolderPrefix } from "../../report/run_files.ts";
import type { Feeding, OutputEnd, OutputPart, OutputPieces, TaskFiles } from "../../runtime/task_files.ts";
import { readVariable } from "../host/machine.ts";
import { mayUse } from "../host/permissions.ts";
import { isRemote } from "../host/remote_paths.ts";
import { feedPipe, type PipeFeeding } from "./feed_pipe.ts";
import { FollowedFile } from "./followed_file.ts";
import { readRemotePart, RemoteFile } from "./remote_file.ts";
import { readPart } from "./tail.ts";

/** Makes holes in files. */
const holeMaker = "fallocate";
/** Where the system keeps files that are needed for a while. */
const systemFolder = "/tmp";

/** The files of one run's tasks. */
export class SystemTaskFiles implements TaskFiles {
  readonly #folders: string[] = [];
  readonly #streams = new Map<string, ReadableStream<Uint8Array>>();
  readonly #children = new Set<Promise<void>>();
  readonly #feedings = new Set<PipeFeeding>();

  /** Follows a file. */
  follow(path: string): OutputPieces {
    return isRemote(path) ? new RemoteFile(path) : new FollowedFile(path);
  }

  /** Reads a part of a file. */
  read(path: string, bytesMax: number, end: OutputEnd): OutputPart | Promise<OutputPart> {
    return isRemote(path) ? readRemotePart(path, bytesMax, end) : readPart(path, bytesMax, end);
  }

  /** Writes a file that is not there. */
  write(path: string, bytes: Uint8Array): void {
    try {
      if (Deno.statSync(path).isFile) return;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    // The file appears with its whole content, never with a part of it.
    Deno.writeFileSync(`${path}.part`, bytes, { mode: 0o600 });
    Deno.renameSync(`${path}.part`, path);
  }

  /** Holds the stream of a job. */
  hold(job: string, stream: ReadableStream<Uint8Array>): void {
    this.#streams.set(job, stream);
  }

  /** Lets go of a stream that was not read. */
  drop(job: string): void {
    const stream = this.#streams.get(job);
    this.#streams.delete(job);
    stream?.cancel().catch(() => {}); // What it has to say of that concerns nobody any more.
  }

  /** Feeds the stream of a job into a named pipe. */
  feed(path: string, job: string, failed: (error: unknown) => void): Feeding {
    const stream = this.#streams.get(job);
    if (stream === undefined) {
      throw new Error("its stdin was a stream of the program that submitted it, and of that nothing is left");
    }
    this.#streams.delete(job);
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    const feeding = feedPipe(path, stream, failed);
    this.#feedings.add(feeding);
    feeding.ended.then(() => this.#feedings.delete(feeding));
    return feeding;
  }

  /** How large a file is. */
  size(path: string): number {
    // The folder of the run has to answer in any case: its journal is there.
    if (!path.includes(runFolderPrefix) && isRemote(path)) return 0;
    try {
      return Deno.statSync(path).size;
    } catch {
      return 0; // It is not there.
    }
  }

  /** Makes a hole in a file, by the program for that: Deno has no way of its own. */
  release(path: string, from: number, count: number): void {
    // On a terminal Deno would ask the user.
    if (!mayUse("run", holeMaker)) return;
    try {
      const args = ["--punch-hole", "--offset", String(from), "--length", String(count), path];
      const child = new Deno.Command(holeMaker, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
      const ended = child.status.then(() => void this.#children.delete(ended));
      this.#children.add(ended);
    } catch {
      // Without it the file is as large as what was written.
    }
  }

  /** Removes a file. */
  remove(path: string): void {
    try {
      Deno.removeSync(path);
    } catch {
      // It is gone already, or never was there.
    }
  }

  /** Makes a folder that {@linkcode close} removes. Its name is that of a run's folder, so that no task writes into it. */
  makeFolder(isShared: boolean, rootWd: string): string | undefined {
    const own = readVariable("TMPDIR") || systemFolder;
    for (const dir of isShared ? [rootWd] : [own, rootWd]) {
      // What cannot be read again is not worth writing. On a terminal Deno would ask the user.
      if (!mayUse("write", `${dir}/x`) || !mayUse("read", `${dir}/x`)) continue;
      Deno.mkdirSync(dir, { recursive: true });
      const folder = Deno.makeTempDirSync({ prefix: runFolderPrefix, dir });
      this.#folders.push(folder);
      return folder;
    }
    return undefined;
  }

  /** Ends what is on its way, and removes the folders that were made. */
  async close(): Promise<void> {
    for (const feeding of this.#feedings) feeding.stop();
    for (const job of [...this.#streams.keys()]) this.drop(job);
    await Promise.all([...this.#children, ...[...this.#feedings].map(({ ended }) => ended)]);
    for (const folder of this.#folders.splice(0)) {
      try {
        Deno.removeSync(folder, { recursive: true });
      } catch {
        // Something that cannot be removed is no reason for a run to end badly.
      }
    }
  }
}
