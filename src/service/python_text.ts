/**
 * Names from requests as texts, for messages in which QCG-PilotJob shows them as Python does.
 *
 * @module
 */

import { isWrittenNumber } from "../base/written_number.ts";
import { nameValue } from "../job/json.ts";

/** Names beyond these are left out of a message. */
const namesShownMax = 100;

/** Writes a list of names as Python writes a list: `['a', 'b:3']`. */
export function pythonList(names: readonly unknown[]): string {
  const shown = names.slice(0, namesShownMax).map(pythonText);
  return `[${shown.join(", ")}${names.length > namesShownMax ? ", …" : ""}]`;
}

/** Writes one value of a request as Python does; what no name or number is, is only called by its kind. */
export function pythonText(value: unknown): string {
  if (isWrittenNumber(value)) return value.rawJSON;
  switch (typeof value) {
    case "string":
      return quote(value);
    case "boolean":
      return value ? "True" : "False";
    case "object":
      return value === null ? "None" : nameValue(value);
    default:
      return String(value);
  }
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
  return `${mark}${mark === "'" ? escaped.replaceAll("'", "\\'") : escaped}${mark}`;
}

/** The key under which the reply tells about a name, whatever it is. */
export function nameKey(name: unknown): string {
  return typeof name === "object" && name !== null ? nameValue(name) : String(name);
}
