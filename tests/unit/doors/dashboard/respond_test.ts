import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DashboardAnswers } from "../../../../src/doors/dashboard/answers.ts";
import { assets } from "../../../../src/doors/dashboard/assets.ts";
import { Responder } from "../../../../src/doors/dashboard/respond.ts";
import { DashboardModel } from "../../../../src/report/dashboard/dashboard_model.ts";
import { HandSession } from "../support.ts";

const secret = "5ec2e7";
const host = "127.0.0.1:8000";

/** A responder of a run that is driven by hand. */
class HandResponder {
  readonly session: HandSession = new HandSession();
  readonly model: DashboardModel;
  readonly responder: Responder;

  constructor(mayControl = false) {
    const shown = this.session.show();
    this.model = new DashboardModel(shown.view, this.session.served.pilot.nowMs);
    shown.watch("dashboard", this.model);
    const { model } = this;
    const source = {
      ...{ model, nodes: shown.nodes, rootWd: shown.rootWd, facts: () => shown.facts(), refresh: () => {} },
      get isPaused() {
        return shown.isPaused;
      },
      ask: (request: object) => this.session.answer(request),
    };
    const answers = new DashboardAnswers(source);
    this.responder = new Responder({ source, answers, rules: { secret, hostNames: [] }, mayControl });
  }

  async submit(...jobs: object[]): Promise<void> {
    const reply = await this.session.answer({ request: "submit", jobs });
    assertEquals(reply.code, 0, reply.message);
    this.session.served.pilot.turn();
  }

  ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { host, "x-qcgpj-secret": secret, ...init.headers };
    return this.responder.respond(new Request(`http://${host}/${path}`, { ...init, headers }));
  }

  // deno-lint-ignore no-explicit-any -- A test looks into whatever is answered.
  async value(path: string): Promise<any> {
    const response = await this.ask(path);
    assertEquals(response.status, 200, path);
    return await response.json();
  }
}

const sleeper = (name: string, more: object = {}) => ({ name, execution: { exec: "sleep", args: ["1"] }, ...more });

Deno.test("Responder gives the page to whoever asks by a right name, and what is of the run with the secret only", async () => {
  const { responder } = new HandResponder();
  const status = async (path: string, headers: Record<string, string>) => {
    const response = await responder.respond(new Request(`http://${host}/${path}`, { headers }));
    await response.body?.cancel();
    return response.status;
  };
  for (const name of Object.keys(assets)) assertEquals(await status(name.slice(1), { host }), 200, name);
  assertEquals(await status("", { host: "evil.example" }), 421);
  assertEquals(await status("missing.js", { host }), 404);
  assertEquals(await status("__proto__", { host }), 404);
  const paths = [
    "run",
    "stream",
    "tasks",
    "task?task=a",
    "failures",
    "timeline",
    "grid",
    "graph",
    "log",
    "explain?task=a",
  ];
  for (const path of [...paths, "output?task=a&stream=stdout", "nothing"]) {
    assertEquals(await status(`api/${path}`, { host }), 401, path);
    assertEquals(await status(`api/${path}`, { host, "x-qcgpj-secret": "wrong" }), 401, path);
  }
});

