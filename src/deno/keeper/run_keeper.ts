/**
 * Makes this process a keeper, which it is for the rest of its life.
 *
 * @module
 */

import { signalNumber } from "../../core/exit.ts";
import { AgentRole, endLeftovers } from "./agent_role.ts";
import { Keeper } from "./keeper.ts";
import { Kernel } from "./kernel.ts";
import { openFlags } from "../local/native/file_numbers.ts";
import { openChildList } from "./process_reads.ts";
import { agentArgument, roleArguments, sweepArgument } from "./start_self.ts";

/** What others know the process by: `killall deno` is not to end it. */
const processName = "qcgpj-keeper";
/** HUP, INT, QUIT, USR1, USR2, PIPE, TERM, TSTP, TTIN, TTOU, XCPU, XFSZ: none of them ends or stops it. */
const ignored: readonly number[] = [1, 2, 3, 10, 12, 13, 15, 20, 21, 22, 24, 25];

/** What an agent exits with whose lease has ended: a temporary failure. */
const fencedExitCode = 75;

/** Is the keeper of the pilot at the other end of the standard streams, and ends the process. */
export function runKeeper(): never {
  const [role, family, ...marks] = roleArguments();
  const kernel = new Kernel();
  if (role === sweepArgument) sweep(kernel, family, marks);
  const isAgent = role === agentArgument;
  const parent = Deno.ppid;
  kernel.becomeKeeper(processName, ignored);
  closeForeign(kernel);
  const problem = findProblem(kernel);
  if (problem !== undefined) {
    console.error(`${processName}: ${problem}`);
    Deno.exit(1);
  }
  const [input, output] = [kernel.moveUp(0), kernel.moveUp(1)];
  // Tasks may name `/dev/stdin` and `/dev/stdout`: these are never the channel.
  kernel.open("/dev/null", openFlags.read);
  // The parent of an agent is Slurm.
  const own = isAgent ? "/dev/null" : `/proc/${parent}/fd/1`;
  const isOpen = kernel.open(own, openFlags.write | openFlags.append | openFlags.noTerminal);
  if (isOpen < 0) kernel.open("/dev/null", openFlags.write);
  const isFenced = new Keeper(kernel, input, output, isAgent ? new AgentRole() : undefined).run();
  Deno.exit(isFenced ? fencedExitCode : 0);
}

/**
 * Ends what an agent left which is no more, and what tasks have there by their marks, and then the process: with 0 when
 * nothing is left.
 */
function sweep(kernel: Kernel, family: string | undefined, marks: readonly string[]): never {
  if (family === undefined || !/^[0-9]{13}$/.test(family)) Deno.exit(2);
  if (!marks.every((mark) => /^[0-9a-f]{16,}$/.test(mark))) Deno.exit(2);
  const kill = (pid: number) => kernel.kill(pid, signalNumber("SIGKILL"));
  Deno.exit(endLeftovers({ tags: [family], marks }, kill, (ms) => kernel.wait(ms, () => {})) ? 0 : 1);
}

/**
 * Closes what the pilot's program left open for its children: no task is to inherit it. All that the runtime has open
 * is not inherited anyway.
 */
function closeForeign(kernel: Kernel): void {
  const descriptors = Array.from(Deno.readDirSync("/proc/self/fd"), ({ name }) => Number(name));
  for (const descriptor of descriptors) if (descriptor > 2 && kernel.isInherited(descriptor)) kernel.close(descriptor);
}

/** Finds what this kernel cannot do that a keeper needs. */
function findProblem(kernel: Kernel): string | undefined {
  const self = kernel.openProcess(Deno.pid);
  if (self < 0) return "the kernel has no descriptors for processes (Linux 5.3 has)";
  kernel.close(self);
  const list = openChildList(kernel);
  if (list < 0) return "the kernel has no lists of children (CONFIG_PROC_CHILDREN)";
  kernel.close(list);
  const canTag = kernel.setLocksLimit(2n ** 63n - 1n);
  kernel.restoreLocksLimit();
  return canTag ? undefined : "the hard limit of file locks (ulimit -Hx) is set, so tasks cannot be tagged";
}

// The program that a pilot starts where the package lies in files of its own.
if (import.meta.main) runKeeper();
