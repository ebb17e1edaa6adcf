/**
 * The guard: a shell that outlives its keeper by a moment and kills what the keeper started.
 *
 * It waits at the end of a pipe whose other end only the keeper holds. When that end goes without a word, it kills what
 * carries a tag of the keeper's family, until several looks in a row have found nothing. After one look at all processes
 * it looks at those that are newer only, as `tag_search.ts` does: what forks all the time cannot slip through. It needs
 * no program: where there is no `grep` it reads the limits of each process itself, and where there is no `sleep` it looks
 * without a pause.
 *
 * @module
 */

import type { LaunchPlan } from "../../launch/plan.ts";
import { EncodedEnvironment, LaunchImage } from "../local/native/launch_image.ts";
import type { Kernel } from "./kernel.ts";
import { readable } from "./kernel_numbers.ts";

const shell = "/bin/sh";
/** A guard that ends at once is not started again at once. */
const restMs = 100;

/**
 * What the guard runs; its argument is the family of the keeper's tags. It kills each process as soon as it is found:
 * what forks all the time has another number a moment later.
 */
export const guardScript = `trap '' HUP INT TERM QUIT PIPE TSTP
while read -r word; do [ "$word" = done ] && exit 0; done
newest() { read -r a b c d last </proc/loadavg; }
# Gives the files of the limits of all processes, or of those that are newer than $seen: see tag_search.ts.
find_files() {
  if [ -z "$seen" ] || [ $last -lt $seen ]; then
    files=/proc/[0-9]*/limits
  else
    files= number=$last
    while [ $number -gt $seen ]; do files="$files /proc/$number/limits" number=$((number - 1)); done
  fi
}
find_tagged() {
  if command -v grep >/dev/null; then
    grep -lsE $buffered "^Max file locks +$1[0-9]{6} " $files /dev/null
  else
    for file in $files; do
      while read -r a b c tag rest; do
        case "$a $b $c $tag" in
          "Max file locks $1"??????) echo $file; break ;;
          "Max file locks "*) break ;;
        esac
      done <$file
    done
  fi
}
kill_all() {
  living=
  while read -r file; do
    pid=\${file#/proc/} pid=\${pid%/limits}
    kill -KILL $pid
    # A name may hold line breaks: the state stands after the last parenthesis.
    text=
    while read -r line; do text="$text $line"; done </proc/$pid/stat
    case \${text##*) } in [ZX]*) ;; ?*) living=yes ;; esac
  done
  [ -n "$living" ]
}
exec 2>/dev/null
buffered=--line-buffered
echo x | grep -q $buffered x || buffered=
clean=0 seen= before=
while [ $clean -lt 5 ]; do
  newest
  find_files
  if find_tagged $1 | kill_all; then clean=0
  else clean=$((clean + 1)); command -v sleep >/dev/null && sleep 0.02
  fi
  # What has a number but was not to be seen yet is looked at once more.
  seen=$before before=$last
done`;

const variables = { PATH: "/usr/local/bin:/usr/bin:/bin" };

function planOf(args: readonly string[]): LaunchPlan {
  const place = { node: 0, name: "", cores: [], gpus: [], further: [] };
  const env = { shared: { kind: "whole", variables }, own: {} } as const;
  return { taskName: "", program: shell, args, cwd: "/", place, tag: "", env };
}

/** Guards one keeper. */
export class Guard {
  readonly #kernel: Kernel;
  readonly #family: string;
  readonly #nullDevice: number;
  readonly #image = new LaunchImage();
  #pid = 0;
  #descriptor = -1;
  #pipe = -1;
  #notBeforeMs = 0;

  /** Creates a guard for tags of a family; it does not run yet. */
  constructor(kernel: Kernel, family: string, nullDevice: number) {
    this.#kernel = kernel;
    this.#family = family;
    this.#nullDevice = nullDevice;
  }

  /** Its process id; 0 when it does not run. */
  get pid(): number {
    return this.#pid;
  }

  /** When it should be started, if it does not run. */
  get dueMs(): number {
    return this.#pid === 0 ? this.#notBeforeMs : Infinity;
  }

  /** Whether there is a shell for it. */
  static isPossible(): boolean {
    try {
      return Deno.statSync(shell).isFile;
    } catch {
      return false;
    }
  }

  /** Starts it, if it does not run and can. */
  start(nowMs: number): void {
    if (this.dueMs > nowMs) return;
    this.#notBeforeMs = nowMs + restMs;
    const kernel = this.#kernel;
    const pipe = kernel.pipe();
    if (pipe === undefined) return;
    const args = ["-c", guardScript, "qcgpj-guard", this.#family];
    const at = this.#image.write(planOf(args), shell, args, new EncodedEnvironment(variables));
    // Without a tag: a pilot that kills by the tag of a task in which this keeper's own pilot runs does not kill the guard, which
    // then ends what the keeper started.
    const pid = kernel.spawn(this.#image, at, [pipe[0], this.#nullDevice, this.#nullDevice], kernel.noTag);
    kernel.close(pipe[0]);
    if (pid < 0) return kernel.close(pipe[1]);
    [this.#pid, this.#pipe] = [pid, pipe[1]];
    this.#descriptor = kernel.openProcess(pid);
    if (this.#descriptor >= 0) kernel.watch(this.#descriptor, readable);
  }

  /**
   * Takes the end of a process that a descriptor stands for.
   *
   * @returns Whether it was the guard's.
   */
  ended(descriptor: number): boolean {
    if (descriptor !== this.#descriptor) return false;
    this.#kernel.reap(this.#pid);
    this.#kernel.closeWatched(this.#descriptor);
    this.#kernel.close(this.#pipe);
    [this.#pid, this.#descriptor, this.#pipe] = [0, -1, -1];
    return true;
  }

  /** Sends it away: nothing is left that it should kill. */
  dismiss(): void {
    if (this.#pid !== 0) this.#kernel.write(this.#pipe, new TextEncoder().encode("done\n"));
  }
}
