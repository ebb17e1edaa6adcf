/**
 * Finds out whether tasks can be sandboxed here.
 *
 * @module
 */

import { PermissionScopeError } from "../errors.ts";
import type { SandboxTool } from "../launch/sandbox.ts";
import type { ScopeWorld } from "../launch/scope.ts";
import { mayRunAnything } from "./permissions.ts";

/** Whether tasks run in a sandbox: never, where it works, or else not at all. */
export type SandboxMode = "off" | "auto" | "require";

/** Everything that a sandbox uses, so that the trial shows whether it works. */
const TRIAL = [
  ...[
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-net",
    "--die-with-parent",
    "--cap-drop",
    "ALL",
    "--ro-bind",
    "/",
    "/",
  ],
  ...["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--"],
];

let found: SandboxTool | undefined;

/**
 * Tries the sandbox, once for the life of the program if it works.
 *
 * @param mode Whether to try, and what to do when it does not work.
 * @param world The machine.
 * @returns What makes the sandbox; `undefined` for none.
 * @throws {PermissionScopeError} If one is required and does not work; it says what to do.
 */
export function findSandbox(mode: SandboxMode, world: ScopeWorld): SandboxTool | undefined {
  if (mode === "off") return undefined;
  if (found !== undefined) return found;
  const problem = tryOut(world);
  if (problem !== undefined && mode === "require") {
    throw new PermissionScopeError(`Tasks cannot be sandboxed, but sandbox is "require": ${problem}`, "run", "bwrap");
  }
  return found;
}

/** Returns what keeps the sandbox from working. */
function tryOut(world: ScopeWorld): string | undefined {
  try {
    const bwrap = world.findProgram("bwrap");
    if (bwrap === undefined) return "bwrap was not found on the PATH; install the package bubblewrap";
    if (Deno.permissions.querySync({ name: "run", command: bwrap }).state !== "granted") {
      return `run deno again with --allow-run=${bwrap}`;
    }
    const trial = new Deno.Command(bwrap, { args: [...TRIAL, "/bin/true"], stdin: "null" }).outputSync();
    if (!trial.success) {
      return `bwrap does not work here: ${new TextDecoder().decode(trial.stderr).trim().split("\n")[0]}`;
    }
    const env = mayRunAnything() ? world.findProgram("env") : undefined;
    found = env !== undefined && canIgnoreSignals(env, bwrap) ? { bwrap, env } : { bwrap };
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function canIgnoreSignals(env: string, bwrap: string): boolean {
  const args = ["--ignore-signal=TERM", bwrap, ...TRIAL, env, "--default-signal=TERM", "/bin/true"];
  return new Deno.Command(env, { args, stdin: "null", stdout: "null", stderr: "null" }).outputSync().success;
}
