/**
 * The dashboard over HTTP: of a run that serves it itself, and of one that another terminal started, live or not.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { tellAddress } from "../../src/cli/dashboard/open_dashboard.ts";
import { call, findRecords, letGo, start, untilStarted, waitingJob, writeJobs } from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { dashboard } from "../../src/doors/dashboard/dashboard.ts";
import { HandSession } from "../unit/doors/support.ts";
import { Scratch } from "./support/scratch.ts";

/** The page that a program has told of. */
class Page {
  readonly #base: string;
  readonly #secret: string;

  constructor(told: string) {
    const [, base, secret] = /(http:\/\/\S+\/)#([0-9a-f]+)/.exec(told)!;
    [this.#base, this.#secret] = [base!, secret!];
  }

  // deno-lint-ignore no-explicit-any -- A test looks into whatever is answered.
  async get(path: string): Promise<any> {
    const response = await this.fetch(path);
    assertEquals(response.status, 200, `${path}: ${response.statusText}`);
    return await response.json();
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#base}${path}`, { ...init, headers: { "x-qcgpj-secret": this.#secret, ...init.headers } });
  }

  /** Opens the stream from the event after a number; returns what reads it until what has come holds a text. */
  async follow(from: number): Promise<(text: string) => Promise<string>> {
    const response = await this.fetch("api/stream", { headers: { "last-event-id": String(from) } });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    return (text) => this.#read(reader, text);
  }

  async #read(reader: ReadableStreamDefaultReader<string>, text: string): Promise<string> {
    let all = "";
    for (let piece = await reader.read(); !piece.done && !all.includes(text); piece = await reader.read()) {
      all += piece.value;
    }
    await reader.cancel();
    return all;
  }
}

/** Starts a program and waits until it has told where its page is. */
async function startWithPage(args: readonly string[], cwd: string) {
  const running = start(args, { cwd });
  await until(() => /\/#[0-9a-f]+\s/.test(running.err), "the address is told");
  return { running, page: new Page(running.err) };
}

Deno.test("qcgpj run --dashboard serves a page of the run, which ends with it", async () => {
  await using scratch = new Scratch();
  const fails = {
    name: "bad",
    execution: { exec: "sh", args: ["-c", "echo no such input >&2; exit 3"], stderr: "bad.err" },
  };
  writeJobs(scratch, "jobs.json", [waitingJob(scratch, "runs"), fails, { name: "next", execution: { exec: "true" } }]);
  const { running, page } = await startWithPage(["run", "jobs.json", "--nodes", "n1:1", "--dashboard"], scratch.path);
  await untilStarted(scratch, "runs");
  assertStringIncludes(await (await page.fetch("")).text(), "<main");
  // The task may be quicker than the news of it.
  await until(async () => (await page.get("api/run")).counts.EXECUTING === 1, "one task runs");
  const run = await page.get("api/run");
  assertEquals([run.coresInUse, run.cores, run.mayControl], [1, 1, false]);
  const refused = await page.fetch("api/control", { method: "POST", body: '{"request":"pause"}' });
  assertEquals(refused.status, 403);
  await refused.body?.cancel();
  assertMatch((await page.get("api/explain?task=next")).text, /^next: waits for resources/);
  assertMatch((await page.get("api/log")).text, /service/i);
  // It must be open before the run ends, and is read while it does.
  const read = await page.follow(0);
  const following = read("event: closed");
  await letGo(scratch, "runs");
  assertEquals((await running.ended).code, 1);
  const told = await following;
  assertMatch(told, /"text":"bad failed: exit code 3"/);
  // What was told of an earlier event is not told again.
  assertEquals(told.split('"text":"bad failed').length, 2);
});

Deno.test("qcgpj dashboard shows a run of another terminal while it lives and after, and lets it cancel if it may", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [
    { ...waitingJob(scratch, "runs") },
    {
      name: "sweep",
      iteration: { start: 0, stop: 40 },
      execution: { exec: "echo", args: ["<b>${it}</b>"], stdout: "o${it}" },
    },
  ]);
  const running = start(["run", "jobs.json", "--nodes", "n1:1"], { cwd: scratch.path });
  await untilStarted(scratch, "runs");
  const { running: serving, page } = await startWithPage(["dashboard", "--dashboard-control"], scratch.path);
  await until(async () => (await page.get("api/run")).counts.EXECUTING === 1, "one task runs");
  const run = await page.get("api/run");
  assertEquals([run.counts.QUEUED, run.cores, run.mayControl], [40, 1, true]);
  assertEquals((await page.get("api/grid")).rows, [{
    name: "n1",
    nodes: 1,
    cores: 1,
    busy: 1,
    ids: ["0"],
    tasks: [0],
  }]);
  const canceled = await page.fetch("api/control", {
    ...{ method: "POST", body: JSON.stringify({ request: "cancelJob", jobNames: ["sweep:39"] }) },
  });
  assertEquals((await canceled.json()).code, 0);
  assertMatch((await page.get("api/explain?task=sweep:3")).text, /waits for resources/);
  await letGo(scratch, "runs");
  await running.ended;
  // The records of the end are read on from where they were; what costs work may be told as it was before.
  await until(async () => {
    const { liveness, counts } = await page.get("api/run");
    return liveness === "ended" && counts.SUCCEED + counts.CANCELED === 41;
  }, "the end is seen");
  const { counts } = await page.get("api/run");
  assertEquals([counts.SUCCEED, counts.CANCELED], [40, 1]);
  const tasks = await page.get("api/tasks?state=CANCELED");
  assertEquals(tasks.rows[0].name, "sweep:39");
  assertEquals((await page.get("api/output?task=sweep:7&stream=stdout")).text, "<b>7</b>\n");
  const status = JSON.parse((await call(["status", "--json"], { cwd: scratch.path })).out);
  assertEquals(status.counts, counts);
  await until(async () => (await page.get("api/run")).elapsedMs === status.elapsedMs, "both tell the same time");
  Deno.kill(serving.pid, "SIGINT");
  assertEquals((await serving.ended).code, 0);
  assertEquals(findRecords(scratch.path).length > 0, true);
});

