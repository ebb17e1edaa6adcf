/**
 * From a template and its parameters to the value that a job description is parsed from.
 *
 * @module
 */

import { TemplateError } from "../errors.ts";
import { compileTemplate, fillTemplate, type Parameters } from "./template.ts";
import type { AnyTemplate, ParameterValue } from "./types.ts";

/**
 * Calls a template and fills its text.
 *
 * @param template The function that returns the text, or the text and its defaults.
 * @param parameters The values; later objects win over earlier ones and over the defaults.
 * @returns A new plain value, of any shape: the job model says whether it describes a job.
 * @throws {TemplateError} If the template returns something else, is malformed, or a placeholder has no usable value.
 * @throws {TypeError} If the template is not a function, or a parameter object is not an object.
 */
export function renderTemplate(template: AnyTemplate, parameters: readonly unknown[]): ParameterValue {
  checkTemplate(template);
  const objects = parameters.map(checkParameters);
  const [text, defaults] = readSource(template.name, template());
  return fillTemplate(compileTemplate(text), defaults, ...objects);
}

function checkTemplate(template: unknown): asserts template is AnyTemplate {
  if (typeof template !== "function") {
    throw new TypeError(`A template must be a function that returns its text, got ${describe(template)}`);
  }
  // Passing the class is an easy slip, and calling it would only say that a class needs "new".
  if ("template" in template && typeof template.template === "function") {
    throw new TypeError(`A template must be a function: pass ${template.name}.template, not ${template.name}`);
  }
}

function checkParameters(given: unknown, index: number): Parameters {
  if (given === null || given === undefined) return given;
  if (typeof given === "object" && !Array.isArray(given) && !(given instanceof Map)) return given as Parameters;
  throw new TypeError(
    `Parameter object ${index + 1} after the template must be an object such as { name: "tj" }, got ${describe(given)}`,
  );
}

function readSource(name: string, source: unknown): readonly [text: string, defaults: Parameters] {
  if (typeof source === "string") return [source, undefined];
  const called = name === "" ? "the template" : `"${name}"`;
  const rule = "A template must return its text, or [text, defaults]";
  if (!Array.isArray(source)) throw new TemplateError(`${rule}; ${called} returned ${describe(source)}`);
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
