/**
 * What the user of a library must be told without having asked.
 *
 * @module
 */

/** Writes a line to the standard error; programs that listen to `console.warn` get it too. Never throws. */
export function warnUser(text: string): void {
  try {
    console.warn(`QCG-PilotJob: ${text}`);
  } catch {
    // The standard error is closed, so there is no way to tell.
  }
}
