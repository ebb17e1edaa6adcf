/**
 * Commands that take one argument: it is there, and nothing stands behind it.
 *
 * @module
 */

import { UsageError } from "../service/usage.ts";

/**
 * The only argument of a command.
 *
 * @param words The arguments.
 * @param missing What to say when there is none, with what to write instead.
 * @throws {UsageError} If there is none, or more.
 */
export function onlyArgument([argument, ...more]: readonly string[], missing: string): string {
  if (argument === undefined) throw new UsageError(missing);
  expectNoMore(more, argument);
  return argument;
}

/**
 * Checks that nothing stands behind the last argument that a command takes.
 *
 * @param more The arguments behind it.
 * @param last The last one.
 * @throws {UsageError} If there are more.
 */
export function expectNoMore(more: readonly string[], last: string): void {
  if (more.length > 0) throw new UsageError(`Argument ${JSON.stringify(more[0])} is not expected after ${last}`);
}
