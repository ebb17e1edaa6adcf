/**
 * The watchdog: if the pilot goes without closing its launcher (killed, `Deno.exit`, an uncaught error), everything
 * that it started is killed.
 *
 * It is one shell that waits for the end of a pipe whose other end only the pilot holds, so it costs nothing while the
 * pilot lives, and no way for the pilot to go escapes it. Then it kills what carries its own mark, what is in a
 * session with such a process or descends from one, and the groups of tasks that it was told of. Told it is of tasks
 * that run for longer than {@linkcode noteAfterMs}: so that short tasks cost nothing, and long ones are found even
 * if they have scrubbed their environment. What survives is a process that scrubbed its environment *and* left the
 * session of its task *and* whose parents have ended.
 *
 * @module
 */

import { markName, readProcess } from "./process_scan.ts";

/**
 * The variable that tells a task which watchdog watches over it. A pilot that resumes the run has another watchdog, whose tasks
 * are none of this one's business; so the run's own mark would not do.
 */
const watchedBy = "QCG_PM_WATCHDOG_ID";

/** How long a task runs until the watchdog is told of it. */
export const noteAfterMs = 100;

/**
 * `told` holds main processes with their start times, or `?` where those cannot be read. A process's name may contain
 * anything, even line breaks: lines are joined until the fields after the last parenthesis are there. Only two looks in
 * a row that find nothing are the end: a process may just have been about to load its program, without a mark yet.
 */
const script = `trap '' HUP INT TERM QUIT PIPE
told=
while read -r word pid start; do
  case $word in
    +) told="$told $pid:$start " ;;
    -) case $told in *" $pid:"*) told="\${told%% $pid:*} \${told#* $pid:* }" ;; esac ;;
    done) exit 0 ;;
  esac
done
clean=0 turns=0
while [ $clean -lt 2 ] && [ $turns -lt 100 ]; do
  turns=$((turns + 1))
  marked=$(grep -lsa "${watchedBy}=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3)
  pids=$(cat /proc/[0-9]*/stat 2>/dev/null | awk -v marked="$(echo $marked)" -v told="$told" -v self=$$ '
    { line = line $0 }
    line !~ /\\) [A-Za-z] [0-9]+ [0-9-]+ [0-9-]+ / { next }
    {
      pid = line; sub(/ .*/, "", pid); sub(/^.*\\) /, "", line); split(line, f, " "); line = ""
      if (f[1] == "Z" || f[1] == "X") next
      parent[pid] = f[2]; session[pid] = f[4]; start[pid] = f[20]
    }
    END {
      n = split(marked, m, " "); for (i = 1; i <= n; i++) if (m[i] in session) bad[m[i]] = 1
      n = split(told, t, " ")
      for (i = 1; i <= n; i++) {
        split(t[i], pair, ":")
        if (!(pair[1] in start) || start[pair[1]] == pair[2] || (pair[2] == "?" && session[pair[1]] == pair[1])) {
          sessions[pair[1]] = 1
        }
      }
      do {
        more = 0
        for (p in session) if ((p in bad) && !(session[p] in sessions)) { sessions[session[p]] = 1; more = 1 }
        for (p in session) {
          if (!(p in bad) && ((session[p] in sessions) || (parent[p] in bad))) { bad[p] = 1; more = 1 }
        }
      } while (more)
      for (p in bad) if (p != self && p > 1) print p
    }')
  if [ -z "$pids" ]; then clean=$((clean + 1)); sleep 0.05; else clean=0; kill -KILL $pids 2>/dev/null; sleep 0.02; fi
done`;

const encoder = new TextEncoder();

/** Sees to it that no task survives the pilot. */
export class Watchdog {
  /** What tasks must have in their environment to be watched. */
  readonly env: Readonly<Record<string, string>>;
  readonly #id: string = crypto.randomUUID();
  #shell: Deno.ChildProcess | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;

  /** Creates a watchdog; it does nothing yet. */
  constructor() {
    this.env = { [watchedBy]: this.#id };
  }

  /** Starts it, if it does not run. It must be running before the first task. */
  start(): void {
    if (this.#shell !== undefined) return;
    const shell = new Deno.Command("/bin/sh", {
      args: ["-c", script, "sh", this.#id],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      // In a session of its own no signal of the terminal reaches it.
      detached: true,
      // A pilot that is itself a task of another pilot must not lose its watchdog to that pilot's.
      env: { [markName]: "", [watchedBy]: "" },
      cwd: "/",
    }).spawn();
    shell.unref();
    this.#shell = shell;
    this.#writer = shell.stdin.getWriter();
    shell.status.then(() => this.#lost(shell), () => this.#lost(shell));
  }

  /** Tells it of a task, by its main process. */
  note(pid: number): void {
    this.#tell(`+ ${pid} ${readProcess(pid)?.startTicks ?? "?"}`);
  }

  /** Takes back {@linkcode note}: nothing of the task is left. */
  forget(pid: number): void {
    this.#tell(`- ${pid}`);
  }

  /** Sends it away; nothing must be left that it should kill. */
  async close(): Promise<void> {
    const shell = this.#shell;
    if (shell === undefined) return;
    this.#tell("done");
    const writer = this.#writer!;
    this.#shell = this.#writer = undefined;
    await writer.close().catch(() => {});
    shell.ref();
    await shell.status.catch(() => {});
  }

  #tell(line: string): void {
    this.#writer?.write(encoder.encode(`${line}\n`)).catch(() => {}); // If it was killed, the next launch starts it.
  }

  /** It was killed: the next launch starts another. */
  #lost(shell: Deno.ChildProcess): void {
    if (this.#shell !== shell) return;
    this.#writer?.abort().catch(() => {});
    this.#shell = this.#writer = undefined;
  }
}
