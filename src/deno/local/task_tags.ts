/**
 * Tags tasks that `Deno.Command` starts, where the C library may be called: as a keeper's tasks they carry a number in a
 * resource limit that nothing enforces, whatever they do to their environment. A new process inherits the limit, so this
 * program has it for the moment of the start.
 *
 * @module
 */

import { agentsMax, familyOf, ownSerial, serialsMax, tagOf, tagsOfRun } from "../../agent/tag.ts";
import { Arena } from "./native/arena.ts";
import { TagReader } from "./native/tag_reader.ts";
import { endTagged } from "./earlier_processes.ts";
import type { CrowdTags } from "./process_sweep.ts";
import { hasTagged, sightOf, type TagFilter, TagSearch, type TagSight } from "./tag_search.ts";

const symbols = {
  getLimit: { name: "getrlimit", parameters: ["i32", "usize"], result: "i32" },
  setLimit: { name: "setrlimit", parameters: ["i32", "usize"], result: "i32" },
} as const;
const fileLocks = 10; // RLIMIT_LOCKS
/** Where the limit lies that this program has otherwise, and where the one of a task. */
const [ownAt, taskAt] = [0, 16];

/** The tags of the tasks of one launcher. */
export class TaskTags implements CrowdTags, Disposable {
  readonly #library: Deno.DynamicLibrary<typeof symbols>;
  readonly #arena = new Arena(32);
  readonly #reader: TagReader | undefined = TagReader.open();
  readonly #sight: TagSight = sightOf(this.#reader);
  readonly #runId: string;
  readonly #family: string;
  readonly #marks = new Map<string, string>();
  #serial = ownSerial;
  /** Settles when what is being killed has gone. */
  #killed: Promise<void> = Promise.resolve();
  /** What is killed after that. */
  #next: { readonly marks: Set<string>; readonly killed: Promise<void> } | undefined;

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
    const tag = this.#sight.tagOf(pid);
    if (tag === undefined || !tag.startsWith(this.#family)) return undefined;
    return this.#marks.get(tag) ?? this.#runId;
  }

  /** What carries the tags of tasks, dead or alive. */
  find(marks: ReadonlySet<string>): ReadonlyMap<string, readonly number[]> {
    const found = new Map<string, number[]>();
    for (const pid of new TagSearch(this.#tagsOf(marks), this.#sight).look()) {
      const mark = this.markOf(pid);
      if (mark !== undefined && !found.get(mark)?.push(pid)) found.set(mark, [pid]);
    }
    return found;
  }

  /** Whether something that carries it lives among what was started after a process. */
  hasLiving(mark: string, after: number): boolean {
    const tags = [...this.#marks].filter(([, other]) => other === mark);
    return tags.some(([tag]) => hasTagged(tag, after, this.#sight));
  }

  /**
   * Kills all that carry the tag of a task, and what they become meanwhile; settles when nothing is found any more. What
   * is asked for in one turn, or while others are being killed, is one search.
   */
  kill(mark: string): Promise<void> {
    if (this.#next !== undefined) this.#next.marks.add(mark);
    else {
      const marks = new Set([mark]);
      const killed = this.#killed.then(async () => {
        this.#next = undefined;
        await endTagged(this.#tagsOf(marks));
      });
      this.#next = { marks, killed };
      this.#killed = killed;
    }
    return this.#next!.killed;
  }

  /** Settles when all has gone that is being killed. */
  async killed(): Promise<void> {
    await this.#killed;
  }

  #tagsOf(marks: ReadonlySet<string>): TagFilter {
    const tags = new Set([...this.#marks].filter(([, mark]) => marks.has(mark)).map(([tag]) => tag));
    return (tag) => tags.has(tag);
  }

  /** Forgets a task that has ended. */
  forget(mark: string): void {
    for (const [tag, other] of this.#marks) if (other === mark) this.#marks.delete(tag);
  }

  /** Gives the library back. */
  [Symbol.dispose](): void {
    this.#library.close();
    this.#reader?.[Symbol.dispose]();
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
