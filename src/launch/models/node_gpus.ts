/**
 * GPUs on the further nodes of a task. Variables name those of one node, and an MPI passes the same ones on to all its
 * processes; so each process looks up those of its own node before it becomes the program.
 *
 * @module
 */

import { shellQuote } from "../../base/shell_quote.ts";
import type { EnvironmentChange } from "../environment.ts";

/** The variables of each host of a task, by its name. */
export type VariablesByHost = ReadonlyMap<string, EnvironmentChange>;

/**
 * Puts a look-up before a program: Slurm names the node of a step, and where it does not, the host itself does.
 *
 * @example Two nodes
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const hosts = new Map([["n1", { set: { GPU: "0,1" }, unset: [] }], ["n2", { set: {}, unset: ["GPU"] }]]);
 * assertEquals(lookUpVariables(hosts, ["run", "-a"]).slice(2), [
 *   `case \${SLURMD_NODENAME:-$(hostname -s)} in 'n1') export GPU='0,1';; 'n2') unset GPU;; esac; exec "$@"`,
 *   "sh",
 *   "run",
 *   "-a",
 * ]);
 * ```
 */
export function lookUpVariables(hosts: VariablesByHost, command: readonly string[]): readonly string[] {
  const cases = Array.from(hosts, ([host, { set, unset }]) => {
    const words = Object.entries(set).map(([name, value]) => `${name}=${shellQuote(value)}`);
    const orders = [
      ...(words.length === 0 ? [] : [`export ${words.join(" ")}`]),
      ...(unset.length === 0 ? [] : [`unset ${unset.join(" ")}`]),
    ];
    return `${shellQuote(host)}) ${orders.join("; ")};;`;
  });
  const script = `case \${SLURMD_NODENAME:-$(hostname -s)} in ${cases.join(" ")} esac; exec "$@"`;
  return ["sh", "-c", script, "sh", ...command];
}
