/**
 * A JSON array that is written and read line by line.
 *
 * @module
 */

/** An array, one element in each line. */
export function* jsonLines(values: Iterable<unknown>): Generator<string, void, void> {
  let before = "[\n";
  for (const value of values) {
    yield `${before}${JSON.stringify(value)}`;
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}
