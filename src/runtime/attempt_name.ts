/**
 * The name of an attempt, to find it by in a map.
 *
 * @module
 */

import type { AttemptKey } from "./ports.ts";

/** Names one launch of one task. */
export function attemptName({ task, attempt }: AttemptKey): string {
  return `${task}:${attempt}`;
}
