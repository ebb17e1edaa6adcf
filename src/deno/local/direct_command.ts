/**
 * What `Deno.Command` wants, and how it tells ends.
 *
 * @module
 */

import type { Exit } from "../../core/exit.ts";
import { visibleDevices } from "../../launch/environment.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import { readVariable } from "../host/machine.ts";
import { mayUse } from "../host/permissions.ts";
import { modeOf } from "./launch_prepare.ts";
import type { GroupSignal } from "./process_group.ts";
import type { StreamTarget } from "./streams.ts";

/** Deno has no names for real-time signals and rejects instead. */
export function exitOfRejection(error: unknown): Exit {
  const number = /Invalid signal: (\d+)/.exec(String(error))?.[1];
  return { signal: number === undefined ? "SIGKILL" : `SIG${number}` };
}

/** Sends a signal to a process group; false when nothing of it can be reached. */
export function signalGroup(group: number, signal: GroupSignal): boolean {
  return group > 1 && signalOne(-group, signal);
}

/** Sends a signal to a process; false when it cannot be reached. */
export function signalOne(pid: number, signal: GroupSignal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * The environment as `Deno.Command` wants it. Where it may not be read, variables can only be made empty; those that name
 * visible devices are left as they are then: an empty one would take the GPUs away.
 */
export function environmentOf(
  { env }: LaunchPlan,
): { readonly env: Record<string, string>; readonly clearEnv: boolean } {
  const { shared, own } = env;
  if (shared.kind === "whole") return { env: { ...shared.variables, ...own }, clearEnv: true };
  const names = shared.without.filter((name) => !visibleDevices.includes(name));
  return { env: { ...Object.fromEntries(names.map((name) => [name, ""])), ...own }, clearEnv: false };
}

/** The PATH that the task will see. */
export function searchPathOf({ env: { shared, own } }: LaunchPlan): string {
  const inherited = () => shared.kind === "whole" ? shared.variables["PATH"] : readVariable("PATH");
  return own["PATH"] ?? inherited() ?? "";
}

/**
 * Whether Deno would ask the user about a program, where only some may be run. It looks for a name on the task's own PATH,
 * and then wants that very file to be permitted; what cannot be seen of the PATH counts as a file that is not.
 */
export function wouldAsk({ program, env: { own } }: LaunchPlan): boolean {
  const path = own["PATH"];
  if (path === undefined || program.includes("/")) return !mayUse("run", program);
  for (const folder of path.split(":")) {
    const file = `${folder}/${program}`;
    if (mayUse("run", file)) return false;
    if (!mayUse("read", file) || modeOf(file) !== undefined) return true;
  }
  return false; // There is none: it is not found.
}

/** An open file as a stream of `Deno.Command`, which takes it though its declared type does not say so. */
export function undeclared(target: StreamTarget): "null" {
  return target as "null";
}
