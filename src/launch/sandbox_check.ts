/**
 * What is looked at inside a sandbox before its program begins: whether the places that it shows are where they should
 * be, and are what they should be. Bubblewrap mounts by path, and a task that keeps swapping folders and links may lead
 * it elsewhere. Inside, mounts stay where they are, so one look is enough.
 *
 * @module
 */

/** The shell that looks; it is one of the system's own files. */
const checkShell = "/bin/sh";

/** The status that it ends with when a place is not right, as of a program that cannot be started. */
const script = `mounts=$(command -p cat /proc/self/mountinfo) || exit 126
wrong() { echo "sandbox: $1 was replaced while it was being shown" >&2; exit 126; }
while [ "$1" != -- ]; do
  case "$mounts" in *" $3 r"[ow]*) ;; *) wrong "$2" ;; esac
  [ -z "$1" ] || [ "$(command -p stat -c %d:%i -- "$2")" = "$1" ] || wrong "$2"
  shift 3
done
shift
while [ "$1" != -- ]; do export "$1"; shift; done
shift
exec "$@"`;

/** The beginning of the arguments; then come the places, `--`, variables to set, `--`, and the program. */
export const checkBeginning: readonly string[] = [checkShell, "-c", script, "sh"];

/** The arguments for a place. What it is may be filled in as the first. */
export function checkPlace(path: string): readonly string[] {
  return ["", path, listedPath(path)];
}

/** A path as `/proc/self/mountinfo` has it. */
export function listedPath(path: string): string {
  return path.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
