import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { Intake } from "../../../src/core/intake.ts";
import type { AdmittedJob, Event } from "../../../src/core/types.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { jobState, reportJob, reportTask } from "../../../src/report/views.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { readJob } from "../../traces/words.ts";
import { Pool } from "../../../src/resources/pool.ts";

const submittedAtMs = 1_000;

function ledgerWith(...texts: string[]): { ledger: Ledger; jobs: AdmittedJob[] } {
  const ledger = new Ledger();
  const jobs = new Intake({ pool: new Pool(parseNodeSpec("a:64")) }).admit(texts.map(readJob));
  for (const job of jobs) ledger.apply({ kind: "jobSubmitted", atMs: submittedAtMs, job });
  return { ledger, jobs };
}

const allocation = (core: string, gpus: string[] = []) => ({ nodes: [{ name: "a", cores: [core], gpus }] });

function scheduled(task: number, atMs: number, attempt = 1, core = "0"): Event {
  return { kind: "taskScheduled", atMs, task, job: 0, attempt, allocation: allocation(core) };
}

function started(task: number, atMs: number, attempt = 1): Event {
  return { kind: "taskStarted", atMs, task, job: 0, attempt, pid: 70 + attempt };
}

Deno.test("Ledger follows a task through its states, and tells only what is known", () => {
  const { ledger } = ledgerWith("A");
  assertEquals(ledger.task(0), { state: "QUEUED", attempts: 0 });
  ledger.apply(scheduled(0, 1_010));
  assertEquals(ledger.task(0), {
    state: "SCHEDULED",
    attempts: 1,
    allocation: allocation("0"),
    scheduledAtMs: 1_010,
  });
  ledger.apply(started(0, 1_020));
  assertEquals([ledger.state(0), ledger.task(0).pid, ledger.task(0).startedAtMs], ["EXECUTING", 71, 1_020]);
  const usage = { cpuMs: 5, peakKiB: 1024 };
  ledger.apply({ kind: "taskEnded", atMs: 1_030, task: 0, job: 0, attempt: 1, outcome: { kind: "succeeded" }, usage });
  assertEquals(ledger.task(0), {
    state: "SUCCEED",
    attempts: 1,
    allocation: allocation("0"),
    pid: 71,
    exit: { code: 0 },
    scheduledAtMs: 1_010,
    startedAtMs: 1_020,
    endedAtMs: 1_030,
    cpuMs: 5,
    peakKiB: 1024,
  });
});

Deno.test("Ledger keeps exit, cause and reason of what did not succeed", () => {
  const { ledger } = ledgerWith("A");
  ledger.apply(scheduled(0, 1_010));
  const outcome = { kind: "failed", cause: "exit", exit: { code: 3 }, reason: "exit code 3" } as const;
  ledger.apply({ kind: "taskEnded", atMs: 1_030, task: 0, job: 0, attempt: 1, outcome, usage: {} });
  const { state, exit, cause, reason, cpuMs } = ledger.task(0);
  assertEquals({ state, exit, cause, reason, cpuMs }, {
    state: "FAILED",
    exit: { code: 3 },
    cause: "exit",
    reason: "exit code 3",
    cpuMs: undefined,
  });
});

Deno.test("Ledger shows a task between two attempts as queued, and the second attempt without the first's times", () => {
  const { ledger } = ledgerWith("A retry=1");
  ledger.apply(scheduled(0, 1_010));
  ledger.apply(started(0, 1_020));
  const outcome = { kind: "failed", cause: "exit", exit: { code: 3 }, reason: "exit code 3" } as const;
  const usage = {};
  ledger.apply({ kind: "attemptEnded", atMs: 1_030, task: 0, job: 0, attempt: 1, outcome, usage, readyAtMs: 1_040 });
  assertEquals([ledger.state(0), ledger.task(0).reason, ledger.task(0).attempts], ["QUEUED", "exit code 3", 1]);
  ledger.apply(scheduled(0, 1_050, 2, "9"));
  assertEquals(ledger.task(0), {
    state: "SCHEDULED",
    attempts: 2,
    allocation: allocation("9"),
    scheduledAtMs: 1_050,
  });
});

Deno.test("Ledger ends neighbouring tasks that were dropped together, over blocks of any size", () => {
  const { ledger, jobs } = ledgerWith("A", "I x10000");
  const outcome = { kind: "omitted", cause: "dependency", reason: "A failed" } as const;
  ledger.apply({ kind: "tasksDropped", atMs: 1_020, job: 1, first: 5, count: 9_000, outcome });
  const states = [4, 5, 9_004, 9_005].map((task) => ledger.state(task));
  assertEquals(states, ["QUEUED", "OMITTED", "OMITTED", "QUEUED"]);
  assertEquals(ledger.task(9_004), {
    state: "OMITTED",
    attempts: 0,
    cause: "dependency",
    reason: "A failed",
    endedAtMs: 1_020,
  });
  assertEquals(reportJob(ledger, jobs[1]!, "/wd").iterations, {
    start: 0,
    stop: 10_000,
    total: 10_000,
    finished: 9_000,
    failed: 9_000,
  });
});

Deno.test("Ledger keeps equal allocations once, and tells GPUs apart", () => {
  const { ledger } = ledgerWith("I x3");
  for (const [task, gpus] of [[0, ["0"]], [1, ["0"]], [2, ["1"]]] as const) {
    ledger.apply({ ...scheduled(task, 1_010), allocation: allocation("0", [...gpus]) } as Event);
  }
  assertStrictEquals(ledger.task(0).allocation, ledger.task(1).allocation);
  assertEquals(ledger.task(2).allocation!.nodes[0]!.gpus, ["1"]);
});

