/**
 * `qcgpj top` at a real terminal: what is seen at several widths, the keys, and that the terminal is left as it was.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  call,
  commandLine,
  letGo,
  start,
  untilKnown,
  untilStarted,
  waitingJob,
  writeJobs,
} from "./support/command_line.ts";
import { isOnPath, until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const isMissing = !isOnPath("tmux");
if (isMissing) assert(!Deno.env.get("CI"), "CI must have tmux");

/** Declares a test that needs tmux. */
function terminalTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: isMissing ? `${name} (skipped: there is no tmux)` : name, ignore: isMissing, fn });
}

/** A terminal of tmux, with a server of its own. */
class Terminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Runs a program between two lines, the second with its exit code, and tells whether the terminal reads lines. */
  static start(scratch: Scratch, args: readonly string[], columns: number): Promise<Terminal> {
    const line = `echo before; ${wordsOf(args)}; echo "ended $?"; stty -a | grep -o -- '-*icanon'; exec sh`;
    return Terminal.open(scratch, columns, 30, `cd '${scratch.path}'; ${line}`);
  }

  /** Starts what a shell reads. */
  static async open(scratch: Scratch, columns: number, rows: number, shell: string): Promise<Terminal> {
    const terminal = new Terminal(scratch.in(`tmux-${columns}`));
    await terminal.tmux("-f", "/dev/null", "new-session", "-d", "-x", `${columns}`, "-y", `${rows}`, shell);
    return terminal;
  }

  async tmux(...args: string[]): Promise<string> {
    const { stdout, stderr, success } = await new Deno.Command("tmux", {
      args: ["-S", this.#socket, ...args],
      env: { LC_ALL: "C.UTF-8" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  }

  /** What is seen. */
  screen(): Promise<string> {
    return this.tmux("capture-pane", "-p");
  }

  async press(...keys: string[]): Promise<void> {
    await this.tmux("send-keys", ...keys);
  }

  /** Waits until something is seen. */
  async until(text: string): Promise<string> {
    let seen = "";
    try {
      await until(async () => (seen = await this.screen()).includes(text), `${text} is seen`);
    } catch (cause) {
      throw new Error(`${text} is not seen, but:\n${seen}`, { cause });
    }
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tmux("kill-server");
  }
}

/** The command line as a shell reads it. */
function wordsOf(args: readonly string[]): string {
  return [...commandLine, ...args].map((word) => `'${word}'`).join(" ");
}

function writeRun(scratch: Scratch): void {
  writeJobs(scratch, "jobs.json", [
    waitingJob(scratch, "runs"),
    { name: "bad", execution: { exec: "sh", args: ["-c", "echo no such input >&2; exit 3"], stderr: "bad.err" } },
    {
      name: "sweep",
      iteration: { start: 0, stop: 60 },
      execution: { exec: "true" },
      dependencies: { after: ["runs"] },
    },
  ]);
}

for (const columns of [40, 80, 200]) {
  terminalTest(`qcgpj top shows a live run at ${columns} columns, and leaves the terminal as it found it`, async () => {
    await using scratch = new Scratch();
    writeRun(scratch);
    const running = start(["run", "jobs.json", "--nodes", "n1:2"], { cwd: scratch.path });
    await untilStarted(scratch, "runs");
    await using terminal = await Terminal.start(scratch, ["top"], columns);
    // What failed may come to its end after what runs was seen.
    await terminal.until("✕ 1 × exit code 3: no such input");
    await terminal.until("n1 ▶·");
    const screen = await terminal.until("▶ runs");
    assertMatch(screen, /^q quit/m);
    assert(!screen.includes("before"), "The screen is another one than before");
    await terminal.press("f", "f");
    await terminal.until("60 waiting");
    await terminal.press("q");
    const after = await terminal.until("icanon");
    assertStringIncludes(after, "before\nended 0\nicanon");
    assert(!after.includes("q quit"), after);
    await letGo(scratch, "runs");
    await running.ended;
  });
}

terminalTest("qcgpj top cancels a task and pauses the run after a question, and searches", async () => {
  await using scratch = new Scratch();
  writeRun(scratch);
  const running = start(["run", "jobs.json", "--nodes", "n1:2"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  await using terminal = await Terminal.start(scratch, ["top"], 90);
  await terminal.until("▶ runs");
  await terminal.press("f", "f", "/", "sweep:5", "Enter");
  await terminal.until('11 waiting, with "sweep:5"');
  await terminal.press("End", "c");
  await terminal.until("Cancel sweep:59? What runs of it is stopped. (y/n)");
  await terminal.press("n");
  await terminal.until("q quit");
  await terminal.press("c", "y");
  await terminal.until("sweep:59 is being canceled");
  await terminal.until("■ 1 canceled");
  await terminal.press("p", "y");
  await terminal.until("nothing more is started");
  await terminal.until("paused, for");
  await terminal.press("p", "y");
  await terminal.until("tasks are started again");
  await terminal.press("Home", "Enter");
  await terminal.until("sweep:5: waits for others: runs (EXECUTING)");
  await terminal.press("q", "q");
  await terminal.until("ended 0");
  await letGo(scratch, "runs");
  await running.ended;
  const { out } = await call(["tasks", "--state", "canceled", "--json"], { cwd: scratch.path });
  assertEquals(JSON.parse(out).map(({ name }: { name: string }) => name), ["sweep:59"]);
});

terminalTest(
  "qcgpj top draws anew when it is resized, and stands still at Ctrl-Z until the shell lets it go on",
  async () => {
    await using scratch = new Scratch();
    writeRun(scratch);
    const running = start(["run", "jobs.json", "--nodes", "n1:2"], { cwd: scratch.path });
    await untilStarted(scratch, "runs");
    await using terminal = await Terminal.open(
      scratch,
      80,
      30,
      `cd '${scratch.path}'; exec bash --norc --noprofile -i`,
    );
    await terminal.press(`${wordsOf(["top"])}`, "Enter");
    await terminal.until("▶ runs");
    await terminal.tmux("resize-window", "-x", "50", "-y", "20");
    await terminal.until("q quit  ? keys  / search  f filter  s sort  enter…");
    await terminal.press("C-z");
    const stopped = await terminal.until("Stopped");
    assert(!stopped.includes("q quit"), stopped);
    await terminal.press("stty -a | grep -o -- '-*icanon'", "Enter");
    await terminal.until("\nicanon");
    await terminal.press("fg", "Enter");
    await terminal.until("▶ runs");
    await letGo(scratch, "runs");
    await running.ended;
    await terminal.until("ended, took");
    await terminal.press("q");
    await terminal.until("fg");
  },
);

for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) {
  terminalTest(`qcgpj top gives the terminal back at ${signal}`, async () => {
    await using scratch = new Scratch();
    writeJobs(scratch, "jobs.json", [{ name: "a", execution: { exec: "true" } }]);
    await call(["run", "jobs.json", "-q"], { cwd: scratch.path });
    await using terminal = await Terminal.start(scratch, ["top"], 80);
    await terminal.until("1 task, by ran");
    const pid = (await terminal.tmux("display", "-p", "#{pane_pid}")).trim();
    const child = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
    Deno.kill(Number(child.split(" ")[0]), signal);
    const after = await terminal.until("icanon");
    assertStringIncludes(after, "before\nended 0\nicanon");
  });
}

Deno.test("qcgpj top prints one screen where there is no terminal", async () => {
  await using scratch = new Scratch();
  writeRun(scratch);
  const running = start(["run", "jobs.json", "--nodes", "n1:2"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  await untilKnown(scratch.path);
  const { code, out } = await call(["top"], { cwd: scratch.path });
  assertEquals(code, 0);
  assertMatch(out, /^\S+ {2}alive \(process \d+ on [^)]+\), for /);
  assertStringIncludes(out, "▶ runs");
  assert(!out.includes("\x1b"));
  const narrow = await call(["top", "--once"], { cwd: scratch.path, env: { COLUMNS: "44" } });
  const widths = narrow.out.split("\n").map((line) => line.length);
  assertEquals([Math.max(...widths) <= 44, Math.max(...widths) > 30], [true, true], narrow.out);
  await letGo(scratch, "runs");
  await running.ended;
});

terminalTest("qcgpj top prints one screen on a terminal on which it cannot move", async () => {
  await using scratch = new Scratch();
  scratch.write("jobs.json", JSON.stringify([{ name: "only", execution: { exec: "true" } }]));
  assertEquals((await call(["run", "jobs.json"], { cwd: scratch.path })).code, 0);
  const shell = `cd '${scratch.path}'; TERM=dumb ${wordsOf(["top"])}; echo "ended $?"; exec sh`;
  await using terminal = await Terminal.open(scratch, 80, 30, shell);
  assertStringIncludes(await terminal.until("ended 0"), "1 of 1 done");
});
