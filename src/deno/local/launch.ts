/**
 * Chooses the launcher that the permissions allow.
 *
 * @module
 */

import { readVariables } from "../host/variables.ts";
import "../keeper/obey.ts";
import type { Launcher } from "../../runtime/ports.ts";
import type { LauncherChoice } from "../../runtime/run_ports.ts";
import { KeeperLauncher } from "../keeper/launch_keeper.ts";
import { DirectLauncher } from "./launch_direct.ts";
import { NativeLauncher } from "./native/launch_native.ts";
import { Libc } from "./native/libc.ts";
import type { LauncherOptions } from "./process_control.ts";

/** What all launchers but the direct one need; each is as good as every permission, so only `-A` has them all. */
const nativeNeeds = ["run", "ffi", "env", "read", "write"] as const;

/**
 * Chooses the best launcher where everything is permitted and the C library can do it, else the one that works under
 * any permissions.
 *
 * @param options What the launcher's processes are known by.
 * @param choice The launcher that is wanted.
 * @returns A new launcher; it must be closed.
 */
export function chooseLauncher(options: LauncherOptions = {}, choice: LauncherChoice = "auto"): Launcher {
  if (choice === "direct" || !mayLaunchNatively()) return new DirectLauncher(options);
  if (choice !== "keeper") return launchNatively(options);
  return new KeeperLauncher(readVariables(), { ...options, otherwise: () => launchNatively(options) });
}

function launchNatively(options: LauncherOptions): Launcher {
  const libc = Libc.open();
  return libc === undefined ? new DirectLauncher(options) : new NativeLauncher(libc, options);
}

/** Whether the permissions allow the launchers that start processes through the C library. */
export function mayLaunchNatively(): boolean {
  return nativeNeeds.every((name) => Deno.permissions.querySync({ name }).state === "granted");
}
