/**
 * Chooses the launcher that the permissions allow.
 *
 * @module
 */

import type { Launcher } from "../../runtime/ports.ts";
import type { LauncherChoice } from "../../runtime/run_ports.ts";
import { DirectLauncher } from "./launch_direct.ts";
import { NativeLauncher } from "./native/launch_native.ts";
import { Libc } from "./native/libc.ts";
import type { LauncherOptions } from "./process_control.ts";

/** What the fast launcher needs; each is as good as every permission, so only `-A` has them all. */
const nativeNeeds = ["run", "ffi", "env", "read", "write"] as const;

/**
 * Chooses the fast launcher where everything is permitted and the C library can do it, else the one that works under
 * any permissions.
 *
 * @param options What the launcher's processes are known by.
 * @param choice Whether the fast launcher may be chosen.
 * @returns A new launcher; it must be closed.
 */
export function chooseLauncher(options: LauncherOptions = {}, choice: LauncherChoice = "auto"): Launcher {
  const libc = choice === "auto" && mayLaunchNatively() ? Libc.open() : undefined;
  return libc === undefined ? new DirectLauncher(options) : new NativeLauncher(libc, Deno.env.toObject(), options);
}

/** Whether the permissions allow the fast launcher. */
export function mayLaunchNatively(): boolean {
  return nativeNeeds.every((name) => Deno.permissions.querySync({ name }).state === "granted");
}
