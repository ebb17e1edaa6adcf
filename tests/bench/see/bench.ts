/**
 * What it costs a pilot to be looked at: what an event costs its dashboard, and what the answers to an open page take of
 * the time while a thousand tasks end in each second of a run of a hundred thousand; and what `qcgpj top` takes, which is
 * another process.
 *
 * @module
 */

import { Intake } from "../../../src/core/intake.ts";
import type { Event } from "../../../src/core/types.ts";
import { DashboardAnswers } from "../../../src/doors/dashboard/answers.ts";
import { readRoute, type Route } from "../../../src/doors/dashboard/routes.ts";
import type { DashboardSource } from "../../../src/doors/dashboard/source.ts";
import { EventHub } from "../../../src/events/event_hub.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { DashboardModel } from "../../../src/report/dashboard/dashboard_model.ts";
import { RunView } from "../../../src/report/look/run_view.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { Pool } from "../../../src/resources/pool.ts";
import { writeRun } from "../../e2e/support/written_run.ts";
import { FollowedRun } from "../../../src/cli/dashboard/followed_source.ts";
import { TopRun } from "../../../src/cli/top/top_run.ts";
import { renderTop } from "../../../src/report/top/top_frame.ts";
import { firstState } from "../../../src/report/top/top_state.ts";

const tasks = 100_000;
const rounds = 7;
const ratePerSecond = 1000;
const lookedSeconds = 20;

const nodes = parseNodeSpec(Array.from({ length: 16 }, (_, node) => `n${node}:48`).join(","));
const description = parseJob({ name: "sweep", iteration: { start: 0, stop: tasks }, execution: { exec: "true" } }, {});
const [job] = new Intake({ pool: new Pool(nodes) }).admit([description]);
const submitted: Event = { kind: "jobSubmitted", atMs: 0, job: job! };

/** The events of one task, which fails now and then. */
function eventsOf(task: number, atMs: number): Event[] {
  const node = nodes[task % nodes.length]!;
  const which = { task, job: 0, attempt: 1 };
  const allocation = { nodes: [{ name: node.name, cores: [String(task % 48)], gpus: [] }] };
  const failed = { kind: "failed", cause: "exit", exit: { code: 3 }, reason: "exit code 3" } as const;
  return [
    { kind: "taskScheduled", atMs, ...which, allocation },
    { kind: "taskStarted", atMs, ...which, pid: 1000 + task },
    {
      ...{ kind: "taskEnded", atMs, ...which, usage: { cpuMs: 5, peakKiB: 3000 } },
      outcome: task % 100 === 0 ? failed : { kind: "succeeded" },
    },
  ];
}

/** A run whose events are told to a dashboard, or to nobody but the ledger. */
class Told {
  readonly ledger = new Ledger();
  readonly hub = new EventHub((_, error) => {
    throw error;
  });
  readonly view = new RunView(this.ledger);
  readonly model: DashboardModel | undefined;

  constructor(isShown: boolean) {
    if (!isShown) return;
    const model = this.model = new DashboardModel(this.view, 0);
    this.hub.add("view", { apply: (event) => this.view.follow(event) });
    this.hub.add("dashboard", model);
  }

  tell(events: readonly Event[]): void {
    this.hub.tell(events, this.ledger);
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Microseconds that the events of a task cost. */
function costOfTask(isShown: boolean): number {
  const told = new Told(isShown);
  told.tell([submitted]);
  const batches = Array.from(
    { length: tasks / 100 },
    (_, batch) => Array.from({ length: 100 }, (_, at) => eventsOf(batch * 100 + at, batch)).flat(),
  );
  const begunMs = performance.now();
  for (const batch of batches) told.tell(batch);
  return (performance.now() - begunMs) * 1000 / tasks;
}

/** The share of the time that answers to one page take, while the run goes on. */
async function shareOfAnswers(): Promise<number> {
  const told = new Told(true);
  const model = told.model!;
  told.tell([submitted]);
  let task = 0;
  for (; task < tasks - ratePerSecond * (lookedSeconds + 1); task++) told.tell(eventsOf(task, task));
  const source: DashboardSource = {
    model,
    nodes: nodes.map(({ name, coreIds }) => ({ name, cores: coreIds })),
    rootWd: "/nowhere",
    facts: () => ({ id: "bench", folder: "/nowhere", liveness: "alive", cores: 768, begunAtMs: 0 }),
    isPaused: false,
    refresh: () => {},
    ask: () => Promise.resolve(undefined),
  };
  const answers = new DashboardAnswers(source);
  const wanted = ["timeline", "grid", "failures", "tasks?sort=ran&limit=200", "graph"];
  const routes = wanted.map((path) => readRoute("GET", new URL(`http://h/api/${path}`)));
  for (const route of routes) await answers.read(route as Parameters<DashboardAnswers["read"]>[0]);
  let [spentMs, begunMs] = [0, performance.now()];
  for (let half = 0; half < 2 * lookedSeconds; half++) {
    for (let more = 0; more < ratePerSecond / 2; more++) told.tell(eventsOf(task, task++));
    const askedMs = performance.now();
    JSON.stringify(answers.run(false));
    if (half % 2 === 0) {
      for (const route of routes) {
        JSON.stringify(await answers.read(route as Exclude<Route, { kind: "asset" }> & { kind: "grid" }));
      }
    }
    spentMs += performance.now() - askedMs;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, begunMs + (half + 1) * 500 - performance.now())));
  }
  return spentMs / (performance.now() - begunMs);
}

/** How long `qcgpj top` takes to read a run of so many tasks, and for one screen of it. */
async function costOfTop(): Promise<{ readonly readMs: number; readonly screenMs: number }> {
  const folder = await Deno.makeTempDir();
  try {
    const run = { name: "sweep", iteration: { start: 0, stop: tasks }, execution: { exec: "true" } };
    const written = await writeRun(folder, [run], nodes.map(({ name }) => `${name}:48`).join(","), () => 1000);
    const begunMs = performance.now();
    using source = new FollowedRun(written);
    const readMs = performance.now() - begunMs;
    const top = new TopRun(source);
    const size = { columns: 120, rows: 40, paint: (text: string) => text };
    const screens = Array.from({ length: 50 }, () => {
      const fromMs = performance.now();
      renderTop(top.look(firstState, 20, 0, size).screen, firstState, size);
      return performance.now() - fromMs;
    });
    return { readMs, screenMs: median(screens) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const costs = { plain: [] as number[], shown: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    costs.plain.push(costOfTask(false));
    costs.shown.push(costOfTask(true));
  }
  const eventUs = median(costs.shown) - median(costs.plain);
  const events = eventUs * ratePerSecond / 1e6;
  const answers = await shareOfAnswers();
  console.log(`events: ${eventUs.toFixed(2)} µs for a task more than ${median(costs.plain).toFixed(2)} µs without`);
  console.log(`at ${ratePerSecond} tasks/s in a run of ${tasks}: events ${percent(events)} of a core`);
  console.log(`answers to one open page: ${percent(answers)}`);
  console.log(`dashboard in the pilot, together: ${percent(events + answers)}`);
  const { readMs, screenMs } = await costOfTop();
  console.log(
    `top, another process: reads ${tasks} tasks in ${readMs.toFixed(0)} ms; a screen ${screenMs.toFixed(2)} ms`,
  );
}
