import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvariantError } from "../../../src/base/assert.ts";
import { enterJob } from "../../../src/core/expand.ts";
import { Intake } from "../../../src/core/intake.ts";
import { CoreState } from "../../../src/core/state.ts";
import { ReadyQueues } from "../../../src/core/ready_queues.ts";
import { TaskPhase } from "../../../src/core/task_table.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { readJob } from "../../traces/words.ts";
import { Pool } from "../../../src/resources/pool.ts";

Deno.test("CoreState keeps a bounded number of dues of tasks that have ended, and all dues of those that live", () => {
  const nodes = parseNodeSpec("4");
  const state = new CoreState({ nodes, graceMs: 1 });
  const [job] = new Intake({ pool: new Pool(nodes) }).admit([readJob("A x100000 limit=3600000")]);
  const live = { kind: "running", startedAtMs: 0, job: job!, attempt: 1, allocation: { parts: [] } } as const;
  state.tasks.add(job!.id, 0, 100_000, TaskPhase.live);
  for (let task = 0; task < 50_000; task++) state.tasks.setAttempt(task, 1);
  state.setLive(0, { ...live, dueMs: 5 });
  state.setLive(1, { kind: "launching", job: job!, attempt: 1, allocation: { parts: [] } });
  let most = 0;
  for (let task = 2; task < 50_000; task++) {
    state.setLive(task, { ...live, dueMs: 1_000_000 + task });
    if (task > 10) state.live.delete(task - 5);
    most = Math.max(most, state.dues.size);
  }
  assert(most <= 2 * (state.live.size + 1) + 1024, `${most} dues`);
  const dues = new Set<number>();
  for (; state.dues.firstValue !== undefined; state.dues.pop()) dues.add(state.dues.firstValue);
  assertEquals([...state.live].map(([task]) => task).filter((task) => task !== 1 && !dues.has(task)), []);
});

Deno.test("CoreState refuses what only a mistake in the core could ask of it", () => {
  const nodes = parseNodeSpec("4");
  const state = new CoreState({ nodes, graceMs: 1 });
  const [job] = new Intake({ pool: new Pool(nodes) }).admit([readJob("A x3")]);
  enterJob(state, job!);
  assertThrows(() => enterJob(state, job!), InvariantError, "entered twice");
  const live = { kind: "launching", job: job!, attempt: 1, allocation: { parts: [] } } as const;
  assertThrows(() => state.setLive(0, live), InvariantError, "Only what holds cores");
  assertThrows(() => state.tasks.add(9, 1, 1, TaskPhase.blocked), InvariantError, "is there already");
  state.tasks.setPhase(0, TaskPhase.live);
  assertThrows(() => state.setLive(0, live), InvariantError, "Attempt 1 of task 0 is not its last");
  assertThrows(() => state.tasks.fillPhase(0, 2, TaskPhase.ready), InvariantError, "does not wait");
  state.tasks.setAttempt(0, 1);
  assertThrows(() => state.tasks.setAttempt(0, 1), InvariantError, "launched 1 times already");
  assertThrows(() => state.tasks.setAttempt(0, 65_536), InvariantError, "more attempts than can be counted");
  const facts = {
    isReady: () => true,
    priority: () => 0,
    rank: () => 0,
    rankWhenClosed: () => 0,
    isAwaited: () => false,
  };
  const queues = new ReadyQueues(facts);
  assertThrows(() => queues.push(job!.requests[0]!.request, 2, 2), InvariantError, "No task is queued");
});
