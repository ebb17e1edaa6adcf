/**
 * Waiting with a limit.
 *
 * @module
 */

import { deadline } from "@std/async/deadline";

/**
 * Waits for something, but not for ever.
 *
 * @param promise What is waited for. That it rejects is passed on.
 * @param ms How long at most, in milliseconds; then the wait ends as if it had come.
 */
export async function waitAtMost(promise: Promise<unknown>, ms: number): Promise<void> {
  try {
    await deadline(promise, ms);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "TimeoutError")) throw error;
  }
}
