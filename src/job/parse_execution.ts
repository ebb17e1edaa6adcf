/**
 * The `execution` element of a job: what runs.
 *
 * @module
 */

import { didYouMean } from "../base/near_miss.ts";
import type { Execution, ModelOptions, OutputName } from "./description.ts";
import type { ExecutionInput, ModelOptionsInput, OutputInput } from "./execution_input.ts";
import { nameValue } from "./json.ts";
import { type Field, keysOf, type ScalarSpelling } from "./shape.ts";

/** The keys of `execution`. */
export const executionKeys: readonly string[] = keysOf<ExecutionInput>({
  exec: true,
  args: true,
  env: true,
  script: true,
  stdin: true,
  stdout: true,
  stderr: true,
  wd: true,
  modules: true,
  venv: true,
  login: true,
  model: true,
  model_opts: true,
});

/** The keys of an output that is no text. */
const outputKeys = keysOf<OutputInput>({ path: true, append: true });

/** The keys of `model_opts`. */
const modelOptionKeys = keysOf<ModelOptionsInput>({ mpirun: true, mpirun_args: true, srun_args: true });

/** The parallel launch models. */
export const modelNames: readonly string[] = ["default", "threads", "openmpi", "intelmpi", "srunmpi"];

/**
 * Reads `execution`.
 *
 * Unlike QCG-PilotJob it allows `env` together with `script`, takes numbers as values in `env`, and refuses an unknown
 * `model` wherever the job may run.
 *
 * @param field The element.
 * @param scalars How arguments are written that are no texts.
 * @returns The frozen execution. Empty texts of optional keys count as not given.
 * @throws {JobDescriptionError} If something is wrong in it.
 */
export function parseExecution(field: Field, scalars: ScalarSpelling = "python"): Execution {
  if (field.absent) field.refuseMissing('is missing; it says what to run, for example { "exec": "date" }');
  field.shaped('an object such as { "exec": "date" }', executionKeys);
  const exec = field.get("exec").optionalString();
  const script = field.get("script").optionalString();
  const args = parseTexts(field.get("args"), scalars);
  if (exec === undefined && script === undefined) {
    field.refuseMissing('needs a program ("exec") or a "script", neither is given');
  }
  if (exec !== undefined && script !== undefined) {
    field.refuse('has both "exec" and "script"; exactly one may be given');
  }
  if (script !== undefined && args.length > 0) {
    field.get("args").refuse('cannot be given together with "script"; write the arguments into the script');
  }
  const result: { -readonly [K in keyof Execution]: Execution[K] } = {
    args,
    env: parseEnv(field.get("env")),
    modelOptions: parseModelOptions(field.get("model_opts"), scalars),
  };
  const texts = { exec, script };
  for (const key of ["exec", "script"] as const) if (texts[key] !== undefined) result[key] = texts[key];
  for (const key of ["wd", "venv"] as const) {
    const text = field.get(key).optionalString();
    if (text !== undefined) result[key] = text;
  }
  Object.assign(result, parseOutputs(field));
  const modules = field.get("modules");
  if (!modules.absent) result.modules = parseModules(modules);
  const login = field.get("login");
  if (!login.absent) result.login = login.boolean();
  const model = parseModel(field.get("model"));
  if (model !== undefined) result.model = model;
  return Object.freeze(result);
}

/** Reads `stdout` and `stderr`: each a path, or an object that says whether the file is added to. */
function parseOutputs(field: Field): Pick<Execution, "stdout" | "stderr" | "append"> {
  const paths: { stdout?: string; stderr?: string } = {};
  const added: OutputName[] = [];
  for (const key of ["stdout", "stderr"] as const) {
    const output = field.get(key);
    const isObject = typeof output.value === "object" && output.value !== null && !Array.isArray(output.value);
    if (!isObject && !output.absent && typeof output.value !== "string") {
      output.refuseType('a path, or an object such as { "path": "log", "append": true }');
    }
    const path = isObject
      ? output.shaped("an object", outputKeys).get("path").string("a path")
      : output.optionalString();
    if (isObject && path === "") output.get("path").refuse("must be the path of a file, not an empty text");
    if (path === undefined) continue;
    paths[key] = path;
    if (isObject && !output.get("append").absent && output.get("append").boolean()) added.push(key);
  }
  // One file is opened once.
  const append = paths.stdout === paths.stderr && added.length > 0 ? ["stdout", "stderr"] as const : added;
  return append.length === 0 ? paths : { ...paths, append: Object.freeze([...append]) };
}

/** Reads an array of arguments, each turned into a text. */
function parseTexts(field: Field, scalars: ScalarSpelling): readonly string[] {
  return Object.freeze(field.elements("an array of arguments").map((element) => element.text(scalars)));
}

function parseEnv(field: Field): Readonly<Record<string, string>> {
  if (field.absent) return Object.freeze({});
  const entries = field.entries("an object of variable names and values").map(([name, value]) => {
    if (name === "") value.refuse("has an empty name; give the variable a name");
    if (name.includes("=")) value.refuse('has a name with "=", which no environment variable can have');
    const isText = typeof value.value === "string" || typeof value.value === "number";
    const text = isText ? value.text() : value.refuseType('a string or a number (as a text, such as "true" or "")');
    return [name, text] as const;
  });
  return Object.freeze(Object.fromEntries(entries));
}

function parseModules(field: Field): readonly string[] {
  const elements = typeof field.value === "string" ? [field] : field.elements("an array of module names");
  return Object.freeze(elements.map((element) => {
    const name = element.string("the name of an environment module");
    return name === "" ? element.refuse("must be the name of an environment module, not an empty text") : name;
  }));
}

function parseModel(field: Field): string | undefined {
  const model = field.optionalString()?.toLowerCase();
  if (model === undefined || modelNames.includes(model)) return model;
  const near = didYouMean(model, modelNames);
  field.refuse(`must be one of ${modelNames.join(", ")}, not ${nameValue(field.value)}${near}`);
}

function parseModelOptions(field: Field, scalars: ScalarSpelling): ModelOptions {
  if (!field.absent) field.shaped("an object of model options", modelOptionKeys);
  const read = (key: string) => field.absent ? undefined : field.get(key);
  const mpirun = read("mpirun")?.optionalString();
  const [mpirunArgs, srunArgs] = ["mpirun_args", "srun_args"].map((key) => {
    const args = read(key);
    return args === undefined ? Object.freeze([]) : parseTexts(args, scalars);
  });
  const args = { mpirunArgs: mpirunArgs!, srunArgs: srunArgs! };
  return Object.freeze(mpirun === undefined ? args : { ...args, mpirun });
}
