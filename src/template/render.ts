/**
 * From a template and its parameters to the value that a job description is parsed from.
 *
 * @module
 */

import { TemplateError } from "../errors.ts";
import { refuseIgnored } from "./ignored_names.ts";
import { compileTemplate, fillTemplate, type Parameters } from "./template.ts";
import type { AnyTemplate, ParameterValue } from "./types.ts";

/**
 * Calls a template and fills its text.
 *
 * @param template The function that returns the text, or the text and its defaults.
 * @param parameters The values; later objects win over earlier ones and over the defaults.
 * @returns A new plain value, of any shape: the job model says whether it describes a job.
 * @throws {TemplateError} If the template returns something else, is malformed, or a placeholder has no usable value.
 * @throws {TypeError} If the template is not a function, a parameter object is not an object, or a parameter would be
 * ignored that was meant to have an effect.
 */
export function renderTemplate(template: AnyTemplate, parameters: readonly unknown[]): ParameterValue {
  checkTemplate(template);
  const objects = parameters.map(checkParameters);
  const [text, defaults] = readSource(template.name, template());
  const parsed = compileTemplate(text);
  const filled = fillTemplate(parsed, defaults, ...objects);
  refuseIgnored(parsed, objects);
  return filled;
}

function checkTemplate(template: unknown): asserts template is AnyTemplate {
  if (typeof template !== "function") {
    throw new TypeError(`A template must be a function that returns its text, got ${describe(template)}`);
  }
  // Passing the class is an easy slip, and calling it would only say that a class needs "new".
  if ("template" in template && typeof template.template === "function") {
    throw new TypeError(`A template must be a function: pass ${template.name}.template, not ${template.name}`);
  }
  if (template.length > 0) {
    const [called, count] = [nameTemplate(template.name), template.length];
    throw new TypeError(`A template takes no arguments, and ${called} takes ${count}. ${programsOnly}`);
  }
}

function checkParameters(given: unknown, index: number): Parameters {
  if (given === null || given === undefined) return given;
  const isParameters = typeof given === "object" && !Array.isArray(given) && !(given instanceof Map);
  if (isParameters && !(given instanceof AbortSignal)) return given as Parameters;
  const hint = given instanceof AbortSignal ? "; an AbortSignal is given by executor.with({ signal })" : "";
  throw new TypeError(
    `Parameter object ${index + 1} after the template must be an object such as { name: "tj" }, ` +
      `got ${describe(given)}${hint}`,
  );
}

/** The error for a submitted function that is no template. */
const programsOnly =
  'Only programs can be submitted, not functions: describe one by a template or by a job such as { name: "tj", ' +
  'execution: { exec: "deno", args: ["run", "work.ts"] } }';

function nameTemplate(name: string): string {
  return name === "" ? "the template" : `"${name}"`;
}

function readSource(name: string, source: unknown): readonly [text: string, defaults: Parameters] {
  if (typeof source === "string") return [source, undefined];
  const called = nameTemplate(name);
  const rule = "A template must return its text, or [text, defaults]";
  if (!Array.isArray(source)) {
    throw new TemplateError(`${rule}; ${called} returned ${describe(source)}. ${programsOnly}`);
  }
  if (source.length !== 2) throw new TemplateError(`${rule}; ${called} returned an array of ${source.length}`);
  const [text, defaults] = source as [unknown, unknown];
  if (typeof text !== "string") throw new TemplateError(`${rule}; the text of ${called} is ${describe(text)}`);
  if (typeof defaults !== "object" || defaults === null || Array.isArray(defaults) || defaults instanceof Map) {
    throw new TemplateError(`${rule}; the defaults of ${called} must be an object, not ${describe(defaults)}`);
  }
  return [text, defaults as Parameters];
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return typeof value === "object" ? (tag === "Object" ? "an object" : `a ${tag}`) : `a ${typeof value}`;
}
