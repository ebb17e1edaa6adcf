/**
 * Checks a job against a permission scope: at submit as far as that is certain, and once more when its variables are
 * filled in.
 *
 * @module
 */

import { basename, isAbsolute, resolve } from "@std/path";
import { PermissionScopeError } from "../errors.ts";
import type { Execution } from "../job/description.ts";
import { programPath, taskPaths } from "../job/paths.ts";
import type { HeldPaths } from "./plan.ts";
import { loadsCode } from "./code_variables.ts";
import { constantFolder, usesShell } from "./needs.ts";
import { type AllowedProgram, isAllowed, isWithin, placeOf, quote, type Scope } from "./scope.ts";
import { type HostView, serviceFolderPrefix } from "./scope.ts";

/** What is checked, and against what. */
export interface ScopeOrder {
  /** Whose execution it is. */
  readonly jobName: string;
  /** The execution; its variables may still be open. */
  readonly execution: Execution;
  /** The scope that it must keep to. */
  readonly scope: Scope;
  /** The streams whose files are the run's own; none when absent. */
  readonly own?: ReadonlySet<string>;
  /** The file of another task's output that it reads. */
  readonly source?: string;
  /** The executor's working directory, absolute. */
  readonly rootWd: string;
  /** The machine. */
  readonly host: HostView;
}

/**
 * Checks an execution whose variables may still be open. Of a path with a variable the folder before it counts, and it
 * is refused only when nothing below it could be allowed; a program with a variable is checked later.
 *
 * @throws {PermissionScopeError} For the first thing that is outside the scope; it says what to add.
 */
export function checkAtSubmit(order: ScopeOrder): void {
  const { execution, rootWd } = order;
  checkVariables(order, true);
  const exec = execution.exec ?? "";
  const isOpen = exec.includes("${") || (!isAbsolute(exec) && exec.includes("/") && isOpenPath(execution.wd));
  if (usesShell(execution) || !isOpen) findAllowedProgram(order);
  const wd = execution.wd ?? ".";
  const base = resolve(rootWd, constantFolder(wd));
  if (!(isOpenPath(wd) && wd.includes(".."))) checkPath(order, "write", "wd", base, isOpenPath(wd));
  for (const stream of ["stdin", "stdout", "stderr"] as const) {
    const path = execution[stream];
    if (path === undefined) continue;
    const isInOpenWd = !isAbsolute(path) && isOpenPath(wd);
    const folder = isInOpenWd ? base : resolve(base, constantFolder(path));
    const isOpen = isInOpenWd || isOpenPath(path);
    // Whatever climbs after a variable may end anywhere.
    if (isOpen && path.includes("..")) continue;
    checkPath(order, kindOf(stream), stream, folder, isOpen);
  }
}

/** What a check has found, to be kept to. */
export interface CheckedLaunch {
  /** The file to start instead of the program's name; absent when all programs are allowed. */
  readonly file?: string;
  /** The real paths of the folder and the streams. */
  readonly held: HeldPaths;
}

/**
 * Checks an execution whose variables are filled in.
 *
 * @throws {PermissionScopeError} For the first thing that is outside the scope; it says what to add.
 */
export function checkAtLaunch(order: ScopeOrder): CheckedLaunch {
  checkVariables(order, false);
  const { wd, ...paths } = taskPaths(order.execution, order.rootWd);
  // What a run has captured of one job it may hand to another; a file of the user's is a file like any other.
  const { source, own } = order;
  const streams = { ...paths, ...(source === undefined || isOfRun(source) ? {} : { stdin: source }) };
  const isOwn = wd === order.rootWd;
  const cwd = isOwn ? findRealPath(wd, order.host) : checkPath(order, "write", "wd", wd, false);
  const real: Partial<Record<"cwd" | keyof typeof streams, string>> = cwd === undefined ? {} : { cwd };
  for (const name of ["stdin", "stdout", "stderr"] as const) {
    const path = streams[name];
    if (path !== undefined && (path === source || !own?.has(name))) {
      real[name] = checkPath(order, kindOf(name), name, path, false);
    }
  }
  const file = findAllowedProgram(order)?.file;
  const mayBeAny = (name: keyof typeof real) => order.scope[kindOf(name)] === "all";
  const held = Object.fromEntries(Object.entries(real).filter(([name]) => !mayBeAny(name as keyof typeof real)));
  return { held, ...(file === undefined ? {} : { file }) };
}

