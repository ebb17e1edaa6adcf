/**
 * Tags tasks that `Deno.Command` starts, where the C library may be called: as a keeper's tasks they carry a number in a
 * resource limit that nothing enforces, whatever they do to their environment. A new process inherits the limit, so this
 * program has it for the moment of the start.
 *
 * @module
 */

import { agentsMax, familyOf, ownSerial, serialsMax, tagOf, tagsOfRun } from "../../agent/tag.ts";
import { Arena } from "./native/arena.ts";
import { endFound } from "./earlier_processes.ts";
import { readTag } from "./process_scan.ts";
import { TagSearch } from "./tag_search.ts";

const symbols = {
  getLimit: { name: "getrlimit", parameters: ["i32", "usize"], result: "i32" },
  setLimit: { name: "setrlimit", parameters: ["i32", "usize"], result: "i32" },
} as const;
const fileLocks = 10; // RLIMIT_LOCKS
/** Where the limit lies that this program has otherwise, and where the one of a task. */
const [ownAt, taskAt] = [0, 16];

/** The tags of the tasks of one launcher. */
export class TaskTags implements Disposable {
  readonly #library: Deno.DynamicLibrary<typeof symbols>;
  readonly #arena = new Arena(32);
  readonly #runId: string;
  readonly #family: string;
  readonly #marks = new Map<string, string>();
  #serial = ownSerial;

  private constructor(library: Deno.DynamicLibrary<typeof symbols>, runId: string) {
    this.#library = library;
    this.#runId = runId;
    this.#family = familyOf(tagsOfRun(runId), Math.floor(Math.random() * agentsMax));
  }

  /** The tags of a run; `undefined` where limits cannot be set. Everything must be permitted. */
  static open(runId: string): TaskTags | undefined {
    if (Deno.build.os !== "linux") return undefined;
    try {
      const tags = new TaskTags(Deno.dlopen("libc.so.6", symbols), runId);
      if (tags.#take()) return tags;
      tags[Symbol.dispose]();
    } catch { /* There is no such library, or no such call. */ }
    return undefined;
  }

  /** Starts a process that carries a tag, and all that come of it; `mark` is what is otherwise in their environment. */
  during<T>(mark: string, start: () => T): T {
    this.#serial = (this.#serial + 1) % serialsMax || ownSerial + 1;
    const tag = tagOf(this.#family, this.#serial);
    this.#marks.set(String(tag), mark);
    this.#set(tag);
    try {
      return start();
    } finally {
      this.#library.symbols.setLimit(fileLocks, this.#arena.address);
    }
  }

  /** The mark of a process that has scrubbed it; the run's where its task is forgotten, `undefined` without our tag. */
  markOf(pid: number): string | undefined {
    const tag = readTag(pid);
    if (tag === undefined || !tag.startsWith(this.#family)) return undefined;
    return this.#marks.get(tag) ?? this.#runId;
  }

  /** Kills all that carry the tag of a task, and what they become meanwhile; settles when nothing is found any more. */
  async kill(mark: string): Promise<void> {
    for (const [tag, other] of this.#marks) {
      if (other !== mark) continue;
      const search = new TagSearch(tag);
      await endFound(() => search.look());
    }
  }

  /** Forgets a task that has ended. */
  forget(mark: string): void {
    for (const [tag, other] of this.#marks) if (other === mark) this.#marks.delete(tag);
  }

  /** Gives the library back. */
  [Symbol.dispose](): void {
    this.#library.close();
  }

  /** Tries it; false where it is refused. */
  #take(): boolean {
    const { symbols } = this.#library;
    if (symbols.getLimit(fileLocks, this.#arena.address) !== 0) return false;
    const isSet = this.#set(tagOf(this.#family, ownSerial));
    symbols.setLimit(fileLocks, this.#arena.address);
    return isSet;
  }

  #set(tag: bigint): boolean {
    const { view, address } = this.#arena;
    view.setBigUint64(taskAt, tag, true);
    view.setBigUint64(taskAt + 8, view.getBigUint64(ownAt + 8, true), true);
    return this.#library.symbols.setLimit(fileLocks, address + BigInt(taskAt)) === 0;
  }
}
