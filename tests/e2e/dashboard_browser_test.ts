/**
 * The page of the dashboard in a real Chromium: what a user does on it, and what others may not do. What is needed is
 * installed by `.ci/run`.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { call, letGo, type Running, start, untilStarted, waitingJob, writeJobs } from "./support/command_line.ts";
import { isOnPath, until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";
import { writeRun } from "./support/written_run.ts";

/** What keeps Chromium from being driven, if something does. */
function problemOf(): string | undefined {
  if (Deno.env.get("QCGPJ_BROWSER") === undefined) return "QCGPJ_BROWSER does not name a folder with playwright-core";
  if (!isOnPath("node")) return "there is no node";
  return isOnPath("chromium") ? undefined : "there is no chromium";
}

const problem = problemOf();
if (problem !== undefined) assert(!Deno.env.get("CI"), `CI must have a browser: ${problem}`);

interface Seen {
  // deno-lint-ignore no-explicit-any -- Each scenario tells something else.
  readonly seen: any;
  readonly problems: readonly string[];
}

/** One Chromium with its driver, for all scenarios: to start one takes as long as most of them. */
class Browser implements AsyncDisposable {
  readonly #driver: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #texts: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor() {
    const program = new URL("browser/scenarios.mjs", import.meta.url).pathname;
    this.#driver = new Deno.Command("node", { args: [program], stdin: "piped", stdout: "piped", stderr: "inherit" })
      .spawn();
    this.#writer = this.#driver.stdin.getWriter();
    this.#texts = this.#driver.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Plays a scenario; `reached` does what the test is to do when the scenario waits for it. */
  async play(scenario: string, address: string, reached?: () => Promise<void>, ...more: string[]): Promise<Seen> {
    await this.#send(JSON.stringify({ scenario, address, more }));
    for (;;) {
      const line = await this.#nextLine();
      if (line === undefined) throw new Error(`The browser has gone while ${scenario} was played`);
      if (line !== "asleep") return JSON.parse(line);
      await reached?.();
      await this.#send("go on");
    }
  }

  async #nextLine(): Promise<string | undefined> {
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#texts.read();
      if (done) return undefined;
      this.#text += value;
    }
    const [line, ...rest] = this.#text.split("\n");
    this.#text = rest.join("\n");
    return line;
  }

  async #send(line: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${line}\n`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    while (await this.#nextLine() !== undefined);
    await this.#driver.status;
  }
}

/** How many tasks are in each state, as a page is told. */
async function countsAt(address: string): Promise<Record<string, number>> {
  const [base, secret] = address.split("#") as [string, string];
  const response = await fetch(`${base}api/run`, { headers: { "x-qcgpj-secret": secret } });
  return (await response.json()).counts;
}

