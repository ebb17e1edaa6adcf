/**
 * What is wrong with a line that an agent or a pilot sent.
 *
 * @module
 */

/** A line that the protocol does not allow: its reader gives the channel up. */
export class ProtocolError extends Error {
  /** The name of the class. */
  override readonly name = "ProtocolError";
}

/** The most of a wrong line that a message shows. */
const shownMax = 80;

/** The beginning of a text, for an error message. */
export function excerptOf(text: string): string {
  return JSON.stringify(text.length <= shownMax ? text : `${text.slice(0, shownMax)}…`);
}
