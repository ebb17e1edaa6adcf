/**
 * Dollars of a request file that do not mean what they seem to: QCG-PilotJob makes one of two, and fills in `$name` of a
 * variable without braces.
 *
 * @module
 */

import { keyPath } from "./json.ts";
import { launchNamesOf } from "./parse.ts";
import { isContent } from "./parse_stdin.ts";
import { readRequestText } from "./request_variables.ts";
import { submitLookup, type SubmitVariables, substitute } from "./variables.ts";

/** A text that is read in another way than it seems. */
export interface DollarWarning {
  /** Where it stands: `execution.args[2]`. */
  readonly path: string;
  /** How it is read, and how to say the other thing. */
  readonly problem: string;
}

/**
 * Finds the texts in the `execution` of a job whose dollars are read in another way than in a job that a program gives.
 *
 * @param job The job as it came, right or wrong.
 * @param variables What pass 1 knows.
 */
export function findDollarWarnings(job: unknown, variables: SubmitVariables): DollarWarning[] {
  if (typeof job !== "object" || job === null) return [];
  const { name, execution } = job as { readonly name?: unknown; readonly execution?: unknown };
  const submit = submitLookup(variables, typeof name === "string" ? name : undefined);
  const names = launchNamesOf(job);
  const warnings: DollarWarning[] = [];
  visitTexts(execution, "execution", (text, path) => {
    if (isContent(path)) return;
    const read = readRequestText(text, submit, names);
    if (read === substitute(text, submit)) return;
    const problem = `is read as in QCG-PilotJob: it becomes ${JSON.stringify(read)}. ` +
      "A dollar that must stay before a dollar or before the name of a variable is written four times";
    warnings.push({ path, problem });
  });
  return warnings;
}

function visitTexts(value: unknown, path: string, visit: (text: string, path: string) => void): void {
  if (typeof value === "string") return visit(value, path);
  if (Array.isArray(value)) value.forEach((element, index) => visitTexts(element, `${path}[${index}]`, visit));
  else if (typeof value === "object" && value !== null) {
    for (const [key, entry] of Object.entries(value)) visitTexts(entry, keyPath(path, key), visit);
  }
}
