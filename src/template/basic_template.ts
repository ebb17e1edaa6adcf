/**
 * The template that comes with the package, and the base of those that users write as classes.
 *
 * @module
 */

import { TemplateError } from "../errors.ts";
import { defineTemplate } from "./define_template.ts";
import type { Template, TemplateSource } from "./types.ts";

/**
 * Base of templates that are written as classes, as in QCG-PilotJob: a subclass overrides the static `template`.
 *
 * @example One's own template
 * ```ts
 * import { QCGPJTemplate, type TemplateSource } from "@qcg/pilotjob";
 *
 * class EchoTemplate extends QCGPJTemplate {
 *   static override template(): TemplateSource {
 *     return ["{'name': '$name', 'execution': {'exec': 'echo', 'args': ['$text']}}", { text: "hello" }];
 *   }
 * }
 * EchoTemplate.template();
 * ```
 */
export abstract class QCGPJTemplate {
  /**
   * Returns the text of the template, or its text and its defaults.
   *
   * @returns The text, or the text and the values of the placeholders that may be left out.
   * @throws {TemplateError} Always: a subclass says what its template is.
   */
  static template(): TemplateSource {
    throw new TemplateError(
      "QCGPJTemplate has no text of its own: override the static template() in a subclass, or use BasicTemplate.template",
    );
  }
}

/**
 * The basic template of QCG-PilotJob: one program with its arguments. It needs the parameters `name` and `exec`; `args`
 * (a list, empty by default), `stdout` and `stderr` (files in the working directory) may be left out. Those are `stdout`
 * and `stderr` by default or, where another task of the run writes that file or has written it, `stdout.NAME` and
 * `stderr.NAME` with the name of the task: {@linkcode QCGPJFuture.info} tells their paths.
 *
 * @example What it returns
 * ```ts
 * import { BasicTemplate } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * const [_text, defaults] = BasicTemplate.template();
 * assertEquals(defaults, { args: [], stdout: "stdout", stderr: "stderr" });
 * ```
 */
export class BasicTemplate extends QCGPJTemplate {
  /** Returns the text and the defaults; to be given to `submit()`. */
  static override readonly template: Template<"name" | "exec", "args" | "stdout" | "stderr"> = defineTemplate(
    `{
    'name': '\${name}',
    'execution': {
        'exec': '\${exec}',
        'args': \${args},
        'stdout': '\${stdout}',
        'stderr': '\${stderr}'
    }
}`,
    { args: [], stdout: "stdout", stderr: "stderr" },
  );
}

/**
 * The outputs whose files nobody has chosen.
 *
 * @param template The template of a submit.
 * @param parameters Its parameters.
 */
export function defaultOutputs(
  template: (...args: never[]) => unknown,
  parameters: readonly unknown[],
): readonly ("stdout" | "stderr")[] {
  if (template !== BasicTemplate.template) return [];
  const isGiven = (name: string) =>
    parameters.some((given) => typeof given === "object" && given !== null && Object.hasOwn(given, name));
  return (["stdout", "stderr"] as const).filter((name) => !isGiven(name));
}
