/**
 * What both local launchers do before a start and after a failed one: create folders, find programs, and find out
 * which thing was to blame. What lies on a file system that may not answer is not touched, but left to the task.
 *
 * @module
 */

import { errorCode } from "../host/error_code.ts";
import { nodeFs } from "../host/node_modules.ts";
import { isRemote } from "../host/remote_paths.ts";
import type { PreparedPaths } from "./held_stream.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import { findOnPath } from "../host/search_path.ts";
import type { LaunchFault, LaunchStep } from "./launch_failure.ts";

/** How many folders and programs are remembered before the memory is started anew. */
const rememberedMax = 10_000;

/** Whether a path may be used without Deno asking the user. */
export type MayUse = (name: "read" | "write", path: string) => boolean;

/** Where everything is permitted. */
const mayUseAll: MayUse = () => true;

/** The code of an error as {@linkcode LaunchFault} wants it. */
export function codeOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) return "NotCapable";
  return errorCode(error) || "UNKNOWN";
}

/** The fault that `error` shows at `step`. */
export function faultOf(step: LaunchStep, error: unknown): LaunchFault {
  return { step, code: codeOf(error), detail: error instanceof Error ? error.message : String(error) };
}

/** Creates the folders that tasks need, and remembers them so that the next task costs no system call. */
export class Folders {
  readonly #known = new Set<string>();
  readonly #mayUse: MayUse;
  readonly #isRemote: (path: string) => boolean;

  /**
   * Knows none.
   *
   * @param mayUse Tells what is permitted; everything when absent.
   * @param isFar Tells what may not answer; by the mounts of this machine when absent.
   */
  constructor(mayUse: MayUse = mayUseAll, isFar: (path: string) => boolean = isRemote) {
    this.#mayUse = mayUse;
    this.#isRemote = isFar;
  }

  /**
   * Makes sure that a working directory and the parent folders of outputs exist.
   *
   * @returns The fault, or `undefined` when all is there.
   */
  prepare({ cwd, stdout, stderr }: PreparedPaths): LaunchFault | undefined {
    return (cwd === undefined ? undefined : this.#ensure(cwd, "working-directory")) ??
      this.#ensureParent(stdout, "stdout") ??
      this.#ensureParent(stderr, "stderr");
  }

  /** Forgets everything: a task may have removed a folder. */
  forget(): void {
    this.#known.clear();
  }

  #ensureParent(path: string | undefined, step: LaunchStep): LaunchFault | undefined {
    return path === undefined ? undefined : this.#ensure(parentOf(path), step);
  }

