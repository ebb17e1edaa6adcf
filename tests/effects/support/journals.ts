/**
 * What the journal tests share: scratch folders, small and read-only disks, and the events to write.
 *
 * @module
 */

import type { Event } from "../../../src/core/types.ts";
import { readJournal } from "../../../src/deno/files/journal/journal_file.ts";
import type { JournalHeader } from "../../../src/journal/codec/header.ts";
import type { ReplayReport } from "../../../src/journal/replay/replay.ts";

/** The header of all journals here. */
export const header: JournalHeader = {
  runId: "run-1",
  startedMs: 1_795_000_000_000,
  nodeNames: ["node-a"],
  metadata: { options: { cores: 4 } },
};

/** The turn with a number: the start and the end of that many tasks, with the number in each. */
export function turnOf(number: number, tasks = 1): Event[] {
  const atMs = header.startedMs + number;
  return Array.from({ length: tasks }, (_, i) => number * 1000 + i).flatMap((task): Event[] => [
    { kind: "taskStarted", atMs, task, job: 0, attempt: 1, pid: 100 + number },
    { kind: "taskEnded", atMs, task, job: 0, attempt: 1, outcome: { kind: "succeeded" }, usage: {} },
  ]);
}

/** The events of turns `first … last - 1`, one task in each. */
export function turnsOf(first: number, last: number): Event[] {
  return Array.from({ length: last - first }, (_, i) => turnOf(first + i)).flat();
}

/** Reads a journal as a whole. */
export function readAll(path: string): { readonly events: Event[]; readonly report: ReplayReport } {
  return readJournal(path, (replay) => ({ events: [...replay], report: replay.report() }));
}

/** Gives a path for a journal in a folder of its own. */
export async function withFolder(use: (path: string, folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "journal-" });
  try {
    await use(`${folder}/journal`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Gives a disk of so many KiB, if this machine lets us mount one; says whether it did. */
export async function withDisk(
  sizeKiB: number,
  use: (path: string, folder: string) => Promise<void> | void,
): Promise<boolean> {
  let mounted = false;
  await withFolder(async (path, folder) => {
    mounted = await runs("mount", "-t", "tmpfs", "-o", `size=${sizeKiB}k`, "tmpfs", folder);
    if (!mounted) return;
    try {
      await use(path, folder);
    } finally {
      await runs("umount", folder);
    }
  });
  return mounted;
}

/** Makes a mounted disk read-only. */
export async function makeReadOnly(folder: string): Promise<void> {
  if (!await runs("mount", "-o", "remount,ro", folder)) throw new Error(`Cannot remount ${folder}`);
}

async function runs(program: string, ...args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output();
    return success;
  } catch {
    return false;
  }
}

/** A pilot in a process of its own that writes turn after turn to a journal. */
export class WriterProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";

  /** Starts it. It writes turns of one task until `turns`, and then waits. */
  constructor(path: string, turns: number) {
    const script = new URL("./journal_writer.ts", import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--allow-read", "--allow-write", script, path, String(turns)],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#lines = this.#child.stdout.getReader();
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Waits until it has said that so many turns are written; returns how many it has said by then. */
  async wrote(turns: number): Promise<number> {
    while (this.#count() < turns) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error("The writer ended too early");
      this.#text += new TextDecoder().decode(value);
    }
    return this.#count();
  }

  /** Kills it, and returns how many turns it has said to be written in all. */
  async kill(): Promise<number> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    for (let read = await this.#lines.read(); !read.done; read = await this.#lines.read()) {
      this.#text += new TextDecoder().decode(read.value);
    }
    return this.#count();
  }

  /** Makes sure that it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* It is gone. */ }
    await this.#child.status;
    await this.#lines.cancel();
  }

  #count(): number {
    return this.#text.split("\n").length - 1;
  }
}
