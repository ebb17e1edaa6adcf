/**
 * The dashboard that a command serves, and what is said of it.
 *
 * @module
 */

import { RunFollower } from "../../deno/files/runs/run_follower.ts";
import { describeHost, readVariable } from "../../deno/host/machine.ts";
import { doorOf, unencryptedWarning } from "../../doors/dashboard/dashboard.ts";
import { nearAddress, tunnelCommand } from "../../report/dashboard/tunnel.ts";
import type { Door } from "../../runtime/door.ts";
import type { DashboardChoice } from "../../service/dashboard_options.ts";
import { isLoopback } from "../../zmtp/address.ts";

/**
 * Makes the door of the dashboard that options ask for.
 *
 * @param choice What was asked for.
 * @param tell Is told where the page is, in lines without a line feed.
 * @param folder The folder of the run, where it is to be shown from its records, as the pilot forgets what has ended.
 * @returns `undefined` when none is asked for.
 */
export function dashboardDoor(
  choice: DashboardChoice | undefined,
  tell: (text: string) => void,
  folder?: string,
): Door | undefined {
  if (choice === undefined) return undefined;
  const { control: mayControl, ...place } = choice;
  const recordsOf = folder === undefined ? undefined : () => new RunFollower(folder);
  return doorOf({ ...place, mayControl }, (address) => tellAddress(address, choice.hostname, tell), recordsOf);
}

/** Tells where a page is and, on a machine that one has come to from elsewhere, how to reach it from there. */
export function tellAddress(address: string, hostname: string, tell: (text: string) => void): void {
  tell(`the dashboard is at ${address}`);
  if (!isLoopback(hostname)) tell(unencryptedWarning);
  const submitHost = readVariable("SLURM_JOB_ID") === undefined ? undefined : readVariable("SLURM_SUBMIT_HOST");
  const isFar = submitHost !== undefined || readVariable("SSH_CONNECTION") !== undefined;
  if (!isFar || !isLoopback(hostname)) return;
  const { host, account } = describeHost();
  const port = Number(new URL(address).port);
  const through = submitHost === undefined ? {} : { through: submitHost };
  tell(`from your own machine: ${tunnelCommand({ port, host, account, ...through })}`);
  tell(`and there it is at ${nearAddress(address, port)}`);
}
