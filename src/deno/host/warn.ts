/**
 * What the user of a library must be told, though nobody asked.
 *
 * @module
 */

/** Writes a line to the standard error; programs that listen to `console.warn` get it too. Never throws. */
export function warnUser(text: string): void {
  try {
    console.warn(`QCG-PilotJob: ${text}`);
  } catch {
    // Nobody reads the standard error any more, so nobody can be told.
  }
}
