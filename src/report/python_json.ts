/**
 * JSON as QCG-PilotJob writes it, so that what reads its files by line or by pattern reads ours.
 *
 * @module
 */

/** Writes a JSON value in one line, with `,` and `: ` between, and everything but printable ASCII escaped. */
export function lineJson(value: unknown): string {
  // A raw newline is only ever between two tokens: in a string it is escaped.
  return escapeJson(JSON.stringify(value, null, 1).replaceAll(/\n */g, ""));
}

/** Writes a JSON value indented by two blanks, with everything but printable ASCII escaped. */
export function indentedJson(value: unknown): string {
  return escapeJson(JSON.stringify(value, null, 2));
}

/** Escapes what is not printable ASCII; in JSON text that can only stand in strings. */
export function escapeJson(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
