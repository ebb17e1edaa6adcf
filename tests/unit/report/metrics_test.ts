import { assertEquals, assertStringIncludes } from "@std/assert";
import { Ledger } from "../../../src/report/ledger.ts";
import { Metrics } from "../../../src/report/metrics.ts";
import { failedWith, ViewedRun } from "./look/support.ts";

/** A run whose events are counted. */
class CountedRun extends ViewedRun {
  readonly metrics: Metrics;
  readonly #ledger = new Ledger();

  constructor(...texts: string[]) {
    super(...texts);
    this.metrics = new Metrics();
    for (const job of this.jobs) this.apply({ kind: "jobSubmitted", atMs: 1_000, job });
  }

  override apply(event: Parameters<ViewedRun["apply"]>[0]): void {
    // What the base class applies while it is made is not to be counted yet.
    if (this.metrics === undefined) return super.apply(event);
    this.#ledger.apply(event);
    this.metrics.apply(event, this.#ledger);
  }

  /** The samples, without what explains them. */
  samples(): Record<string, number> {
    const lines = this.metrics.text('n"1', 8, 1_500).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return Object.fromEntries(lines.map((line) => {
      const [name, value] = line.split(/ (?=[\d.]+$)/);
      return [name!.replace('run="n\\"1"', "").replace("{,", "{").replace("{}", ""), Number(value)];
    }));
  }
}

Deno.test("Metrics counts tasks by what they do and how they ended, and the core-seconds that they held", () => {
  const run = new CountedRun("good", "bad", "again", "dropped x5");
  run.start(0, 2_000);
  run.end(0, 4_500);
  run.start(1, 2_000);
  run.end(1, 3_000, failedWith(3));
  run.start(2, 2_000);
  const lost = { kind: "failed", cause: "node-lost", reason: "the node was lost" } as const;
  const attempt = { task: 2, job: 2, attempt: 1, outcome: lost, usage: {}, readyAtMs: 3_000 };
  run.apply({ kind: "attemptEnded", atMs: 3_000, ...attempt });
  const omitted = { kind: "omitted", cause: "dependency", reason: "bad failed" } as const;
  run.apply({ kind: "tasksDropped", atMs: 4_000, first: 4, count: 3, job: 3, outcome: omitted });
  assertEquals(run.samples(), {
    'qcgpj_tasks{state="waiting"}': 3,
    'qcgpj_tasks{state="running"}': 0,
    'qcgpj_tasks_ended_total{outcome="succeeded"}': 1,
    'qcgpj_tasks_ended_total{outcome="failed"}': 1,
    'qcgpj_tasks_ended_total{outcome="canceled"}': 0,
    'qcgpj_tasks_ended_total{outcome="omitted"}': 3,
    'qcgpj_tasks_failed_total{cause="exit"}': 1,
    qcgpj_launches_total: 3,
    'qcgpj_cores{state="all"}': 8,
    'qcgpj_cores{state="held"}': 0,
    qcgpj_core_seconds_total: 4.5,
    qcgpj_start_time_seconds: 1.5,
  });
  run.start(2, 5_000, 2);
  const { 'qcgpj_tasks{state="running"}': running, 'qcgpj_cores{state="held"}': held } = run.samples();
  assertEquals([running, held], [1, 1]);
});

Deno.test("Metrics.text() is OpenMetrics: every family is typed, and the end is told", () => {
  const text = new Metrics(7).text("a", 1, 0);
  assertStringIncludes(text, 'qcgpj_tasks{run="a",state="waiting"} 7\n');
  assertEquals(text.endsWith("\n# EOF\n"), true);
  let typed = "";
  for (const line of text.split("\n")) {
    const type = /^# TYPE (\w+) /.exec(line);
    if (type !== null) typed = type[1]!;
    else if (line !== "" && line !== "# EOF") assertStringIncludes(line.replace(/^# (?:HELP|UNIT) /, ""), typed);
  }
});

Deno.test("Metrics counts no core-seconds less where an end is told to be older than its start", () => {
  const run = new CountedRun("a", "b");
  run.start(0, 2_000);
  run.end(0, 5_000);
  run.start(1, 6_000);
  run.end(1, 5_990);
  assertEquals(run.samples()["qcgpj_core_seconds_total"], 3);
});
