/**
 * Options of the launcher that has a keeper.
 *
 * @module
 */

import type { Launcher } from "../../runtime/ports.ts";
import type { LauncherOptions } from "../local/process_control.ts";

/** Options of a launcher that has a keeper. */
export interface KeeperLauncherOptions extends LauncherOptions {
  /** Makes the launcher that takes over when no keeper can be started; then every launch fails when absent. */
  readonly otherwise?: () => Launcher;
  /** Tells the user, who would otherwise not notice, in a sentence without its end. */
  readonly warn?: (text: string) => void;
  /**
   * How often a keeper is asked for a sign of life, in milliseconds.
   *
   * @default {5000}
   */
  readonly askMs?: number;
}
