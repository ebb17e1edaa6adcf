/**
 * Deno's permissions: asked about, never asked for. A missing one is reported with the flag that grants it.
 *
 * @module
 */

import { dirname } from "@std/path";
import { PermissionScopeError } from "../../errors.ts";
import type { Need } from "../../launch/needs.ts";
import { canScan } from "../local/process_scan.ts";

/**
 * Checks that Deno grants what a job needs.
 *
 * @throws {PermissionScopeError} For the first permission that is missing, with the flag to add.
 */
export function requirePermissions(jobName: string, needs: Iterable<Need>): void {
  for (const need of needs) {
    if (isGranted(need)) continue;
    const flag = need.value === "/proc" ? "-A" : `--allow-${need.name}=${need.value}`;
    throw new PermissionScopeError(
      `Job "${jobName}" needs ${need.name} permission for "${need.value}" (${need.purpose}): ` +
        `run deno again with ${flag}`,
      need.name,
      need.value,
    );
  }
}

/** Whether everything may be run, so that whole process groups may be signalled too. */
export function mayRunAnything(): boolean {
  return Deno.permissions.querySync({ name: "run" }).state === "granted";
}

/** Whether something may be done without Deno asking the user about it, as it would on a terminal. */
export function mayUse(name: Need["name"], value: string): boolean {
  return isGranted({ name, value, purpose: "" });
}

/** Whether every permission is granted, which is what it takes to read below `/proc`. */
export function mayDoAnything(): boolean {
  return (["run", "read", "write", "env", "net", "ffi", "sys"] as const).every((name) =>
    Deno.permissions.querySync({ name }).state === "granted"
  );
}

/** What Deno throws when a permission is missing; made by us where Deno would ask the user first. */
export function notCapable({ name, value }: Omit<Need, "purpose">): Error {
  return new Deno.errors.NotCapable(`Requires ${name} access to "${value}", run again with the --allow-${name} flag`);
}

/** What is granted as a whole: `read /folder` with all that is in it, `run date`. */
const granted = new Set<string>();

/** More are not remembered. */
const grantedMax = 10_000;

/**
 * Whether a permission is granted. Deno keeps an object for every path that it was ever asked about, so it is asked about
 * the whole kind first, then about the folder, and about the path only where a part of its folder is denied.
 */
function isGranted({ name, value }: Need): boolean {
  // Deno says that the folder may be read, and then lets no program read in it without every permission.
  if (value === "/proc") return canScan();
  if (isWhole(`${name}`, { name })) return true;
  if (name === "run") return isWhole(`run ${value}`, { name, command: value });
  const folder = dirname(value);
  return isWhole(`${name} ${folder}`, { name, path: folder }) || query({ name, path: value })?.state === "granted";
}

/** Whether something is granted with nothing in it denied. That is remembered: only this very program can revoke it. */
function isWhole(key: string, descriptor: Deno.PermissionDescriptor): boolean {
  if (granted.has(key)) return true;
  const status = query(descriptor);
  if (status?.state !== "granted" || status.partial) return false;
  if (granted.size >= grantedMax) granted.clear();
  granted.add(key);
  return true;
}

function query(descriptor: Deno.PermissionDescriptor): Deno.PermissionStatus | undefined {
  try {
    return Deno.permissions.querySync(descriptor);
  } catch {
    return undefined; // A path that Deno cannot ask about, for example an empty one.
  }
}

/**
 * Checks that Deno lets us read a path, and what is in it.
 *
 * @param purpose What it is needed for, as in `needed to …`.
 * @throws {PermissionScopeError} If it does not; it names the flag to add.
 */
export function requireReadable(path: string, purpose: string): void {
  if (isGranted({ name: "read", value: path, purpose })) return;
  throw new PermissionScopeError(
    `Read permission for "${path}" is needed ${purpose}: run deno again with --allow-read=${path}`,
    "read",
    path,
  );
}

/** A folder that must be readable and writable. */
export interface FolderNeed {
  /** The folder. */
  readonly path: string;
  /** The folder to name in the flags: one above it whose name stays the same from run to run. */
  readonly grant: string;
  /** What it is needed for, as in `needed to …`. */
  readonly purpose: string;
  /** What else would help. */
  readonly otherwise: string;
}

/**
 * Checks that Deno lets us read and write a folder.
 *
 * @throws {PermissionScopeError} If a permission is missing; it names the flags to add, and what else would help.
 */
export function requireFolder({ path, grant, purpose, otherwise }: FolderNeed): void {
  const missing = (["read", "write"] as const).filter((name) => !isGranted({ name, value: path, purpose }));
  if (missing.length === 0) return;
  const flags = missing.map((name) => `--allow-${name}=${grant}`).join(" ");
  throw new PermissionScopeError(
    `${
      missing.join(" and ")
    } permission for "${path}" is needed ${purpose}: run deno again with ${flags}, or ${otherwise}`
      .replace(/^./, (letter) => letter.toUpperCase()),
    missing[0]!,
    path,
  );
}
