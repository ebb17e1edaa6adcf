/**
 * The `ssh` that is the channel to the agent of a node, where `srun` is not to be.
 *
 * @module
 */

import { shellQuote } from "../base/shell_quote.ts";

/** What an agent is started with. */
export interface SshCommand {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The node. */
  readonly node: string;
  /** Its working directory. */
  readonly directory: string;
  /** Variables that it must have. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Writes the arguments of `ssh`. They end with one line for the shell of the node, which knows none of the variables of
 * this program.
 *
 * @example A line for a shell
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const order = { command: ["/bin/deno", "it's"], node: "n1", directory: "/my work", env: { A: "1 2" } };
 * const line = `cd '/my work' && exec env 'A=1 2' 'SLURMD_NODENAME=n1' '/bin/deno' 'it'\\''s'`;
 * assertEquals(sshArguments(order), ["-o", "BatchMode=yes", "-T", "n1", line]);
 * ```
 */
export function sshArguments({ command, node, directory, env }: SshCommand): string[] {
  const variables = Object.entries({ ...env, SLURMD_NODENAME: node }).map(([name, value]) => `${name}=${value}`);
  const words = [...variables, ...command].map(shellQuote).join(" ");
  return ["-o", "BatchMode=yes", "-T", node, `cd ${shellQuote(directory)} && exec env ${words}`];
}