Deno.test("Ledger tells how a job ended, until it is forgotten", () => {
  const { ledger, jobs } = ledgerWith("I x2", "B");
  const counts = { succeeded: 1, failed: 0, canceled: 1, omitted: 0 };
  assertEquals(jobState(ledger, jobs[0]!), "QUEUED");
  ledger.apply({ kind: "jobEnded", atMs: 1_100, job: 0, outcome: "canceled", counts });
  const { outcome, endedAtMs } = ledger.job(0)!;
  assertEquals([outcome, endedAtMs, jobState(ledger, jobs[0]!)], ["canceled", 1_100, "CANCELED"]);
  ledger.apply({ kind: "jobForgotten", atMs: 1_200, job: 0 });
  assertEquals([ledger.job(0), ledger.job(1)!.submittedAtMs], [undefined, submittedAtMs]);
});

Deno.test("A new job does not inherit from a forgotten one in the same block", () => {
  const intake = new Intake({ pool: new Pool(parseNodeSpec("a:64")) });
  const ledger = new Ledger();
  const submit = (text: string) => {
    const [job] = intake.admit([readJob(text)]);
    ledger.apply({ kind: "jobSubmitted", atMs: submittedAtMs, job: job! });
    return job!;
  };
  submit("keeper");
  const old = submit("A");
  ledger.apply({ ...scheduled(old.firstTask, 1_010), job: old.id } as Event);
  intake.forget("A");
  ledger.apply({ kind: "jobForgotten", atMs: 1_020, job: old.id });
  const next = submit("A");
  assertEquals(ledger.task(next.firstTask), { state: "QUEUED", attempts: 0 });
});

Deno.test("reportTask() fills run-time variables into paths once the allocation is known", () => {
  const { ledger, jobs } = ledgerWith("I x3..5 cores=1");
  const job = jobs[0]!;
  const execution = { ...job.description.execution, wd: "run_${it}", stdout: "out.${ncores}.${nlist}" };
  const filled = { ...job, description: { ...job.description, execution } };
  assertEquals("wd" in reportTask(ledger, filled, 1, "/root"), false);
  ledger.apply(scheduled(1, 1_010));
  const { name, wd, stdout, stdin } = reportTask(ledger, filled, 1, "/root");
  assertEquals([name, wd, stdout, stdin], ["I:4", "/root/run_4", "/root/run_4/out.1.a", undefined]);
});

Deno.test("Ledger tells what became of the processes of the last attempt, and of each task by itself", () => {
  const { ledger } = ledgerWith("I x2 retry=1");
  const cleanup = { found: 2, terminated: 1, killed: 1, left: 0 };
  const outcome = { kind: "failed", cause: "exit", exit: { code: 3 }, reason: "exit code 3" } as const;
  const ended = { job: 0, attempt: 1, outcome, usage: {}, cleanup } as const;
  for (const task of [0, 1]) ledger.apply(scheduled(task, 1_010));
  ledger.apply({ kind: "taskEnded", atMs: 1_020, task: 0, ...ended });
  ledger.apply({ kind: "attemptEnded", atMs: 1_020, task: 1, ...ended, readyAtMs: 1_020 });
  assertEquals([ledger.task(0).cleanup, ledger.task(1).cleanup], [cleanup, cleanup]);
  ledger.apply(scheduled(1, 1_030, 2));
  assertEquals([ledger.task(0).cleanup, ledger.task(1).cleanup], [cleanup, undefined]);
  assertEquals([ledger.task(0).reason, ledger.task(1).reason], ["exit code 3", undefined]);
});

Deno.test("Ledger shares equal allocations only while they are few, so that distinct ones cost no memory for ever", () => {
  const count = 65_537;
  const { ledger } = ledgerWith(`I x${count + 1}`);
  const at = (task: number, gpu: number) =>
    ledger.apply({ ...scheduled(task, 1_010), allocation: allocation("0", [`${gpu}`]) } as Event);
  for (let task = 0; task < count; task++) at(task, task);
  at(count, 0);
  assertEquals(ledger.task(count).allocation, ledger.task(0).allocation);
  assertNotStrictEquals(ledger.task(count).allocation, ledger.task(0).allocation);
});

Deno.test("Ledger tells one core of one node from anything else that a task may get, in whatever order", () => {
  const { ledger } = ledgerWith("I x2");
  const one = { nodes: [{ name: "b", cores: ["0,4"], gpus: [] }] };
  const more = { nodes: [{ name: "b", cores: ["0", "1"], gpus: [] }] };
  const counted = { ...one, counted: { licences: 1 } };
  for (const given of [one, more, counted, one, { nodes: [...one.nodes, ...more.nodes] }, allocation("0,4")]) {
    ledger.apply({ ...scheduled(0, 1_010), allocation: given } as Event);
    assertEquals(ledger.task(0).allocation, given);
  }
  assertEquals(ledger.task(1).allocation, undefined);
});

Deno.test("Ledger counts as failed every iteration that did not succeed", () => {
  const { ledger, jobs } = ledgerWith("A", "I x4");
  const usage = {};
  const end = { kind: "taskEnded", atMs: 1_030, job: 1, attempt: 1, usage } as const;
  ledger.apply({ ...end, task: 1, outcome: { kind: "succeeded" } });
  ledger.apply({ ...end, task: 2, outcome: { kind: "canceled", cause: "cancel", reason: "canceled by the user" } });
  const { finished, failed } = reportJob(ledger, jobs[1]!, "/wd").iterations!;
  assertEquals([finished, failed], [2, 1]);
});