Deno.test("qcgpj each serves a page of its sweep", async () => {
  await using scratch = new Scratch();
  const script = "[ $1 != 9 ] || until [ -e go ]; do sleep 0.02; done; exit $1";
  const { running, page } = await startWithPage(
    // The last one waits until it was seen that another has failed.
    ["each", "--dashboard", "--run", "kept", "-j", "2", "sh", "-c", script, "sh", ":::", "0", "1", "9"],
    scratch.path,
  );
  await until(async () => (await page.get("api/run")).counts.FAILED === 1, "one has failed");
  const groups = async () => (await page.get("api/failures")).groups;
  await until(async () => (await groups()).length > 0, "the page tells why");
  assertEquals((await groups())[0].exitCode, 1);
  scratch.write("go", "");
  assertEquals((await running.ended).code, 1);
});

Deno.test("qcgpj service --dashboard serves a page of what it is asked to run", async () => {
  await using scratch = new Scratch();
  const requests = [{ request: "submit", jobs: [waitingJob(scratch, "runs")] }, {
    request: "control",
    command: "finishAfterAllTasksDone",
  }];
  Deno.writeTextFileSync(scratch.in("requests.json"), JSON.stringify(requests));
  const args = ["service", "--file-path", "requests.json", "--nodes", "n1:1", "--dashboard"];
  const { running, page } = await startWithPage(args, scratch.path);
  await untilStarted(scratch, "runs");
  await until(async () => (await page.get("api/run")).counts.EXECUTING === 1, "the task runs");
  const strange = await page.fetch("api/tasks?serach=a");
  assertEquals(strange.status, 400);
  assertStringIncludes(await strange.text(), 'The parameter \\"serach\\" is not known (did you mean \\"search\\"?)');
  await letGo(scratch, "runs");
  assertEquals((await running.ended).code, 0);
});

Deno.test("a port that is taken keeps a run from starting, and is named", async () => {
  await using scratch = new Scratch();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  writeJobs(scratch, "jobs.json", [{ name: "a", execution: { exec: "touch", args: ["ran"] } }]);
  for (const args of [["run", "jobs.json"], ["each", "touch", "ran", ":::", "1"]]) {
    const [command, ...rest] = args;
    const { code, err } = await call([command!, "--dashboard", `127.0.0.1:${port}`, ...rest], { cwd: scratch.path });
    assertEquals(code > 0, true, err);
    assertStringIncludes(err, `Cannot serve the dashboard on 127.0.0.1:${port}`);
    assertEquals([...Deno.readDirSync(scratch.path)].some(({ name }) => name === "ran"), false);
  }
});

Deno.test("tellAddress() warns where the secret goes over the network, and only there", () => {
  const told = (hostname: string) => {
    const lines: string[] = [];
    tellAddress(`http://${hostname}:8080/#5ecret`, hostname, (text) => lines.push(text));
    return lines.filter((line) => line.includes("unencrypted"));
  };
  assertEquals([told("0.0.0.0").length, told("n17").length, told("127.0.0.1"), told("localhost")], [1, 1, [], []]);
});

Deno.test("dashboard() of the library warns of what goes over the network unencrypted, and only where it does", async () => {
  for (const [hostname, count] of [["0.0.0.0", 1], ["127.0.0.1", 0]] as const) {
    const session = new HandSession();
    const open = dashboard({ hostname, opened: () => {} })(session);
    await open[Symbol.asyncDispose]();
    assertEquals(session.warnings.filter((text) => text.includes("unencrypted")).length, count, hostname);
  }
});
