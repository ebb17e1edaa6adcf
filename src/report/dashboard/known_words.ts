/**
 * The last lines of tasks that failed, each read once: a failure does not change any more. A bounded number is read at a
 * time, so that a thousand failures at once hold nothing up; the rest follows.
 *
 * @module
 */

import type { TaskId } from "../../core/types.ts";
import type { ReadWords } from "../look/failure_groups.ts";
import { lastLine, type LastWords } from "../look/last_words.ts";
import type { RunView, ViewedTask } from "../look/run_view.ts";

/** How many last words are remembered, and how many are read at a time. */
const knownMax = 20_000;
const readAtOnceMax = 50;

/** Remembers what tasks said last. */
export class KnownWords {
  readonly #view: RunView;
  readonly #readWords: ReadWords;
  readonly #known: Map<TaskId, { readonly attempts: number; readonly words: LastWords | undefined }> = new Map();
  #left = 0;

  /** Reads by `readWords`. */
  constructor(view: RunView, readWords: ReadWords) {
    this.#view = view;
    this.#readWords = readWords;
  }

  /** Makes what reads words for one grouping. */
  reader(): ReadWords {
    this.#left = readAtOnceMax;
    return (task) => this.#read(task);
  }

  /** Whether the last grouping has left some unread, so that another one would tell more. */
  get hasUnread(): boolean {
    return this.#left < 0;
  }

  #read(task: ViewedTask): LastWords | undefined {
    const id = task.job.firstTask + task.offset;
    const { attempts } = this.#view.ledger.task(id);
    const known = this.#known.get(id);
    if (known?.attempts === attempts) return known.words;
    if (--this.#left < 0) return undefined;
    const said = this.#readWords(task);
    const line = said && lastLine(said);
    const words = line === undefined ? undefined : { stderr: line };
    if (this.#known.size < knownMax) this.#known.set(id, { attempts, words });
    return words;
  }
}