  #ensure(folder: string, step: LaunchStep): LaunchFault | undefined {
    if (this.#known.has(folder) || this.#isRemote(folder)) return undefined;
    try {
      if (!this.#mayUse("write", folder)) throw new Deno.errors.NotCapable(`"${folder}" may not be written`);
      // That of node:fs looks at a folder that exists, which needs read permission.
      Deno.mkdirSync(folder, { recursive: true });
    } catch (error) {
      // A folder that is there but may not be created (the root, or outside the permissions) is good enough to try.
      if (!mayBeFolder(folder, this.#mayUse)) return faultOf(step, error);
    }
    if (this.#known.size >= rememberedMax) this.#known.clear();
    this.#known.add(folder);
    return undefined;
  }
}

/**
 * The folder of an absolute path. Not by `@std/path`: what starts processes on other nodes, too, loads no package, so
 * that it starts in a moment and needs no import map.
 */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/**
 * Renames the outputs of the attempt before, so that the next one does not write over them. Only regular files: a
 * device or a named pipe stays what it is.
 *
 * @returns The fault, or `undefined` when nothing stands in the way.
 */
export function keepEarlierOutputs({ keep = [] }: PreparedPaths): LaunchFault | undefined {
  for (const { from, to } of keep) {
    if (isRemote(from)) continue;
    try {
      if (nodeFs().lstatSync(from, { throwIfNoEntry: false })?.isFile()) nodeFs().renameSync(from, to);
    } catch (error) {
      return faultOf("stdout", error);
    }
  }
  return undefined;
}

/** Whether a path is that of a named pipe, as far as that can be seen. */
export function isNamedPipe(path: string): boolean {
  try {
    return Deno.statSync(path).isFifo === true;
  } catch {
    return false;
  }
}

/** Devices that open, or cannot be opened, at once: whether there is a terminal is known without waiting for one. */
const promptDevices: ReadonlySet<string> = new Set(["/dev/null", "/dev/tty"]);

/** Whether who opens a path may have to wait: for the other end of a named pipe, or for a line that is not there. */
export function mayWaitToOpen(path: string): boolean {
  if (promptDevices.has(path)) return false;
  try {
    const { isFifo, isCharDevice } = Deno.statSync(path);
    return isFifo === true || isCharDevice === true;
  } catch {
    return false;
  }
}

/** Whether `path` is a folder, or cannot be looked at for want of read permission: the start itself will tell. */
function mayBeFolder(path: string, mayUse: MayUse): boolean {
  if (!mayUse("read", path)) return true;
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    return error instanceof Deno.errors.NotCapable;
  }
}

/** Finds programs on the PATH as `execvp` does, and remembers where they were. */
export class Programs {
  readonly #known = new Map<string, string>();
  readonly #mayUse: MayUse;

  /** Knows none. `mayUse` tells where may be looked; everywhere when absent. */
  constructor(mayUse: MayUse = mayUseAll) {
    this.#mayUse = mayUse;
  }

  /**
   * Finds the file of a program.
   *
   * @param program A name, or a path with a slash, which is taken as it is.
   * @param path The PATH that the task will see.
   * @returns An absolute path, or `undefined` when no folder of the PATH has such a program; the name itself when it may
   * lie where nobody answers.
   */
  find(program: string, path: string): string | undefined {
    if (program.includes("/")) return program;
    const key = `${path}\0${program}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let isFar = false;
    const found = findOnPath(program, path, (file) => {
      isFar ||= isRemote(file);
      return isFar || !this.#mayUse("read", file) ? undefined : modeOf(file);
    });
    if (isFar) return program;
    if (found?.isExecutable) {
      if (this.#known.size >= rememberedMax) this.#known.clear();
      this.#known.set(key, found.file);
    }
    return found?.file;
  }

  /** Forgets everything: programs may have been installed or removed. */
  forget(): void {
    this.#known.clear();
  }
}

/** The mode of a regular file; `undefined` when there is none, or its folder is closed to us: `execvp` goes on, too. */
export function modeOf(file: string): number | undefined {
  try {
    const { isFile, mode } = Deno.statSync(file);
    return isFile ? mode ?? undefined : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Finds out which thing a failed start was about. The system tells only an error number for the whole start, so each
 * thing is tried again by itself; this happens after a failure only.
 *
 * @param plan What could not be started.
 * @param file The program's file as found, or `undefined` when it was not found.
 * @param code The error's name, such as `"ENOENT"`.
 * @param detail What the system said.
 * @param mayUseIt What may be tried; everything when absent, but what may not answer.
 */
export function findFault(
  plan: LaunchPlan,
  file: string | undefined,
  code: string,
  detail?: string,
  mayUseIt: MayUse = mayUseAll,
): LaunchFault {
  const mayUse: MayUse = (name, path) => !isRemote(path) && mayUseIt(name, path);
  if (["E2BIG", "EMFILE", "ENFILE", "EAGAIN", "ENOMEM"].includes(code)) return { step: "program", code };
  const folder = attempt("working-directory", () => {
    if (mayUse("read", plan.cwd) && !nodeFs().statSync(plan.cwd).isDirectory()) {
      throw Object.assign(new Error("not a folder"), { code: "EEXIST" });
    }
  });
  const { O_RDONLY, O_WRONLY, O_CREAT, O_NONBLOCK } = nodeFs().constants;
  const { stdin } = plan;
  const fault = folder ??
    // O_NONBLOCK: the other end of a named pipe may not be there.
    attempt(
      "stdin",
      () =>
        stdin !== undefined && mayUse("read", stdin) &&
        nodeFs().closeSync(nodeFs().openSync(stdin, O_RDONLY | O_NONBLOCK)),
      stdin,
    ) ??
    attempt("stdout", () => tryOutput(plan.stdout, O_WRONLY | O_CREAT | O_NONBLOCK, mayUse), plan.stdout) ??
    attempt("stderr", () => tryOutput(plan.stderr, O_WRONLY | O_CREAT | O_NONBLOCK, mayUse), plan.stderr);
  if (fault !== undefined) return fault;
  const kind = kindOf(file, mayUse);
  const interpreter = code === "ENOENT" && kind === "file" ? interpreterOf(file!, mayUse) : undefined;
  if (interpreter !== undefined) return { step: "interpreter", code, interpreter };
  if (code === "ENOENT" && !plan.program.includes("/")) {
    return { step: "program", code, isInFolder: kindOf(`${plan.cwd}/${plan.program}`, mayUse) === "file" };
  }
  if (code === "EACCES" && kind === "folder") return { step: "program", code: "EISDIR" };
  return { step: "program", code, ...(detail === undefined ? {} : { detail }) };
}

/** No system reads more of a first line. */
const firstLineMax = 256;

/** The interpreter that a file names in its first line, if it does: only then can one be to blame. */
function interpreterOf(file: string, mayUse: MayUse): string | undefined {
  if (!mayUse("read", file)) return undefined;
  const beginning = new Uint8Array(firstLineMax);
  const descriptor = nodeFs().openSync(file, "r");
  try {
    nodeFs().readSync(descriptor, beginning, 0, firstLineMax, 0);
  } finally {
    nodeFs().closeSync(descriptor);
  }
  return /^#![ \t]*([^ \t\n\0]*)/.exec(new TextDecoder().decode(beginning))?.[1];
}

function attempt(step: LaunchStep, trial: () => unknown, path?: string): LaunchFault | undefined {
  try {
    trial();
    return undefined;
  } catch (error) {
    const fault = faultOf(step, error);
    // Not being allowed to look is no proof; a named pipe without a reader is no fault.
    return fault.code === "NotCapable" || (fault.code === "ENXIO" && isPipe(path)) ? undefined : fault;
  }
}

function isPipe(path: string | undefined): boolean {
  return path !== undefined && nodeFs().statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;
}

function tryOutput(path: string | undefined, flags: number, mayUse: MayUse): void {
  if (path !== undefined && mayUse("write", path)) nodeFs().closeSync(nodeFs().openSync(path, flags, 0o666));
}

function kindOf(path: string | undefined, mayUse: MayUse): "file" | "folder" | undefined {
  try {
    if (path === undefined || !mayUse("read", path)) return undefined;
    return nodeFs().statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}