/** Where the executor's own working directory really is, if that may be looked at. */
function findRealPath(path: string, host: HostView): string | undefined {
  try {
    return host.realPath(path);
  } catch (error) {
    if (error instanceof PermissionScopeError) return undefined;
    throw error;
  }
}

function kindOf(name: "cwd" | "stdin" | "stdout" | "stderr"): "read" | "write" {
  return name === "stdin" ? "read" : "write";
}

function isOpenPath(path: string | undefined): boolean {
  return path !== undefined && path.includes("${");
}

/**
 * Checks which variables a job sets. Which of them make a program run other code no list can know: where variables are
 * named, no others may be set.
 */
function checkVariables({ jobName, execution, scope }: ScopeOrder, mayBeOpen: boolean): void {
  const { env } = scope;
  const isRefused = (name: string) =>
    env === "all" ? loadsCode(name) : !env.includes(name) && !(mayBeOpen && isOpenPath(name));
  const refused = Object.keys(execution.env).find(isRefused);
  if (refused === undefined) return;
  const why = loadsCode(refused) ? ", which makes programs load code" : "";
  const advice = env === "all"
    ? "list it in permissions.env, which is true and so names no variable"
    : `add ${quote(refused)} to permissions.env`;
  throw new PermissionScopeError(
    `Job ${quote(jobName)} may not set ${quote(refused)}${why}: ${advice}`,
    "env",
    refused,
  );
}

/** Finds the allowed program that an execution names; the name alone never counts, only where it leads. */
function findAllowedProgram(order: ScopeOrder): AllowedProgram | undefined {
  const { jobName, execution, scope, rootWd, host } = order;
  if (scope.run === "all") return undefined;
  const isShell = usesShell(execution);
  const wanted = isShell ? "bash" : execution.exec!;
  const purpose = isShell ? " (scripts, modules and virtual environments run in it)" : "";
  const refuse = (problem: string): never => {
    throw new PermissionScopeError(
      `Job ${quote(jobName)} may not run ${quote(wanted)}${purpose}: ${problem}`,
      "run",
      wanted,
    );
  };
  const isName = !wanted.includes("/");
  const byName = isName ? scope.run.find(({ given }) => given === wanted) : undefined;
  const file = byName?.file ??
    (isName ? host.findProgram(wanted) : resolve(programPath(wanted, taskPaths(execution, rootWd).wd)));
  if (file === undefined) return refuse(`add ${quote(wanted)} to permissions.run`);
  const here = { place: placeOf(file, host), realFile: host.realPath(file) };
  const allowed = scope.run.find((program) => isAllowed(here, [program]));
  if (allowed !== undefined) return allowed;
  const before = byName ?? scope.run.find(({ place }) => place === here.place);
  if (before !== undefined) {
    return refuse(`it is now ${quote(here.realFile)}, and was ${quote(before.realFile)} when it was allowed`);
  }
  const kin = scope.run.find(({ given }) => given === basename(wanted));
  const instead = kin === undefined ? "" : `; ${quote(kin.given)} there means ${quote(kin.file)}`;
  return refuse(`add ${quote(isName ? wanted : file)} to permissions.run${instead}`);
}

/** Checks a path: where it leads, not how it is written. Returns where. */
function checkPath(order: ScopeOrder, kind: "read" | "write", purpose: string, path: string, isOpen: boolean): string {
  const { jobName, scope, rootWd, host } = order;
  // A job that works where the executor works has asked for nothing.
  if (purpose === "wd" && path === rootWd) return path;
  const real = path.includes("\0") ? path : host.realPath(path);
  const places = scope[kind];
  const may = isWithin(real, places) || (isOpen && places !== "all" && places.some((place) => isWithin(place, [real])));
  const isOwn = kind === "write" && isOfRun(real);
  if (may && !isOwn) return real;
  const link = real === path ? "" : `, which is ${quote(real)}`;
  const advice = isOwn
    ? "it belongs to a pilot itself; choose another path"
    : `add ${quote(real)} or a folder above it to permissions.${kind}`;
  throw new PermissionScopeError(
    `Job ${quote(jobName)} may not ${kind} ${quote(path)} (its ${purpose}${link}): ${advice}`,
    kind,
    path,
  );
}

/** Whether a path leads into the folder of a run. */
function isOfRun(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(serviceFolderPrefix));
}
