/**
 * Work in order with a bounded look ahead.
 *
 * @module
 */

/** What is done with each item. */
export interface AheadWork<Item, Started, Result> {
  /** Starts work on an item. */
  start(item: Item): Started;
  /** Whether the work on an item is over. */
  isDone(started: Started): boolean;
  /** Waits for the work and gives what came of it. */
  finish(started: Started): Promise<Result>;
  /** Called for work under way when nobody wants its result any more. */
  abandon(started: Started): void;
}

/**
 * Starts work on items as far ahead as the window allows, and gives the results in the order of the items.
 *
 * @param items A list, a generator or an asynchronous one.
 * @param window How many items may be under way, at least 1.
 * @param work What is done with each.
 */
export async function* readAhead<Item, Started, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  window: number,
  work: AheadWork<Item, Started, Result>,
): AsyncGenerator<Result, void, void> {
  const ahead: Started[] = [];
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  try {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      ahead.push(work.start(next.value));
      while (ahead.length > 0 && (ahead.length >= window || work.isDone(ahead[0]!))) {
        yield await work.finish(ahead.shift()!);
      }
    }
    while (ahead.length > 0) yield await work.finish(ahead.shift()!);
  } finally {
    for (const started of ahead) work.abandon(started);
    await source.return?.();
  }
}
