/**
 * The permission scope, resolved: programs are files and folders are real ones, so that comparing texts is enough.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "@std/path";
import { PermissionScopeError } from "../errors.ts";
import type { PermissionScope } from "../job/permissions.ts";

/** What a scope must ask the machine. */
export interface HostView {
  /**
   * Finds a program's file.
   *
   * @param program A name to look for on a PATH, or an absolute path.
   * @param path The PATH; the one of this process when absent.
   * @returns The absolute path of an executable file, or `undefined` when there is none.
   */
  findProgram(program: string, path?: string): string | undefined;
  /** Follows all links of an absolute path; of one that does not exist as far as it does, dangling links included. */
  realPath(path: string): string;
  /** Makes sure that a variable of this process may be read, to be passed on. */
  requireVariable(name: string): void;
  /** Reads a variable of this process, which must be permitted; `undefined` when it is not set. */
  readVariable(name: string): string | undefined;
  /**
   * Folders in `folder` that belong to pilots themselves, as absolute paths; also some that pilots which begin later will
   * take for themselves. Asked at each launch in a sandbox.
   */
  serviceFolders(folder: string): readonly string[];
}

/** A program that may be run. */
export interface AllowedProgram {
  /** As it was given. */
  readonly given: string;
  /** The file to start. */
  readonly file: string;
  /** Where it is: its real folder and its own name. */
  readonly place: string;
  /** The real path of the file, after all links; when it changes the program is another one. */
  readonly realFile: string;
}

/** A scope whose names and paths are resolved. */
export interface Scope {
  readonly run: "all" | readonly AllowedProgram[];
  /** Real paths. */
  readonly read: "all" | readonly string[];
  /** Real paths. */
  readonly write: "all" | readonly string[];
  readonly env: "all" | readonly string[];
  readonly net: boolean;
  /** Whether what a task sees is not limited: the sandbox shows the whole file system then. */
  readonly seesAll: boolean;
}

/** The name that the folders of a pilot's own files begin with. */
export const serviceFolderPrefix = ".qcgpjm-";

/**
 * Resolves a scope.
 *
 * @param permissions As the user gave it.
 * @param rootWd The executor's working directory, absolute.
 * @param host The machine.
 * @returns The scope; what is absent is denied.
 * @throws {PermissionScopeError} If a program is given by a name that is not on the PATH.
 */
export function resolveScope(permissions: PermissionScope, rootWd: string, host: HostView): Scope {
  const { run = false, read, write = false, env = false, net = false } = permissions;
  const places = (given: boolean | readonly string[]) =>
    typeof given === "boolean" ? all(given) : given.map((path) => host.realPath(resolve(rootWd, path)));
  if (typeof env !== "boolean") env.forEach((name) => host.requireVariable(name));
  return {
    run: typeof run === "boolean" ? all(run) : run.map((program) => resolveProgram(program, rootWd, host)),
    read: places(read ?? false),
    write: places(write),
    env: typeof env === "boolean" ? all(env) : [...env],
    net,
    seesAll: read === undefined || read === true,
  };
}

function all(given: boolean): "all" | readonly never[] {
  return given ? "all" : [];
}

function resolveProgram(given: string, rootWd: string, host: HostView): AllowedProgram {
  const file = given.includes("/") ? resolve(rootWd, given) : host.findProgram(given);
  if (file === undefined) {
    const message = `permissions.run names ${quote(given)}, which was not found on the PATH: ` +
      "correct the name or give an absolute path";
    throw new PermissionScopeError(message, "run", given);
  }
  return { given, file, place: placeOf(file, host), realFile: host.realPath(file) };
}

/**
 * Where a program is. The last link is kept: a program that does different things under different names (busybox) has
 * one file, and allowing one of the names must not allow all.
 */
export function placeOf(file: string, host: HostView): string {
  return join(host.realPath(dirname(file)), basename(file));
}

/** Whether a path is one of `places` or in one of them. Both are absolute and normal. */
export function isWithin(path: string, places: "all" | readonly string[]): boolean {
  if (places === "all") return true;
  return places.some((place) => path === place || place === "/" || path.startsWith(`${place}/`));
}

/**
 * Puts a scope inside another one.
 *
 * @param outer What is allowed.
 * @param inner The narrower scope that is wanted.
 * @param owner What it is for, as the beginning of a sentence: `Job "a"`.
 * @returns The inner scope, which sees no more than the outer one.
 * @throws {PermissionScopeError} If the inner scope is wider anywhere; it names the first thing that is too much.
 */
export function narrowScope(outer: Scope, inner: Scope, owner: string): Scope {
  const refuse = (kind: keyof PermissionScope, value: string, advice: string): never => {
    const message = `${owner} widens permissions.${kind} by ${value}: a scope may only be narrowed; ${advice}`;
    throw new PermissionScopeError(message, kind, value);
  };
  for (const kind of ["run", "read", "write", "env"] as const) {
    if (outer[kind] !== "all" && inner[kind] === "all") {
      refuse(kind, "true", `list what is needed of what the executor allows (${listOf(outer[kind])})`);
    }
  }
  const advice = (kind: string) => `leave it out or add it to the executor's permissions.${kind}`;
  const program = listed(inner.run).find((one) => !isAllowed(one, outer.run));
  if (program !== undefined) refuse("run", program.given, advice("run"));
  for (const kind of ["read", "write"] as const) {
    const path = listed(inner[kind]).find((one) => !isWithin(one, outer[kind]));
    if (path !== undefined) refuse(kind, path, advice(kind));
  }
  const variable = listed(inner.env).find((name) => outer.env !== "all" && !outer.env.includes(name));
  if (variable !== undefined) refuse("env", variable, advice("env"));
  if (inner.net && !outer.net) refuse("net", "true", advice("net"));
  return { ...inner, seesAll: inner.seesAll && outer.seesAll };
}

function listed<T>(granted: "all" | readonly T[]): readonly T[] {
  return granted === "all" ? [] : granted;
}

function listOf(granted: readonly (AllowedProgram | string)[]): string {
  const names = granted.map((one) => typeof one === "string" ? one : one.given);
  return names.length === 0 ? "nothing" : names.slice(0, 10).join(", ");
}

/** Whether a program is among the allowed ones, by place and by file. */
export function isAllowed(program: Omit<AllowedProgram, "given" | "file">, allowed: Scope["run"]): boolean {
  return allowed === "all" ||
    allowed.some(({ place, realFile }) => place === program.place && realFile === program.realFile);
}

/** Quotes a value for a message; a long one is cut. */
export function quote(text: string): string {
  return JSON.stringify(text.length <= valueMax ? text : `${text.slice(0, valueMax - 3)}...`);
}

/** Characters of a value that a message shows. */
const valueMax = 200;