Deno.test("Every response forbids what is not from here", async () => {
  const hand = new HandResponder();
  for (const path of ["", "style.css", "api/run", "api/none"]) {
    const response = await hand.ask(path);
    await response.body?.cancel();
    const policy = response.headers.get("content-security-policy") ?? "";
    assertStringIncludes(policy, "default-src 'none'; script-src 'self'");
    assert(!/unsafe|\*|https?:/.test(policy), policy);
    assertEquals(response.headers.get("x-content-type-options"), "nosniff");
    assertEquals(response.headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("The page has no script but its own files, asks nobody else, and is less than 120 kB", () => {
  const { "/": page, ...others } = assets;
  assert(!/<script[^>]*>[^<]/.test(page!.text) && !/\son[a-z]+=|\sstyle=/.test(page!.text));
  for (const [name, { text }] of Object.entries(others)) {
    const foreign = text.match(/https?:\/\/[^\s"'`)]+/g)?.filter((url) => url !== "http://www.w3.org/2000/svg") ?? [];
    assertEquals(foreign, [], name);
    assert(!/innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function/.test(text), name);
  }
  const bytes = Object.values(assets).reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
  assert(bytes < 120_000, `${bytes} bytes`);
});

Deno.test("Responder tells how the run stands, its tasks, one of them, and why it waits", async () => {
  const hand = new HandResponder();
  await hand.submit(
    sleeper("sweep", { iteration: { start: 0, stop: 6 } }),
    sleeper("B", { dependencies: { after: ["sweep"] } }),
  );
  const run = await hand.value("api/run");
  assertEquals([run.counts.QUEUED, run.counts.SCHEDULED, run.coresInUse, run.cores], [3, 4, 4, 4]);
  assertEquals([run.liveness, run.mayControl, run.isPaused], ["alive", false, false]);
  const tasks = await hand.value("api/tasks?state=QUEUED&limit=2");
  // deno-lint-ignore no-explicit-any -- As the page does.
  assertEquals([tasks.total, tasks.rows.map(({ name }: any) => name)], [3, ["sweep:4", "sweep:5"]]);
  const task = await hand.value("api/task?task=sweep:0");
  assertEquals([task.state, task.launches.length, task.launches[0].allocation], ["SCHEDULED", 1, "n0[0]"]);
  assertStringIncludes(task.command, "sleep 1");
  assertMatch((await hand.value("api/explain?task=B")).text, /^B: waits for others: sweep \(QUEUED\)/);
  assertMatch((await hand.value("api/explain?task=sweep:5")).text, /waits for resources/);
  assertEquals((await hand.value("api/grid")).busy, 4);
  assertEquals((await hand.value("api/graph")).edges, [[0, 1]]);
  const missing = await hand.ask("api/task?task=swep");
  assertEquals(missing.status, 404);
  assertMatch((await missing.json()).problem, /swep.*did you mean 'sweep'|did you mean "sweep"/);
});

Deno.test("Responder cancels and pauses only where that is allowed, and does nothing else", async () => {
  const post = (hand: HandResponder, control: unknown) =>
    hand.ask("api/control", { method: "POST", body: typeof control === "string" ? control : JSON.stringify(control) });
  const looker = new HandResponder();
  await looker.submit(sleeper("A"));
  const refused = await post(looker, { request: "cancelJob", jobNames: ["A"] });
  assertEquals(refused.status, 403);
  assertMatch((await refused.json()).problem, /--dashboard-control/);
  assertEquals((await looker.value("api/run")).counts.CANCELED, 0);

  const hand = new HandResponder(true);
  await hand.submit(sleeper("A", { iteration: { start: 0, stop: 9 } }));
  assertEquals((await hand.value("api/run")).mayControl, true);
  for (
    const wrong of [
      "",
      "{",
      { request: "submit", jobs: [sleeper("B")] },
      { request: "finish", jobNames: ["A"] },
      null,
      [],
    ]
  ) {
    assertEquals((await post(hand, wrong)).status, 400, JSON.stringify(wrong));
  }
  assertEquals((await post(hand, "x".repeat(70_000))).status, 413);
  assertEquals((await post(hand, { request: "pause" })).status, 200);
  assertEquals((await hand.value("api/run")).isPaused, true);
  assertEquals((await post(hand, { request: "continue" })).status, 200);
  assertEquals((await post(hand, { request: "cancelJob", jobNames: ["A:8"] })).status, 200);
  hand.session.served.pilot.turn();
  assertEquals((await hand.value("api/run")).counts.CANCELED, 1);
  assertEquals((await post(hand, { request: "cancelJob", jobNames: ["none"] })).status, 409);
});
