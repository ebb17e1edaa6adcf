/**
 * The script of a batch job that runs this program over all of its nodes.
 *
 * @module
 */

import { shellQuote } from "../base/shell_quote.ts";

/** What a batch job is. */
export interface BatchJob {
  /** How many nodes. */
  readonly nodes?: number | undefined;
  /** Its time limit, as Slurm writes it. */
  readonly time?: string | undefined;
  /** The partition. */
  readonly partition?: string | undefined;
  /** Further options of `sbatch`, as they are. */
  readonly options: readonly string[];
  /** The words of the program and of its arguments. */
  readonly command: readonly string[];
}

/** Options that say how much of a node is wanted. */
const shares = /^(-n|-c|-s|--(ntasks|cpus-per-task|ntasks-per-node|exclusive|oversubscribe|share|cores-per-socket)\b)/;

/**
 * Writes the script. Its last line becomes the program, so that what Slurm sends to the script comes to the program. The
 * job goes on when a node fails, and asks for no signal: the program knows when it has to stop.
 */
export function formatBatchScript({ nodes, time, partition, options, command }: BatchJob): string {
  const asksForShares = options.some((option) => shares.test(option));
  const lines = [
    ...(nodes === undefined ? [] : [`--nodes=${nodes}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    // Otherwise Slurm gives one CPU of each node.
    ...(asksForShares ? [] : ["--exclusive"]),
    ...["--job-name=qcgpj", "--no-kill", "--requeue", "--open-mode=append"],
    ...options,
  ];
  const directives = lines.map((line) => `#SBATCH ${line}\n`).join("");
  return `#!/bin/bash\n${directives}exec ${command.map(shellQuote).join(" ")}\n`;
}
