/**
 * Work in order with a bounded look ahead.
 *
 * @module
 */

/** What is done with each item. */
export interface AheadWork<Item, Started, Result> {
  /** Starts work on an item. */
  start(item: Item): Started;
  /** Waits for the work and gives what came of it. */
  finish(started: Started): Promise<Result>;
  /** Called for work under way when its result is not wanted any more. */
  abandon(started: Started): void;
}

/** What comes first: the next item, or the result of the oldest work under way. */
type Arrival<Item, Result> = { readonly next: IteratorResult<Item> } | { readonly result: Result };

/**
 * Starts work on items as far ahead as the window allows, and gives the results in the order of the items. A result is
 * given as soon as it is there, also while the next item is still being waited for.
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
  let isOver = false;
  let next: Promise<Arrival<Item, Result>> | undefined;
  let oldest: Promise<Arrival<Item, Result>> | undefined;
  try {
    while (!isOver || ahead.length > 0) {
      if (!isOver && ahead.length < window) next ??= quiet(askNext(source));
      if (ahead.length > 0) oldest ??= quiet(work.finish(ahead[0]!).then((result) => ({ result })));
      const arrival = await Promise.race([next, oldest].filter((promise) => promise !== undefined));
      if ("next" in arrival) {
        next = undefined;
        if (arrival.next.done) isOver = true;
        else ahead.push(work.start(arrival.next.value));
      } else {
        oldest = undefined;
        ahead.shift();
        yield arrival.result;
      }
    }
  } finally {
    for (const started of ahead) work.abandon(started);
    // A source that is asked already may never answer, and would not end before it has.
    const ended = Promise.resolve(source.return?.());
    if (next === undefined) await ended;
    else quiet(ended);
  }
}

/**
 * As {@linkcode readAhead}, but gives each result as soon as it is there, in the order in which the work ends.
 *
 * @param items A list, a generator or an asynchronous one.
 * @param window How many items may be under way, at least 1.
 * @param work What is done with each.
 */
export async function* readUnordered<Item, Started, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  window: number,
  work: AheadWork<Item, Started, Result>,
): AsyncGenerator<Result, void, void> {
  const ahead = new Set<Started>();
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let isOver = false;
  let next: Promise<Arrival<Item, never>> | undefined;
  let wake = () => {};
  const ended: (() => Result)[] = [];
  try {
    while (!isOver || ahead.size > 0 || ended.length > 0) {
      for (const give of ended.splice(0)) yield give();
      if (!isOver && ahead.size < window) next ??= quiet(askNext(source));
      if (isOver && ahead.size === 0) continue;
      const arrival = await Promise.race([
        ...(next === undefined ? [] : [next]),
        new Promise<void>((resolve) => {
          wake = resolve;
          if (ended.length > 0) resolve();
        }),
      ]);
      if (arrival === undefined || !("next" in arrival)) continue;
      next = undefined;
      if (arrival.next.done) isOver = true;
      else begin(work.start(arrival.next.value));
    }
  } finally {
    for (const started of ahead) work.abandon(started);
    // As above.
    const sourceEnded = Promise.resolve(source.return?.());
    if (next === undefined) await sourceEnded;
    else quiet(sourceEnded);
  }

  function begin(started: Started): void {
    const end = (give: () => Result) => {
      ahead.delete(started);
      ended.push(give);
      wake();
    };
    ahead.add(started);
    work.finish(started).then((result) => end(() => result), (error) =>
      end(() => {
        throw error;
      }));
  }
}

async function askNext<Item, Result>(source: Iterator<Item> | AsyncIterator<Item>): Promise<Arrival<Item, Result>> {
  return { next: await source.next() };
}

/** Keeps a promise that loses a race from counting as unhandled. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
