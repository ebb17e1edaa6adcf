/**
 * What QCG-PilotJob says of a job description that it refuses, check by check in its order: the first that fails
 * counts. Its texts are kept to the letter, with their spelling, as clients and scripts look for them.
 *
 * @module
 */

import { compare, hasValue, isDict, isInt, isTruthy, keyValue, typeName, unexpectedKey } from "./python_values.ts";
import { findResourcesRefusal } from "./resources_refusal.ts";

const jobKeys = ["name", "execution", "resources", "iteration", "dependencies", "attributes"];
const executionKeys = [
  ...["exec", "args", "env", "script", "stdin", "stdout", "stderr", "modules", "venv", "wd", "model", "model_opts"],
];

/**
 * Says what is wrong with the form of a job.
 *
 * @param name Its name, variables filled in.
 * @param job The job as it came.
 * @returns What follows `Wrong submit request: `; `undefined` if QCG-PilotJob would take the job.
 */
export function findJobRefusal(name: string, job: object): string | undefined {
  const unknown = unexpectedKey("Job", job, jobKeys);
  if (unknown !== undefined) return unknown;
  if (name.includes(":")) return `Invalid job name ${name}`;
  const attributes = keyValue(job, "attributes");
  return executionRefusal(keyValue(job, "execution")) ??
    resourcesRefusal(job) ??
    iterationRefusal(keyValue(job, "iteration")) ??
    dependenciesRefusal(keyValue(job, "dependencies")) ??
    (attributes === undefined || isDict(attributes) ? undefined : "Job attributes must be dictionary") ??
    indexRefusal(keyValue(job, "iteration"));
}

function executionRefusal(execution: unknown): string | undefined {
  if (!isDict(execution)) return "Job execution not defined or wrong type";
  const unknown = unexpectedKey("JobExecution", execution, executionKeys);
  if (unknown !== undefined) return unknown;
  const isGiven = (key: string) => isTruthy(keyValue(execution, key));
  if (!isGiven("exec") && !isGiven("script")) return "Job execution (exec or script) not defined";
  if (isGiven("script") && ["exec", "args", "env"].some(isGiven)) return "Job script and exec or args or env defined";
  const [options, args, env] = ["model_opts", "args", "env"].map((key) => keyValue(execution, key));
  if (options !== undefined && !isDict(options)) return "Execution model options must be an dictionary";
  if (args !== undefined && !Array.isArray(args)) return "Execution arguments must be an array";
  if (env !== undefined && !isDict(env)) return "Execution environment must be an dictionary";
  return undefined;
}

function resourcesRefusal(job: object): string | undefined {
  if (!Object.hasOwn(job, "resources")) return undefined;
  const resources = keyValue(job, "resources");
  return isDict(resources) ? findResourcesRefusal(resources) : "Job resources not defined or wrong type";
}

function iterationRefusal(iteration: unknown): string | undefined {
  if (iteration === undefined) return undefined;
  if (!isDict(iteration)) return "Job iteration wrong type";
  const misspelt = "Job iteration wrong specification";
  if (Object.keys(iteration).some((key) => !["start", "stop", "values"].includes(key))) return misspelt;
  const [stop, values] = [keyValue(iteration, "stop"), keyValue(iteration, "values")];
  if (stop === undefined && values === undefined) return "Missing stop or values iteration value";
  if (stop !== undefined && values !== undefined) return "Stop and values iteration are excluding";
  if (values !== undefined) return ["str", "list", "dict"].includes(typeName(values)) ? undefined : misspelt;
  const order = compare(keyValue(iteration, "start") ?? 0, ">=", stop);
  if ("refusal" in order) return misspelt;
  return order.holds ? "Job iteration stop greater or equal than start" : undefined;
}

/** The indexes are counted last, and only whole numbers can be. */
function indexRefusal(iteration: unknown): string | undefined {
  if (!isDict(iteration) || hasValue(iteration, "values")) return undefined;
  const odd = ["start", "stop"].map((key) => keyValue(iteration, key) ?? 0).find((index) => !isInt(index));
  return odd === undefined ? undefined : `'${typeName(odd)}' object cannot be interpreted as an integer`;
}

function dependenciesRefusal(dependencies: unknown): string | undefined {
  if (dependencies === undefined) return undefined;
  if (!isDict(dependencies)) return "Job dependencies wrong type";
  if (Object.keys(dependencies).some((key) => key !== "after")) return "Job dependencies wrong specification";
  const after = keyValue(dependencies, "after");
  if (after === undefined) return undefined;
  const isRight = Array.isArray(after) && after.every((name) => typeof name === "string");
  return isRight ? undefined : "Dependency task's list must be an array of job names";
}