/** Starts a program and waits until it has told where its page is. */
async function startWithPage(args: readonly string[], cwd: string): Promise<{ running: Running; address: string }> {
  const running = start(args, { cwd });
  await until(() => /http\S+#\S+\s/.test(running.err), "the address is told");
  return { running, address: /http\S+#\S+/.exec(running.err)![0] };
}

async function liveRun(browser: Browser): Promise<void> {
  await using scratch = new Scratch();
  const script = 'case $1 in *[07]) test $1 -lt 80 && { echo "no such input $1" >&2; exit 3; };; esac; exit 0';
  writeJobs(scratch, "jobs.json", [
    waitingJob(scratch, "runs"),
    {
      name: "sweep",
      iteration: { start: 0, stop: 2000 },
      execution: { exec: "sh", args: ["-c", script, "sh", "${it}"], stderr: "err-${it}" },
    },
  ]);
  const { running, address } = await startWithPage(
    ["run", "jobs.json", "--nodes", "n1:4", "--dashboard"],
    scratch.path,
  );
  await untilStarted(scratch, "runs");
  const { seen, problems } = await browser.play("live", address, async () => {
    // While the page hears nothing, all but the one that waits comes to its end.
    await until(async () => (await countsAt(address))["SUCCEED"] === 1984, "the sweep has ended", 300_000);
  });
  await letGo(scratch, "runs");
  assertEquals(problems, []);
  assertMatch(seen.why, /× exit code 3\s+no such input <n>/);
  assertEquals(seen.states.length > 0 && seen.states.every((text: string) => text.includes("failed")), true);
  for (const part of ["exit code 3 (exit)", "cd ", "No. 1", "On\nn1[", "no such input 70"]) {
    assertStringIncludes(seen.details, part);
  }
  assertEquals([seen.mayCancel, seen.isClosed], [false, true]);
  assertEquals(seen.headline, "2,000 of 2,001 tasks done, 16 failed");
  await running.ended;
}

async function control(browser: Browser): Promise<void> {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs"), { name: "next", execution: { exec: "true" } }]);
  const args = ["run", "jobs.json", "--nodes", "n1:1", "--dashboard-control"];
  const { running, address } = await startWithPage(args, scratch.path);
  await untilStarted(scratch, "runs");
  const { seen, problems } = await browser.play("control", address);
  assertEquals(problems, []);
  assertEquals(seen.question, "Cancel next? What runs of it is stopped.");
  assertMatch(seen.afterNo, /waiting/);
  assertEquals(seen.isDone, true);
  await letGo(scratch, "runs");
  await running.ended;
}

async function hostileOutput(browser: Browser): Promise<void> {
  await using scratch = new Scratch();
  const name = "<img/src=x/onerror=alert`1`>\u202egnp.exe";
  const output = [
    ...new Array(1_000_000).fill(0x78),
    ...[0x0a, 0xff, 0xfe, 0x80, 0x0a],
    ...new TextEncoder().encode("<script>alert(1)</script>\n\u202eabc\x1b[2J\x1b]0;title\x07\0\n"),
  ];
  Deno.writeFileSync(`${scratch.path}/hostile`, new Uint8Array(output));
  writeJobs(scratch, "jobs.json", [
    waitingJob(scratch, "runs"),
    { name, execution: { exec: "cat", args: ["hostile"], stdout: "o" } },
    { name: "bad", execution: { exec: "sh", args: ["-c", "cat hostile >&2; exit 7"], stderr: "e" } },
  ]);
  const { running, address } = await startWithPage(
    ["run", "jobs.json", "--nodes", "n1:2", "--dashboard"],
    scratch.path,
  );
  await untilStarted(scratch, "runs");
  const { seen, problems } = await browser.play("hostile", address);
  assertEquals(problems, []);
  assertEquals(seen.names[1], "<img/src=x/onerror=alert`1`>⟨U+202E⟩gnp.exe");
  assertEquals([seen.elements, seen.wider], [0, false]);
  const shown = seen.outputs[0] as string;
  assertStringIncludes(shown, `${"x".repeat(1000)}\n\ufffd\ufffd\ufffd\n<script>alert(1)</script>\n⟨U+202E⟩abc`);
  // deno-lint-ignore no-control-regex -- Nothing of the kind is to be there.
  assert(!/[\x00-\x08\x0b-\x1f\u202e]/.test(shown));
  await letGo(scratch, "runs");
  await running.ended;
}

/** Some 100,000 tasks, and nodes for them. */
const sweeps = Array.from({ length: 20 }, (_, sweep) => ({
  ...{ name: `sweep_T${sweep}`, iteration: { start: 0, stop: 5000 }, execution: { exec: "true" } },
  dependencies: { after: ["prepare"] },
}));
const after = sweeps.map(({ name }) => name);
const manyJobs = [
  { name: "prepare", execution: { exec: "true" } },
  ...sweeps,
  { name: "collect", execution: { exec: "true" }, dependencies: { after } },
];
const manyNodes = Array.from({ length: 16 }, (_, node) => `n${node}:48`).join(",");

async function largePage(browser: Browser, scratch: Scratch): Promise<void> {
  const { running, address } = await startWithPage(["dashboard"], scratch.path);
  const { seen, problems } = await browser.play("large", address);
  assertEquals(problems, []);
  assert(seen.rows < 100, `${seen.rows} rows`);
  assertEquals([seen[360], seen[3000], seen.motion], [true, true, "0s"]);
  Deno.kill(running.pid, "SIGINT");
  await running.ended;
}

async function largeReport(browser: Browser, scratch: Scratch): Promise<void> {
  assertEquals(await call(["report", "html", "run.html"], { cwd: scratch.path }), { code: 0, out: "", err: "" });
  const { size } = Deno.statSync(scratch.in("run.html"));
  assert(size < 5_000_000, `${size} bytes`);
  const { seen, problems } = await browser.play("report", `file://${scratch.in("run.html")}`);
  assertEquals(problems, []);
  assertMatch(seen.title, /^100,002 tasks in .*: 1,\d\d\d failed$/);
  assertEquals([seen.plain, seen.isZoomed, seen[360], seen[3000]], [true, true, true, true]);
  assert(seen.rows < 100, `${seen.rows} rows`);
  assert(seen.order.length > 0 && seen.order.every((name: string) => name.startsWith("sweep_T7:49")), seen.order);
  assertMatch(seen.tip, /^sweep_T\d+:\d+ (succeeded|failed), ran /);
}

async function strangers(browser: Browser): Promise<void> {
  await using scratch = new Scratch();
  await writeRun(scratch.path, [{ name: "secret-job", execution: { exec: "true" } }], "n1:1", () => 1000);
  const { running, address } = await startWithPage(["dashboard"], scratch.path);
  await using other = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<p>another page</p>", { headers: { "content-type": "text/html" } }),
  );
  const { seen, problems } = await browser.play("access", address, undefined, `http://127.0.0.1:${other.addr.port}/`);
  assertEquals(problems, []);
  assertEquals(seen.isEmpty, true);
  assertEquals(seen.otherName[0], 421);
  assert(!seen.otherName[1].includes("secret-job"));
  assertEquals(seen.otherPage, ["refused", "refused", "refused"]);
  Deno.kill(running.pid, "SIGINT");
  await running.ended;
}

Deno.test({
  name: problem === undefined ? "the page in a browser" : `the page in a browser (skipped: ${problem})`,
  ignore: problem !== undefined,
  async fn(t) {
    await using browser = new Browser();
    await using large = new Scratch();
    await writeRun(large.path, manyJobs, manyNodes, (task) => 20_000 + (task * 7919) % 40_000);
    await t.step(
      "the page follows a live run of 2,000 tasks, finds what failed, and catches up after a sleep",
      () => liveRun(browser),
    );
    await t.step("the page cancels and pauses after a question, where it may", () => control(browser));
    await t.step("the page shows hostile names and output as text", () => hostileOutput(browser));
    await t.step(
      "the page stays fluid with 100,000 tasks, can be read by all, and fits any screen",
      () => largePage(browser, large),
    );
    await t.step(
      "a report of 100,000 tasks in one file is fluid, can be read by all, and fits any screen",
      () => largeReport(browser, large),
    );
    await t.step("nothing is told to a wrong secret, under another name, or to another page", () => strangers(browser));
  },
});
