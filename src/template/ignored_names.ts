/**
 * Parameters that a template would ignore. Names that are no placeholder are allowed, so that several templates can
 * share an object; not so what was surely meant to have an effect.
 *
 * @module
 */

import { nearMiss } from "../base/near_miss.ts";
import type { Parameters, ParsedTemplate } from "./template.ts";

/** How many names are remembered for each template. */
const namesKnownMax = 1000;

/** The placeholder that a name is a near miss of, by template and name: users give the same names again and again. */
const nearPlaceholders: WeakMap<ParsedTemplate, Map<string, string | undefined>> = new WeakMap();

/**
 * Refuses what would be ignored against its giver's will: a name that is a near miss of a placeholder, an object after
 * the first that gives no placeholder at all, and an AbortSignal.
 *
 * @param template The template.
 * @param objects The parameter objects, without the defaults.
 * @throws {TypeError} If there is such a thing.
 */
export function refuseIgnored(template: ParsedTemplate, objects: readonly Parameters[]): void {
  const { placeholders } = template;
  objects.forEach((given, index) => {
    if (given === null || given === undefined) return;
    const names = Object.keys(given);
    let isUsed = names.length === 0;
    for (const name of names) {
      if (placeholders.includes(name)) isUsed = true;
      else refuseSlip(template, name, given);
    }
    if (!isUsed && index > 0) refuseUnused(names, index, placeholders);
  });
}

function refuseSlip(template: ParsedTemplate, name: string, given: Readonly<Record<string, unknown>>): void {
  if (given[name] instanceof AbortSignal) {
    throw new TypeError(
      `Parameter "${name}" is an AbortSignal, and no placeholder of the template: give it by executor.with({ signal })`,
    );
  }
  const near = nearPlaceholder(template, name);
  // An object that gives the placeholder too has a use of its own for the name.
  if (near === undefined || Object.hasOwn(given, near)) return;
  throw new TypeError(`Parameter "${name}" is no placeholder of the template (did you mean "${near}"?)`);
}

function nearPlaceholder(template: ParsedTemplate, name: string): string | undefined {
  let known = nearPlaceholders.get(template);
  if (known === undefined) nearPlaceholders.set(template, known = new Map());
  if (known.has(name)) return known.get(name);
  if (known.size === namesKnownMax) known.clear();
  const near = nearMiss(name, template.placeholders.filter((placeholder) => isComparable(name, placeholder)));
  known.set(name, near);
  return near;
}

/** Very short names, and those that differ by a number only, are near to each other without being slips. */
function isComparable(name: string, placeholder: string): boolean {
  if (name.toLowerCase() === placeholder.toLowerCase()) return true;
  return Math.min(name.length, placeholder.length) > 2 &&
    name.replaceAll(/\d/g, "") !== placeholder.replaceAll(/\d/g, "");
}

function refuseUnused(names: readonly string[], index: number, placeholders: readonly string[]): void {
  const known = placeholders.length === 0 ? "the template has none" : `there are ${placeholders.join(", ")}`;
  throw new TypeError(
    `Parameter object ${index + 1} after the template gives no placeholder of it, only ${names.join(", ")}; ${known}`,
  );
}
