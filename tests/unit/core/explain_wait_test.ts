/** Why a task waits, over a core that is driven by hand. */
import { assertEquals } from "@std/assert";
import { Core } from "../../../src/core/core.ts";
import { Intake } from "../../../src/core/intake.ts";
import type { AdmittedJob, Input } from "../../../src/core/types.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { readJob } from "../../traces/words.ts";

type WithoutTime<T> = T extends unknown ? Omit<T, "atMs"> : never;

/** A core, jobs in words, and what happens to their tasks. */
class Explained {
  readonly core: Core;
  nowMs = 1_000;
  readonly #intake: Intake;

  constructor(nodes: string, options: { readonly groups?: Readonly<Record<string, number>> } = {}) {
    const all = { nodes: parseNodeSpec(nodes), graceMs: 10, unknownDependency: "omit" as const, ...options };
    this.core = new Core(all);
    this.#intake = new Intake({ ...all, pool: this.core.pool });
  }

  submit(...texts: string[]): AdmittedJob[] {
    const jobs = this.#intake.admit(texts.map(readJob));
    this.step({ kind: "jobsSubmitted", jobs });
    return jobs;
  }

  step(...inputs: WithoutTime<Input>[]): void {
    let given = inputs.map((input) => ({ ...input, atMs: this.nowMs }) as Input);
    while (given.length > 0) {
      const { actions } = this.core.step(given);
      given = actions.flatMap((action): Input[] =>
        action.kind === "launch"
          ? [{ kind: "taskStarted", atMs: this.nowMs, task: action.task, attempt: action.attempt, pid: 1 }]
          : []
      );
    }
    this.core.checkInvariants();
  }

  end(task: number, afterMs: number, attempt = 1): void {
    this.nowMs += afterMs;
    this.step({ kind: "taskExited", task, attempt, exit: { code: 0 }, usage: {} });
  }

  explain(task: number) {
    return this.core.explain(task, this.nowMs);
  }
}

Deno.test("explainWait() tells needs, what is free, who comes before, and what would start the task now", () => {
  const run = new Explained("a:4");
  run.submit("A cores=3", "B x2 cores=2", "C cores=4");
  const { needs, free, fits, before, changes, expectedAtMs } = run.explain(3);
  assertEquals([needs, free, fits], ["4 cores", { cores: 1, of: 4 }, false]);
  assertEquals(before, { tasks: 2, first: ["B:0", "B:1"] });
  assertEquals(changes, [{ kind: "cores", count: 1 }, { kind: "end", tasks: ["A"], more: 0 }]);
  // Nothing like it has been seen, so that nobody can say when.
  assertEquals(expectedAtMs, undefined);
  assertEquals(run.explain(1).changes?.[0], { kind: "cores", count: 1 });
});

Deno.test("explainWait() expects a start from how long such tasks took, with what comes before", () => {
  const run = new Explained("a:1");
  run.submit("A x4");
  run.end(0, 100);
  // A:1 runs since now and takes 100 ms; A:2 comes before A:3 and takes as long.
  assertEquals([run.explain(2).expectedAtMs, run.explain(3).expectedAtMs], [run.nowMs + 100, run.nowMs + 200]);
  run.nowMs += 40;
  assertEquals(run.explain(3).expectedAtMs, run.nowMs + 160);
});

Deno.test("explainWait() goes by priority as the pass does", () => {
  const run = new Explained("a:1");
  run.submit("A");
  run.submit("B", "C priority=5");
  assertEquals(run.explain(1).before, { tasks: 1, first: ["C"] });
  assertEquals(run.explain(2).before, { tasks: 0, first: [] });
});

Deno.test("explainWait() tells a pause, a limit of a group, and tasks that do not wait", () => {
  const run = new Explained("a:4", { groups: { db: 1 } });
  run.submit("A group=db", "B group=db", "C");
  assertEquals([run.explain(1).caps, run.explain(1).fits], [[1], true]);
  assertEquals([run.explain(2).phase, run.explain(9).phase], ["live", "unknown"]);
  run.end(2, 10);
  assertEquals(run.explain(2).phase, "ended");
  run.step({ kind: "pauseRequested" });
  run.submit("D");
  assertEquals([run.explain(3).isPaused, run.explain(3).changes], [true, [{ kind: "continue" }]]);
  run.step({ kind: "pauseEnded" });
  assertEquals(run.explain(3).phase, "live");
});

Deno.test("explainWait() tells when a task is tried again, and looks only", () => {
  const run = new Explained("a:1");
  run.submit("A retry=1+500", "B after=A");
  run.step({ kind: "taskExited", task: 0, attempt: 1, exit: { code: 1 }, usage: {} });
  const { phase, readyAtMs } = run.explain(0);
  assertEquals(phase, "delayed");
  assertEquals(readyAtMs! > run.nowMs && readyAtMs! <= run.nowMs + 500, true);
  assertEquals(run.explain(1).phase, "blocked");
  for (let i = 0; i < 3; i++) run.explain(0);
  run.core.checkInvariants();
});

Deno.test("explainWait() names several tasks whose end would do where one does not", () => {
  const run = new Explained("a:4");
  run.submit("A x4", "B cores=4");
  assertEquals(run.explain(4).changes, [{ kind: "end", tasks: ["A:0", "A:1", "A:2"], more: 1 }]);
  const wide = new Explained("a:2,b:2");
  wide.submit("A", "B nodes=2");
  assertEquals(wide.explain(1).changes, [{ kind: "nodes", count: 1 }, { kind: "end", tasks: ["A"], more: 0 }]);
});
