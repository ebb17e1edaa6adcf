/**
 * What the library keeps of a job's output: the key `capture`. QCG-PilotJob has none of it.
 *
 * @module
 */

import type { Capture, OutputName } from "./description.ts";
import type { CapturedStreams, CaptureInput } from "./capture_input.ts";
import { countMax, type Field, keysOf } from "./shape.ts";

/** The most bytes of a stream that are handed over, where a job does not say. */
const captureBytesDefault: number = 1 << 20;

const keys = keysOf<CaptureInput>({ streams: true, maxBytes: true, onOverflow: true });
/** Records say besides where the files are. */
const recordedKeys = [...keys, "placed"];
const form = '"stdout", "stderr", "both", or an object such as { "streams": "both", "maxBytes": 65536 }';

const streamsOf: Readonly<Record<CapturedStreams, readonly OutputName[]>> = {
  stdout: ["stdout"],
  stderr: ["stderr"],
  both: ["stdout", "stderr"],
};

/**
 * Reads `capture`.
 *
 * @param field The element.
 * @param isRecorded Whether it was written by {@linkcode serializeCapture}.
 * @throws {JobDescriptionError} If something is wrong in it.
 */
export function parseCapture(field: Field, isRecorded: boolean): Capture {
  const isWord = typeof field.value === "string";
  if (!isWord) field.shaped(form, isRecorded ? recordedKeys : keys);
  const get = (key: keyof CaptureInput) => isWord || field.get(key).absent ? undefined : field.get(key);
  const placed = isRecorded && !isWord ? field.get("placed").elements("a list of streams") : [];
  return Object.freeze({
    streams: readStreams(isWord ? field : get("streams")),
    maxBytes: get("maxBytes")?.integer(1, countMax) ?? captureBytesDefault,
    onOverflow: get("onOverflow")?.word(["head", "tail", "fail"]) ?? "fail",
    placed: Object.freeze(placed.map((one) => one.word(["stdout", "stderr"]))),
  });
}

function readStreams(field: Field | undefined): readonly OutputName[] {
  return streamsOf[field?.word(["stdout", "stderr", "both"]) ?? "stdout"];
}

/** Writes it back, as {@linkcode parseCapture} reads it. */
export function serializeCapture({ streams, maxBytes, onOverflow, placed }: Capture): Record<string, unknown> {
  return {
    streams: streams.length > 1 ? "both" : streams[0],
    maxBytes,
    onOverflow,
    ...(placed.length > 0 && { placed }),
  };
}
