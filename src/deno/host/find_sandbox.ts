/**
 * Finds out whether tasks can be sandboxed here.
 *
 * @module
 */

import { PermissionScopeError } from "../../errors.ts";
import type { SandboxTool } from "../../launch/sandbox.ts";
import type { HostView } from "../../launch/scope.ts";
import { mayLaunchNatively } from "../local/launch.ts";
import { RealPaths } from "../local/native/real_paths.ts";
import { mayRunAnything } from "./permissions.ts";

/** Whether tasks run in a sandbox: never, where it works, or else not at all. */
export type SandboxMode = "off" | "auto" | "require";

/** Everything that a sandbox uses, so that the trial shows whether it works. */
const trialArgs = [
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

/** What has been found to work; permissions may have been given up since, so each part is asked about again. */
const working = new Set<string>();
/** Whether a bubblewrap takes descriptors, by its path; of those that were asked. */
const takesDescriptors = new Map<string, boolean>();

/**
 * Tries the sandbox, once for the life of the program if it works.
 *
 * @param mode Whether to try, and what to do when it does not work.
 * @param host The machine.
 * @returns What makes the sandbox; `undefined` for none.
 * @throws {PermissionScopeError} If one is required and does not work; it says what to do.
 */
export function findSandbox(mode: SandboxMode, host: HostView): SandboxTool | undefined {
  if (mode === "off") return undefined;
  const tool = tryOut(host);
  if (typeof tool !== "string") return tool;
  if (mode === "auto") return undefined;
  throw new PermissionScopeError(`Tasks cannot be sandboxed, but sandbox is "require": ${tool}`, "run", "bwrap");
}

/** Returns what makes the sandbox, or a text that says what keeps it from working. */
function tryOut(host: HostView): SandboxTool | string {
  try {
    const bwrap = host.findProgram("bwrap");
    if (bwrap === undefined) return "bwrap was not found on the PATH; install the package bubblewrap";
    if (Deno.permissions.querySync({ name: "run", command: bwrap }).state !== "granted") {
      return `run deno again with --allow-run=${bwrap}`;
    }
    const problem = runTrial(bwrap, [...trialArgs, "/bin/true"]);
    if (problem !== undefined) return `bwrap does not work here: ${problem}`;
    const endsWithPilot = !mayLaunchNatively();
    const env = mayRunAnything() ? host.findProgram("env") : undefined;
    const canIgnore = env !== undefined &&
      runTrial(env, ["--ignore-signal=TERM", bwrap, ...trialArgs, env, "--default-signal=TERM", "/bin/true"]) ===
        undefined;
    const shows = findWayToShow(bwrap);
    return { bwrap, endsWithPilot, ...(canIgnore ? { env } : {}), ...(shows === undefined ? {} : { shows }) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Finds how places can be shown that cannot be mistaken for others: older ones of bubblewrap take no descriptors. */
function findWayToShow(bwrap: string): SandboxTool["shows"] {
  if (!mayLaunchNatively() || !canOpenRealPaths()) return undefined;
  let takes = takesDescriptors.get(bwrap);
  if (takes === undefined) {
    const { stdout, stderr } = new Deno.Command(bwrap, { args: ["--help"], stdin: "null" }).outputSync();
    const help = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
    takes = ["--bind-fd ", "--ro-bind-fd "].every((option) => help.includes(option));
    takesDescriptors.set(bwrap, takes);
  }
  return takes ? "descriptor" : "identity";
}

function canOpenRealPaths(): boolean {
  const paths = Deno.build.os === "linux" ? RealPaths.open() : undefined;
  paths?.[Symbol.dispose]();
  return paths !== undefined;
}

/** Returns the first line that a program that failed wrote. */
function runTrial(program: string, args: readonly string[]): string | undefined {
  if (working.has(program)) return undefined;
  const trial = new Deno.Command(program, { args: [...args], stdin: "null" }).outputSync();
  if (!trial.success) return new TextDecoder().decode(trial.stderr).trim().split("\n")[0] ?? `exit code ${trial.code}`;
  working.add(program);
  return undefined;
}
