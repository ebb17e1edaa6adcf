/**
 * Chooses the launcher that the permissions allow.
 *
 * @module
 */

import { forgetMounts } from "../host/remote_paths.ts";
import { readVariables } from "../host/variables.ts";
import "../keeper/obey.ts";
import { invariant } from "../../base/assert.ts";
import type { Launcher } from "../../runtime/ports.ts";
import { KeeperLauncher } from "../keeper/launch_keeper.ts";
import { startAhead } from "../keeper/start_ahead.ts";
import { DirectLauncher } from "./launch_direct.ts";
import { NativeLauncher } from "./native/launch_native.ts";
import { Libc } from "./native/libc.ts";
import type { LauncherOptions } from "./process_control.ts";

/**
 * Which launcher starts tasks. `"keeper"`: a process of its own that is the parent of all tasks. `"native"`:
 * `posix_spawn` in this process. `"direct"`: `Deno.Command`. `"auto"`: the first of these that the permissions and the
 * system allow.
 */
export type LauncherName = "auto" | "keeper" | "native" | "direct";

/** The launchers by name: all that there are to be chosen among, and nothing else need know them. */
export const launcherNames: readonly LauncherName[] = ["auto", "keeper", "native", "direct"];

/** What all launchers but the direct one need; each is as good as every permission, so only `-A` has them all. */
const nativeNeeds = ["run", "ffi", "env", "read", "write"] as const;

const orphansStay =
  "as process 1 of a container this program cannot take away the processes that tasks leave behind: " +
  "they stay as zombies; give the container an init (docker run --init), or run deno with -A";

const noSamples = "the processes of tasks are not sampled: that takes a keeper, on Linux with every permission (-A)";

/** What a chosen launcher is set up with. */
export interface ChoiceOptions extends LauncherOptions {
  /** Tells the user, who would otherwise not notice, in a sentence without its end. */
  readonly warn?: (text: string) => void;
}

/**
 * Chooses the best launcher where everything is permitted and the system can do it, else the one that works under any
 * permissions.
 *
 * @param options What the launcher's processes are known by.
 * @param choice The launcher that is wanted: one of {@linkcode launcherNames}.
 * @returns A new launcher; it must be closed.
 */
export function chooseLauncher(options: ChoiceOptions = {}, choice: string = "auto"): Launcher {
  invariant((launcherNames as readonly string[]).includes(choice), `There is no launcher ${choice}`);
  forgetMounts();
  if (mayKeep(choice)) {
    return new KeeperLauncher(readVariables(), { ...options, otherwise: () => launchNatively(options) });
  }
  if (options.samples !== undefined) options.warn?.(noSamples);
  if (choice !== "direct" && mayLaunchNatively()) return launchNatively(options);
  if (Deno.pid === 1) options.warn?.(orphansStay);
  return new DirectLauncher(options);
}

/** Whether a keeper is to start the tasks. */
export function mayKeep(choice: string = "auto"): boolean {
  return (choice === "auto" || choice === "keeper") && Deno.build.os === "linux" && mayLaunchNatively();
}

/** Starts the keeper of a run that is about to be set up on this machine, if one is to start its tasks. */
export function startKeeperAhead(): void {
  if (mayKeep()) startAhead();
}

function launchNatively(options: LauncherOptions): Launcher {
  const libc = Libc.open();
  return libc === undefined ? new DirectLauncher(options) : new NativeLauncher(libc, options);
}

/** Whether the permissions allow the launchers that start processes through the C library. */
export function mayLaunchNatively(): boolean {
  return nativeNeeds.every((name) => Deno.permissions.querySync({ name }).state === "granted");
}
