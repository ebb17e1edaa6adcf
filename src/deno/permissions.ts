/**
 * Deno's permissions: asked about, never asked for. A missing one is reported with the flag that grants it.
 *
 * @module
 */

import { PermissionScopeError } from "../errors.ts";

/** One permission that a job needs. */
export interface PermissionNeed {
  /** The kind. */
  readonly name: "run" | "read" | "write";
  /** The program, or the absolute path. */
  readonly value: string;
  /** What it is needed for, as in `needed to …`. */
  readonly purpose: string;
}

/**
 * Checks that Deno grants what a job needs.
 *
 * @throws {PermissionScopeError} For the first permission that is missing, with the flag to add.
 */
export function requirePermissions(jobName: string, needs: Iterable<PermissionNeed>): void {
  for (const need of needs) {
    if (isGranted(need)) continue;
    const flag = `--allow-${need.name}=${need.value}`;
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

const granted = new Set<string>();

/** A grant is remembered: it can be revoked only by this very program. A refusal is asked about again. */
function isGranted({ name, value }: PermissionNeed): boolean {
  const key = `${name} ${value}`;
  if (granted.has(key)) return true;
  if (queryState(name, value) !== "granted") return false;
  if (granted.size >= grantedMax) granted.clear();
  granted.add(key);
  return true;
}

/** Remembered grants; beyond, they are forgotten and asked about again. */
const grantedMax = 10_000;

function queryState(name: PermissionNeed["name"], value: string): Deno.PermissionState {
  try {
    if (name === "run") return Deno.permissions.querySync({ name, command: value }).state;
    return Deno.permissions.querySync({ name, path: value }).state;
  } catch {
    return "denied";
  }
}

/**
 * Does something that reads and writes a path, and explains it when Deno does not let us.
 *
 * @throws {PermissionScopeError} If a permission is missing; it names the flags to add, and what else would help.
 */
export function explainDenied<R>(path: string, purpose: string, otherwise: string, act: () => R): R {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new PermissionScopeError(
      `Read and write permission for "${path}" is needed ${purpose}: run deno again with --allow-read=${path} ` +
        `--allow-write=${path}, or ${otherwise}`,
      "write",
      path,
      { cause: error },
    );
  }
}
