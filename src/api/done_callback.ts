/**
 * Callbacks of users: an error in one is theirs, so it is told and all else goes on.
 *
 * @module
 */

/** The names that are told of a submit with many jobs. */
const namesShownMax = 3;

/**
 * Wraps a callback, so that neither a throw nor a rejection gets out of it.
 *
 * @param callback The callback; what it returns is waited for.
 * @param jobNames The jobs that it is about.
 * @param warn Tells the user that it failed.
 */
export function guardCallback(
  callback: () => unknown,
  jobNames: readonly string[],
  warn: (text: string) => void,
): () => Promise<void> {
  return async () => {
    try {
      await callback();
    } catch (error) {
      const shown = jobNames.slice(0, namesShownMax).map((name) => `"${name}"`).join(", ");
      const jobs = `${jobNames.length === 1 ? "job" : "jobs"} ${shown}${jobNames.length > namesShownMax ? ", …" : ""}`;
      warn(
        `a callback at the end of ${jobs} failed: ${
          error instanceof Error ? error.stack ?? String(error) : String(error)
        }`,
      );
    }
  };
}

/** Calls back in a turn of its own, so that an error in one keeps nothing else from running. */
export function callSoon(callback: () => void): void {
  Promise.resolve().then(callback);
}
