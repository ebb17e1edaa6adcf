/**
 * Letting timers, signals and other code have their turn.
 *
 * @module
 */

/** Resolves when timers, signals and input that were due have had their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
