/**
 * Variables: `${name}` inside the strings of a job description, replaced in two passes.
 *
 * Pass 1, when a job is submitted, knows the submit variables and goes over the whole description. Pass 2, when a task
 * is launched, knows the launch variables and goes over its `execution`. No name belongs to both passes. A pass
 * touches only names that it knows, together with the dollars right before them:
 *
 * | in the description | what the program sees |
 * | --- | --- |
 * | `${it}` or `$${it}` | the value |
 * | `$$${it}` or `$$$${it}` | the literal `${it}` |
 * | 5 or 6 dollars | `$` and the value |
 * | 7 or 8 dollars | the literal `$${it}`; and so on |
 * | `$$`, `$HOME`, `$it`, `${other}`, `$${other}` | the same text, so that shell scripts survive |
 *
 * The numbers of dollars are what is left by QCG-PilotJob's two passes, each of which halves them; request files rely
 * on the doubled spelling. Unlike there, an inserted value is never scanned again and never read as JSON, and dollars
 * elsewhere are left alone.
 *
 * @module
 */

import type { Execution, JobDescription, ModelOptions, TaskInput } from "./description.ts";

/** What pass 1 knows beside `jname`, the job's own name. The caller supplies it, as it holds time and chance. */
export interface SubmitVariables {
  /** Running number of the submit request, from 1. */
  readonly rcnt: string;
  /** A text that no other request has; in the execution of an iterative job the index stands behind it. */
  readonly uniq: string;
  /** Name of the pilot's system; QCG-PilotJob says `local`. */
  readonly sname: string;
  /** Date of the request, `YYYY-MM-DD`. */
  readonly date: string;
  /** Time of the request, `HH:MM:SS`. */
  readonly time: string;
  /** Date and time of the request. */
  readonly dateTime: string;
}

/** The values of variables by name. A map, so that `${constructor}` is not found by accident. */
export type Variables = ReadonlyMap<string, string>;

/** The names that pass 2 knows; `it` and `itval` only in iterative jobs. */
export const launchVariableNames: readonly string[] = ["root_wd", "ncores", "nnodes", "nlist", "it", "itval"];

/** What {@linkcode launchVariables} reads. */
export interface LaunchContext {
  /** The task's job. */
  readonly job: JobDescription;
  /** 0-based number of the task in its job. */
  readonly offset: number;
  /** The executor's working directory, absolute. */
  readonly rootWd: string;
  /** The granted nodes and cores, in the order of the pool. */
  readonly allocation: { readonly nodes: readonly { readonly name: string; readonly cores: readonly unknown[] }[] };
}

/** A name as Python's templates allow it, up to its brace. Our own names are far shorter than the bound. */
const nameAndBrace = /([A-Za-z_][A-Za-z0-9_]{0,63})\}/y;

/**
 * Replaces the variables of one string; the table above is the rule.
 *
 * @param text The string.
 * @param variables The names that this pass knows, and their values.
 * @returns The string with values; the very same string if it holds no known name.
 *
 * @example Known names only
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(substitute("out-${it} $HOME $${it} $$$${it}", new Map([["it", "7"]])), "out-7 $HOME 7 ${it}");
 * ```
 */
export function substitute(text: string, variables: Variables): string {
  let result = "";
  let copied = 0;
  for (let brace = text.indexOf("${"); brace >= 0; brace = text.indexOf("${", brace + 2)) {
    nameAndBrace.lastIndex = brace + 2;
    const name = nameAndBrace.exec(text)?.[1];
    const value = name === undefined ? undefined : variables.get(name);
    if (value === undefined) continue;
    let first = brace;
    while (text[first - 1] === "$") first--;
    const halved = Math.ceil((brace - first + 1) / 2);
    result += text.slice(copied, first) + "$".repeat(halved >> 1) + (halved % 2 === 1 ? value : `{${name}}`);
    copied = brace + 2 + name!.length + 1;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

/**
 * Returns the submit variables of a request.
 *
 * @param nowMs When it came, in milliseconds since the epoch.
 * @param zone Minutes by which local time, in which it is told, is ahead of UTC.
 * @param request Its number, from 1.
 * @param uniq A text that no other request has.
 */
export function submitVariablesAt(nowMs: number, zone: number, request: number, uniq: string): SubmitVariables {
  const [date, time] = new Date(nowMs + zone * 60_000).toISOString().slice(0, 19).split("T") as [string, string];
  return { rcnt: String(request), uniq, sname: "local", date, time, dateTime: `${date} ${time}` };
}

/** Returns what pass 1 knows for the job called `jobName`. */
export function submitLookup(variables: SubmitVariables, jobName: string | undefined): Variables {
  const { rcnt, uniq, sname, date, time, dateTime } = variables;
  const lookup = new Map(Object.entries({ rcnt, uniq, sname, date, time, dateTime }));
  if (jobName !== undefined) lookup.set("jname", jobName);
  return lookup;
}

/**
 * Returns what pass 2 knows about one task: `root_wd`, `ncores`, `nnodes`, `nlist`, and for an iteration `it` and
 * `itval`. `jname` is not among them: pass 1 has filled it in, and a second look would undo an escaped `${jname}`.
 */
export function launchVariables(context: LaunchContext): Variables {
  const { job, offset, rootWd, allocation } = context;
  const variables = new Map([
    ["root_wd", rootWd],
    ["ncores", String(allocation.nodes.reduce((sum, node) => sum + node.cores.length, 0))],
    ["nnodes", String(allocation.nodes.length)],
    ["nlist", allocation.nodes.map((node) => node.name).join(",")],
  ]);
  if (job.iteration !== undefined) {
    const index = String(job.iteration.start + offset);
    variables.set("it", index);
    variables.set("itval", job.iteration.values?.[offset] ?? index);
  }
  return variables;
}

/**
 * Replaces the variables in every string of an execution: program, arguments, script, names and values of the
 * environment, paths, modules and model options. A name in the environment may come out unfit for one (empty, or with
 * `=`); launching refuses that.
 */
export function substituteExecution(execution: Execution, variables: Variables): Execution {
  const one = (text: string) => substitute(text, variables);
  const result: { -readonly [K in keyof Execution]: Execution[K] } = {
    args: execution.args.map(one),
    env: Object.fromEntries(Object.entries(execution.env).map(([name, value]) => [one(name), one(value)])),
    modelOptions: substituteModelOptions(execution.modelOptions, one),
  };
  for (const key of ["exec", "script", "wd", "stdin", "stdout", "stderr", "venv"] as const) {
    const text = execution[key];
    if (text !== undefined) result[key] = one(text);
  }
  const { input } = execution;
  if (input !== undefined) result.input = substituteInput(input, one);
  if (execution.modules !== undefined) result.modules = execution.modules.map(one);
  if (execution.append !== undefined) result.append = execution.append;
  if (execution.model !== undefined) result.model = execution.model;
  if (execution.login !== undefined) result.login = execution.login;
  return result;
}

/** Fills in the name of a file that replaces the content; the content itself is no part of the description. */
function substituteInput(input: TaskInput, one: (text: string) => string): TaskInput {
  return "file" in input && input.file !== undefined ? { ...input, file: one(input.file) } : input;
}

function substituteModelOptions(options: ModelOptions, one: (text: string) => string): ModelOptions {
  const args = { mpirunArgs: options.mpirunArgs.map(one), srunArgs: options.srunArgs.map(one) };
  return options.mpirun === undefined ? args : { ...args, mpirun: one(options.mpirun) };
}
