/**
 * Streams that a task's own process opens, because opening them waits for others: named pipes, whose other end may be
 * opened late or never.
 *
 * The process is a shell until its streams are open, and then becomes the program. So it may wait as long as it likes,
 * belongs to its task, counts as running, and ends at a stop or its time limit; and no other task waits with it.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import { ownDescriptor } from "./own_descriptor.ts";

/** The shell that opens them. */
export const lateShell = "/bin/sh";

/** Opens in the order of its arguments, then becomes the program. An empty name is a stream that is open already. */
const script = `if [ -n "$1" ]; then exec <"$1" || exit 126; fi
if [ -n "$2" ]; then exec >"$2" || exit 126; fi
if [ "$3" = "$2" ] && [ -n "$3" ]; then exec 2>&1; elif [ -n "$3" ]; then exec 2>"$3" || exit 126; fi
shift 3
exec "$@"`;

/** The streams that are left to the task's process, by their paths: stdin, stdout, stderr; empty for the others. */
export type LateStreams = readonly [stdin: string, stdout: string, stderr: string];

/**
 * Finds the streams of a plan that its own process must open.
 *
 * @param isPipe Whether a path is that of a named pipe.
 * @returns `undefined` when there are none.
 */
export function findLate(
  { stdin, stdout, stderr }: LaunchPlan,
  isPipe: (path: string) => boolean,
): LateStreams | undefined {
  // The other end of a descriptor of our own is there already, and no other process can open it.
  const lateOr = (path: string | undefined) =>
    path !== undefined && ownDescriptor(path) === undefined && isPipe(path) ? path : "";
  const output = lateOr(stdout);
  const late: LateStreams = [lateOr(stdin), output, stderr === stdout ? output : lateOr(stderr)];
  return late.every((path) => path === "") ? undefined : late;
}

/** Joins what is late for two reasons. */
export function bothLate(one: LateStreams | undefined, other: LateStreams | undefined): LateStreams | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return [one[0] || other[0], one[1] || other[1], one[2] || other[2]];
}

/** The arguments of the shell that opens the streams, and then becomes the program. */
export function lateArgs(late: LateStreams, file: string, args: readonly string[]): string[] {
  return ["-c", script, "sh", ...late, file, ...args];
}

/** A plan whose process opens its late streams itself; `file` is the program's. */
export function openedLate(plan: LaunchPlan, late: LateStreams, file: string): LaunchPlan {
  const { stdin, stdout, stderr, ...others } = plan;
  return {
    ...others,
    program: lateShell,
    args: lateArgs(late, file, plan.args),
    ...(stdin === undefined || late[0] !== "" ? {} : { stdin }),
    ...(stdout === undefined || late[1] !== "" ? {} : { stdout }),
    ...(stderr === undefined || late[2] !== "" ? {} : { stderr }),
  };
}
