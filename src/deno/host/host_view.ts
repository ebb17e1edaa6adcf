/**
 * What a permission scope asks the machine: where programs are, and where paths really lead.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "@std/path";
import { PermissionScopeError } from "../../errors.ts";
import { withoutShimFolder } from "./node_shim.ts";
import { defaultPath, findOnPath, mayExecute } from "./search_path.ts";
import { type HostView, serviceFolderPrefix } from "../../launch/scope.ts";
import { hasSpares, makeSpares } from "./spare_folders.ts";

/** The most links that are followed: as many as the kernel follows. */
const linksMax = 40;

/** Asks the file system and the environment. */
export class DenoHostView implements HostView {
  readonly #folders = new Map<string, readonly string[]>();

  /**
   * Finds a program as the system does, but never in the current folder.
   *
   * @throws {PermissionScopeError} If Deno does not let us look; it names the flag to add.
   */
  findProgram(program: string, path?: string): string | undefined {
    if (program.includes("\0")) return undefined;
    if (program.includes("/")) return mayExecute(modeOf(program) ?? 0) ? program : undefined;
    const found = findOnPath(program, path ?? ownPath(program), modeOf);
    return found?.isExecutable ? found.file : undefined;
  }

  /**
   * Follows links.
   *
   * @throws {PermissionScopeError} If Deno does not let us look; it names the flag to add.
   */
  realPath(path: string): string {
    let links = 0;
    const follow = (path: string): string => {
      const real = look(path, () => Deno.realPathSync(path));
      if (real !== undefined || path === "/") return real ?? path;
      const here = join(follow(dirname(path)), basename(path));
      // Opening a link that leads to nothing creates what it leads to.
      const target = look(here, () => Deno.readLinkSync(here));
      return target === undefined || ++links > linksMax ? here : follow(resolve(dirname(here), target));
    };
    return follow(path);
  }

  /**
   * Makes sure that Deno lets us read a variable.
   *
   * @throws {PermissionScopeError} If it does not; it names the flag to add.
   */
  requireVariable(name: string): void {
    if (mayRead(name)) return;
    const message = `permissions.env names ${JSON.stringify(name)}, which Deno does not let us read: ` +
      `run deno again with --allow-env=${name}`;
    throw new PermissionScopeError(message, "env", name);
  }

  /** Reads a variable of this process. */
  readVariable(name: string): string | undefined {
    try {
      return Deno.env.get(name);
    } catch {
      return undefined; // It is no name of a variable.
    }
  }

  /** Lists the folders of pilots, and spare ones: anew when a spare one was taken, or where there can be none. */
  serviceFolders(folder: string): readonly string[] {
    const list = () => {
      const entries = look(folder, () => Array.from(Deno.readDirSync(folder))) ?? [];
      return entries.filter(({ name, isDirectory }) => isDirectory && name.startsWith(serviceFolderPrefix))
        .map(({ name }) => join(this.realPath(folder), name));
    };
    // To look at the spare ones is permitted where the folder could be listed.
    if (!this.#folders.has(folder)) this.#folders.set(folder, list());
    else if (hasSpares(folder)) return this.#folders.get(folder)!;
    makeSpares(folder);
    const folders = list();
    this.#folders.set(folder, folders);
    return folders;
  }
}

/** The mode of a regular file; `undefined` when there is none. */
function modeOf(file: string): number | undefined {
  const stat = look(file, () => Deno.statSync(file));
  return stat?.isFile ? stat.mode ?? undefined : undefined;
}

/** The PATH of this process. */
function ownPath(program: string): string {
  if (!mayRead("PATH")) {
    throw new PermissionScopeError(
      `Permission scopes need to read PATH to find ${JSON.stringify(program)}: run deno again with --allow-env=PATH, ` +
        "or give absolute paths",
      "env",
      "PATH",
    );
  }
  return withoutShimFolder(Deno.env.get("PATH") ?? defaultPath) ?? defaultPath;
}

function mayRead(variable: string): boolean {
  try {
    return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
  } catch {
    return true; // It is no name of a variable, so there is nothing to pass on.
  }
}

/** Looks at something that may not be there. What cannot be looked at cannot be opened either, and that is told then. */
function look<T>(path: string, ask: () => T): T | undefined {
  // Deno would ask the user, where it can; a library must not.
  if (queryRead(path) !== "granted") return refuseLook(path);
  try {
    return ask();
  } catch (error) {
    return error instanceof Deno.errors.NotCapable ? refuseLook(path, error) : undefined;
  }
}

function queryRead(path: string): Deno.PermissionState {
  try {
    return Deno.permissions.querySync({ name: "read", path }).state;
  } catch {
    return "denied";
  }
}

function refuseLook(path: string, cause?: unknown): never {
  throw new PermissionScopeError(
    `Permission scopes need to see where ${JSON.stringify(path)} leads: run deno again with --allow-read=${path}`,
    "read",
    path,
    { cause },
  );
}
