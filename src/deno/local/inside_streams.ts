/**
 * Streams that are opened inside a sandbox, where no path leads further than the sandbox does: by a shell that then
 * becomes the program. For a launcher that cannot open them outside without following links.
 *
 * @module
 */

import type { StartFailure } from "../../core/exit.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import { heldStream, streamNames } from "./held_stream.ts";

/** The shell that opens them; it is one of the system's own files, which every sandbox shows. */
const insideShell = "/bin/sh";

/** What a message of the shell ends with, before the name of the stream that cannot be opened. */
const mark = "sandbox: cannot open ";

/** It closes descriptors of more than one digit, which not every shell can. */
const farShell = "/bin/bash";
const closeFar =
  'for path in /proc/self/fd/*; do [ "${path##*/}" -le 2 ] || eval "exec ${path##*/}>&-"; done; exec "$@"';

/**
 * Closes at last what is neither of the three: what the pilot's program was started with, and cannot close itself.
 * Opens in the order of its arguments; an empty path is a stream that is open already.
 */
const script = `fail() { echo "${mark}$1" >&2; exit 126; }
ready() {
  folder=\${1%/*}
  [ -d "\${folder:-/}" ] || command -p mkdir -p -- "$folder" || fail "$2"
  [ -z "$suffix" ] || [ ! -f "$1" ] || [ -L "$1" ] || command -p mv -f -- "$1" "$1$suffix" || fail "$2"
}
suffix=$6
if [ -n "$1" ]; then command exec <"$1" || fail stdin; fi
if [ -n "$2" ]; then
  ready "$2" stdout
  if [ "$4" = append ]; then command exec >>"$2"; else command exec >"$2"; fi || fail stdout
fi
if [ -n "$3" ] && [ "$3" = "$2" ]; then exec 2>&1
elif [ -n "$3" ]; then
  ready "$3" stderr
  if [ "$5" = append ]; then command exec 2>>"$3"; else command exec 2>"$3"; fi || fail stderr
elif [ "$7" = null ]; then exec 2>/dev/null
fi
shift 7
for descriptor in /proc/self/fd/*; do
  case \${descriptor##*/} in [0-2]) ;; [3-9]) eval "exec \${descriptor##*/}>&-" ;; *) far=yes ;; esac
done
[ -n "$far" ] || exec "$@"
[ -x ${farShell} ] && exec ${farShell} -c '${closeFar}' bash "$@"
echo "sandbox: cannot close what this program was started with: give it no open descriptors, or run deno with -A" >&2
exit 126`;

/**
 * A plan whose sandbox opens what a scope holds, and makes the folders of it.
 *
 * @param plan A plan with a sandbox, see {@linkcode HeldPaths.programAt}.
 * @param hasErrors Whether something outside is open for the standard error.
 */
export function openedInside(plan: LaunchPlan, hasErrors: boolean): LaunchPlan {
  const at = plan.held!.programAt!;
  const paths = streamNames.map((name) => heldStream(plan, name) ?? "");
  const modes = (["stdout", "stderr"] as const).map((name) => plan.append?.includes(name) ? "append" : "truncate");
  const suffix = plan.keep?.[0] === undefined ? "" : plan.keep[0].to.slice(plan.keep[0].from.length);
  const shell = [insideShell, "-c", script, "sh", ...paths, ...modes, suffix, hasErrors ? "" : "null"];
  const { stdin, stdout, stderr, held: _, ...others } = plan;
  const left = { stdin, stdout, stderr };
  const open = Object.entries(left).filter(([, path], index) => path !== undefined && paths[index] === "");
  return {
    ...others,
    ...Object.fromEntries(open),
    args: [...plan.args.slice(0, at), ...shell, ...plan.args.slice(at)],
  };
}

/**
 * Says why a sandbox did not come to its program.
 *
 * @param plan The plan as it was before.
 * @param said What the sandbox and its shell have said.
 * @returns `undefined` when the program was begun, as far as can be told.
 */
export function explainInside(plan: LaunchPlan, said: string): StartFailure | undefined {
  const words = said.trim();
  const at = words.lastIndexOf(mark);
  if (at < 0) {
    const message = `cannot start ${JSON.stringify(plan.taskName)} in its sandbox: ${words}`;
    return words.startsWith("bwrap: ") || words.startsWith("sandbox: ") ? { kind: "other", message } : undefined;
  }
  const name = words.slice(at + mark.length) as "stdin" | "stdout" | "stderr";
  const reason = words.slice(0, at).trim().split(": ").at(-1);
  return {
    kind: name === "stdin" ? "stdin" : "output",
    message: `${name} ${JSON.stringify(plan[name])} cannot be opened in the sandbox: ${reason}`,
  };
}
