/**
 * Starts whose preparation is left to the task's own process, because it may wait for others: named pipes, whose other
 * end may be opened late or never, and everything on a file system that may not answer.
 *
 * The process is a shell until all is ready, and then becomes the program. So it may wait as long as it likes, belongs
 * to its task, counts as running, and ends at a stop or its time limit; and no other task waits with it.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import type { LaunchFault, LaunchStep } from "./launch_failure.ts";
import { ownDescriptor } from "./own_descriptor.ts";

/** The shell that opens them. */
export const lateShell = "/bin/sh";

/** The descriptor by which a shell can report what it could not do. */
const reportDescriptor = 3;

/** Says nothing but by its exit code. */
const silently = "exec 4>&2; fail() { exit 126; }";
/** Says what the system said, and then at which step. */
const reporting = `exec 4>&2 2>&${reportDescriptor}; fail() { echo "$1" >&2; exit 126; }`;

/**
 * Does what it is told in the order of its arguments, then becomes the program. An empty name is nothing to do. There is
 * no variable, as one of the task may have its name. Until the end its own standard error stands in 4.
 */
const script = `
folder() { [ -d "$2" ] || command -p mkdir -p -- "$2" || fail "$1"; }
while [ "$1" != . ]; do
  if [ -f "$1" ] && [ ! -L "$1" ]; then command -p mv -f -- "$1" "$2" || fail stdout; fi
  shift 2
done
shift
if [ -n "$1" ]; then folder working-directory "$1"; command cd -- "$1" || fail working-directory; fi
if [ -n "$2" ]; then command exec <"$2" || fail stdin; fi
if [ -n "$3" ]; then
  folder stdout "\${3%/*}/"
  if [ -n "$5" ]; then command exec >>"$3"; else command exec >"$3"; fi || fail stdout
fi
if [ "$4" = "$3" ] && [ -n "$4" ]; then exec 4>&1
elif [ -n "$4" ]; then
  folder stderr "\${4%/*}/"
  if [ -n "$6" ]; then command exec 4>>"$4"; else command exec 4>"$4"; fi || fail stderr
fi
shift 6
case $1 in */*) [ -x "$1" ];; *) command -v -- "$1" >/dev/null;; esac || {
  if [ -e "$1" ]; then echo "Permission denied" >&2; fi
  fail program
}
exec "$@" 2>&4 ${reportDescriptor}>&- 4>&-`;

/** The paths of stdin, stdout and stderr; empty for those that are open already. */
export type LateStreams = readonly [stdin: string, stdout: string, stderr: string];

/** What is left to the task's process. */
export interface LateStart {
  /** The streams that it opens. */
  readonly streams: LateStreams;
  /** Whether stdout and stderr are added to what their files have. */
  readonly adds: readonly [stdout: boolean, stderr: boolean];
  /** The working directory; empty where the process begins there. */
  readonly cwd: string;
  /** Earlier outputs to rename. */
  readonly keep: NonNullable<LaunchPlan["keep"]>;
}

/** What may hold up who touches it. */
export interface LateSight {
  /** Whether a path is that of a named pipe. */
  isPipe(path: string): boolean;
  /**
   * Whether a path lies on a file system that may not answer; then nothing else is asked about it. `isCommon` tells of
   * one that many tasks have.
   */
  isRemote(path: string, isCommon?: boolean): boolean;
}

/**
 * Finds what a plan's own process must do.
 *
 * @param plan The plan.
 * @param file The program's file as it was found; a name without a slash is left to the process to find.
 * @param sight What may hold up.
 * @returns `undefined` when there is nothing.
 */
export function findLate(plan: LaunchPlan, file: string, { isPipe, isRemote }: LateSight): LateStart | undefined {
  const { cwd, stdin, stdout, stderr, keep = [], append = [] } = plan;
  // The other end of a descriptor of our own is there already, and no other process can open it.
  const lateOr = (path: string | undefined) =>
    path !== undefined && ownDescriptor(path) === undefined && (isRemote(path) || isPipe(path)) ? path : "";
  const output = lateOr(stdout);
  const late: LateStart = {
    streams: [lateOr(stdin), output, stderr === stdout ? output : lateOr(stderr)],
    adds: [append.includes("stdout"), append.includes("stderr")],
    cwd: isRemote(cwd, true) ? cwd : "",
    keep: keep.filter(({ from }) => isRemote(from)),
  };
  const isFileLate = !file.includes("/") || (file.startsWith("/") && isRemote(file, true));
  return isFileLate || late.cwd !== "" || late.streams.some((path) => path !== "") ? late : undefined;
}

/** Joins what a plan's own process must do with streams that are late for another reason. */
export function bothLate(own: LateStart | undefined, held: LateStreams | undefined): LateStart | undefined {
  if (held === undefined) return own;
  const { streams, ...others } = own ?? { streams: ["", "", ""], adds: [false, false], cwd: "", keep: [] };
  return { ...others, streams: [streams[0] || held[0], streams[1] || held[1], streams[2] || held[2]] };
}

/**
 * The arguments of the shell that does what is late, and then becomes the program.
 *
 * @param reports Whether it has a {@linkcode reportDescriptor}.
 */
function lateArgs(
  { streams, adds, cwd, keep }: LateStart,
  file: string,
  args: readonly string[],
  reports: boolean,
): string[] {
  const renames = keep.flatMap(({ from, to }) => [from, to]);
  // Its own standard error stands elsewhere by then.
  const paths = streams.map((path) => path === "/proc/self/fd/2" ? "/proc/self/fd/4" : path);
  const given = [...renames, ".", cwd, ...paths, ...adds.map((isAdded) => isAdded ? "add" : "")];
  return ["-c", (reports ? reporting : silently) + script, "sh", ...given, file, ...args];
}

/** A plan whose process does what is late by itself; `file` is the program's. */
export function openedLate(plan: LaunchPlan, late: LateStart, file: string, reports = false): LaunchPlan {
  const { stdin, stdout, stderr, keep: _keep, ...others } = plan;
  const [input, output, errors] = late.streams;
  return {
    ...others,
    ...(late.cwd === "" ? {} : { cwd: "/" }),
    program: lateShell,
    args: lateArgs(late, file, plan.args, reports),
    ...(stdin === undefined || input !== "" ? {} : { stdin }),
    ...(stdout === undefined || output !== "" ? {} : { stdout }),
    ...(stderr === undefined || errors !== "" ? {} : { stderr }),
  };
}

/** What shells and the system's programs say, and what they mean. */
const meanings: readonly (readonly [words: RegExp, code: string])[] = [
  [/No such file|nonexistent|not found/, "ENOENT"],
  [/Permission denied/, "EACCES"],
  [/Is a directory/, "EISDIR"],
  [/Not a directory/, "ENOTDIR"],
  [/File exists/, "EEXIST"],
  [/No space/, "ENOSPC"],
  [/quota/, "EDQUOT"],
  [/Read-only/, "EROFS"],
  [/name too long/, "ENAMETOOLONG"],
];

/** Reads the report of a shell that could not do what was late; `undefined` if it has said nothing. */
export function readReport(text: string): LaunchFault | undefined {
  const lines = text.trim().split("\n");
  const step = lines.pop();
  if (step === undefined || !isStep(step)) return undefined;
  const detail = lines.join("; ");
  const code = meanings.find(([words]) => words.test(detail))?.[1] ?? (step === "program" ? "ENOENT" : "UNKNOWN");
  return { step, code, ...(detail === "" ? {} : { detail }) };
}

function isStep(word: string): word is LaunchStep {
  return ["program", "working-directory", "stdin", "stdout", "stderr"].includes(word);
}
