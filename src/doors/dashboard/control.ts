/**
 * What a page may ask to be done: to cancel, to pause, to go on. Nothing else of what a run can be asked gets through.
 *
 * @module
 */

import type { Refused } from "./access.ts";

/** Longer requests are refused: the page sends none. */
const bytesMax = 64 * 1024;

/** What is to be done, in the form of a request to the run. */
export type Control =
  | { readonly request: "cancelJob"; readonly jobNames: readonly string[] }
  | { readonly request: "pause" | "continue" };

const wrong = (problem: string): Refused => ({ status: 400, problem });

/** Reads what is to be done. */
export async function readControl(body: ReadableStream<Uint8Array> | null): Promise<Control | Refused> {
  const bytes: number[] = [];
  for await (const piece of body ?? []) {
    if (bytes.length + piece.length > bytesMax) return { status: 413, problem: `More than ${bytesMax} bytes` };
    for (const byte of piece) bytes.push(byte);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes)));
  } catch {
    return wrong("The request is no JSON");
  }
  const { request, jobNames } = (value ?? {}) as { readonly request?: unknown; readonly jobNames?: unknown };
  if (request === "pause" || request === "continue") return { request };
  if (request !== "cancelJob") return wrong("The request must be cancelJob, pause or continue");
  const isNames = Array.isArray(jobNames) && jobNames.length > 0 && jobNames.every((name) => typeof name === "string");
  return isNames ? { request, jobNames: jobNames as string[] } : wrong("jobNames must be a list of names");
}
