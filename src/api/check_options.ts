/**
 * Which values are right for the options of the executor.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import { launcherNames } from "../deno/local/launch.ts";
import { nameValue } from "../job/json.ts";
import { copyPermissions, findPermissionsProblem, permissionKinds, type PermissionScope } from "../job/permissions.ts";
import { bindingModes } from "../launch/binding.ts";
import { tailBytesMax } from "../launch/plan.ts";
import { logLevels } from "../report/log_lines.ts";
import { gpuSources } from "../resources/find_gpus.ts";
import { abortSignal, checkOptionBag, numberFrom, objectOf, oneOf } from "../runtime/option_bag.ts";
import { type OptionRules, textOf, yesOrNo } from "../runtime/option_bag.ts";
import { failuresForm, type HaltRule, isFailures } from "../runtime/halt.ts";
import { checkCounts } from "./choose_pool.ts";
import type { ExecutorOptions, MapOptions, ShutdownOptions, SubmitOptions } from "./executor_options.ts";
import { resumeRule } from "./resumed_run.ts";

const rules: OptionRules<ExecutorOptions> = {
  wd: textOf("a path"),
  resources: { isRight: isNodeSpec, what: 'a number of cores, or a text such as "4" or "n1:2,n2:3"' },
  gpus: oneOf(...gpuSources),
  binding: oneOf(...bindingModes),
  counted: objectOf("an object of numbers such as { licences: 3 }"),
  reserveCore: yesOrNo,
  graceMs: numberFrom(0),
  order: oneOf("rank", "age"),
  learn: textOf("the folder or the id of a run"),
  holdBackAfterMs: numberFrom(0),
  haltOn: objectOf("an object such as { failures: 10 }"),
  groups: objectOf("an object of numbers such as { io: 4 }"),
  envSchema: oneOf("common", "slurm"),
  env: objectOf('an object of texts such as { LANG: "C" }'),
  login: yesOrNo,
  launcher: oneOf(...launcherNames),
  tailBytes: {
    isRight: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= tailBytesMax,
    what: `a whole number from 0 to ${tailBytesMax}`,
  },
  durability: oneOf("memory", "process", "power"),
  resume: resumeRule,
  logLevel: { isRight: isLogLevel, what: oneOf(...logLevels).what },
  enableRtStats: yesOrNo,
  wrapperRtStats: textOf("the path of a program"),
  permissions: objectOf('an object such as { run: ["date"] }'),
  sandbox: oneOf("auto", "require", "off"),
  progress: {
    isRight: (value) => typeof value === "boolean" || typeof value === "function",
    what: "true, false, or a function that is told the progress",
  },
  door: yesOrNo,
  doors: { isRight: isListOfFunctions, what: "an array of functions that open a door" },
  otherArgs: { isRight: Array.isArray, what: 'an array of texts such as ["--system-core"]' },
};

/**
 * Checks the options of an executor.
 *
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If a number is out of range.
 */
export function checkOptions(options: ExecutorOptions): void {
  checkOptionBag("QCGPJExecutor", options, rules);
  if (options.env !== undefined) checkVariables(options.env);
  if (options.counted !== undefined) checkCounts("counted", options.counted, 0);
  if (options.haltOn !== undefined) checkHaltRule(options.haltOn);
  if (options.groups !== undefined) checkCounts("groups", options.groups, 1);
}

/** Checks the options of `map()`, as {@linkcode checkOptions}. */
export function checkMapOptions(options: MapOptions): void {
  checkOptionBag("map()", options, {
    window: numberFrom(1),
    keep: yesOrNo,
    output: oneOf("text", "json", "value"),
    unordered: yesOrNo,
    timeoutMs: numberFrom(0),
  });
}

/** Checks the options of `with()`, as {@linkcode checkOptions}. */
export function checkSubmitOptions(options: SubmitOptions): void {
  checkOptionBag("with()", options, { signal: abortSignal });
}

/** Checks the options of `shutdown()`, as {@linkcode checkOptions}. */
export function checkShutdownOptions(options: ShutdownOptions): void {
  checkOptionBag("shutdown()", options, { wait: yesOrNo, cancelFutures: yesOrNo });
}

/**
 * Checks and copies permissions that came as an argument.
 *
 * @throws {TypeError} If they are of the wrong type, or a kind is unknown.
 */
export function checkPermissions(permissions: PermissionScope): PermissionScope {
  if (typeof permissions !== "object" || permissions === null || Array.isArray(permissions)) {
    throw new TypeError(
      `Option "permissions" must be an object such as { run: ["date"] }, got ${nameValue(permissions)}`,
    );
  }
  for (const kind of Object.keys(permissions)) {
    if ((permissionKinds as readonly string[]).includes(kind)) continue;
    const known = `the kinds are ${permissionKinds.join(", ")}`;
    throw new TypeError(`Option "permissions" has no kind "${kind}"${didYouMean(kind, permissionKinds)}; ${known}`);
  }
  const found = findPermissionsProblem(permissions as Readonly<Record<string, unknown>>);
  if (found !== undefined) throw new TypeError(`Option "permissions${found.path}" ${found.problem}`);
  return copyPermissions(permissions);
}

function isNodeSpec(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" && Number.isInteger(value) && value > 0;
}

/** QCG-PilotJob's executor takes the words of Python's logging in any case. */
function isLogLevel(value: unknown): boolean {
  return typeof value === "string" && (logLevels as readonly string[]).includes(value.toLowerCase());
}

function isListOfFunctions(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "function");
}

function checkVariables(env: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(env)) {
    if (name === "" || /[=\0]/.test(name)) {
      throw new TypeError(
        `Option "env" has the name ${JSON.stringify(name)}: it must not be empty or contain "=" or NUL`,
      );
    }
    if (typeof value === "string" && !value.includes("\0")) continue;
    throw new TypeError(`Option "env.${name}" must be a text without NUL, got ${nameValue(value)}`);
  }
}

function checkHaltRule(rule: HaltRule): void {
  checkOptionBag("haltOn", rule, {
    failures: { isRight: isFailures, what: failuresForm },
    how: oneOf("soon", "now"),
  });
  if (rule.failures === undefined) throw new TypeError(`Option "haltOn.failures" is missing: give ${failuresForm}`);
}
