/**
 * The `iteration` element of a job: which indexes it runs over.
 *
 * @module
 */

import type { Iteration } from "./description.ts";
import type { IterationInput } from "./input.ts";
import { type Field, keysOf, type ScalarSpelling } from "./shape.ts";

const form = 'an object such as { "stop": 10 }, { "start": 5, "stop": 10 } or { "values": ["a", "b"] }';

const iterationKeys = keysOf<IterationInput>({ start: true, stop: true, values: true });

/** The most iterations of a job: some sixty bytes are kept for each. */
const iterationsMax: number = 20_000_000;

/**
 * Reads `iteration`.
 *
 * Unlike QCG-PilotJob it refuses empty `values`, which make a job there that can never end.
 *
 * @param field The element.
 * @param recorded Whether the value was written by `serializeJob`, which writes `start` and `stop` beside `values`.
 * @param scalars How values are written that are no texts.
 * @returns The frozen iteration; `undefined` when the element is absent.
 * @throws {JobDescriptionError} If something is wrong in it.
 */
export function parseIteration(
  field: Field,
  recorded: boolean,
  scalars: ScalarSpelling = "python",
): Iteration | undefined {
  if (field.absent) return undefined;
  field.shaped(form, iterationKeys);
  const [start, stop, values] = [field.get("start"), field.get("stop"), field.get("values")];
  if (!values.absent) return parseValues(values, recorded ? [] : [start, stop], scalars);
  if (stop.absent) field.refuseMissing(`needs "stop" or "values"; it must be ${form}`);
  const first = start.absent ? 0 : start.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const end = stop.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  if (first >= end) field.refuse(`has no index: "start" (${first}) must be less than "stop" (${end})`);
  if (end - first > iterationsMax) {
    field.refuse(`has ${end - first} indexes; at most ${iterationsMax} are allowed, so divide it into several jobs`);
  }
  return Object.freeze({ start: first, stop: end });
}

function parseValues(values: Field, excluded: readonly Field[], scalars: ScalarSpelling): Iteration {
  for (const other of excluded) {
    if (!other.absent) other.refuse('cannot be given together with "values", whose indexes are 0, 1, 2 and so on');
  }
  const texts = values.elements("an array of values, one for each iteration").map((value) => value.text(scalars));
  if (texts.length === 0) values.refuse("is empty, so that the job could never end; give at least one value");
  return Object.freeze({ start: 0, stop: texts.length, values: Object.freeze(texts) });
}
