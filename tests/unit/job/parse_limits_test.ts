import { assertEquals, assertThrows } from "@std/assert";
import { JobDescriptionError } from "../../../src/errors.ts";
import type { JobDescription } from "../../../src/job/description.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { serializeJob } from "../../../src/job/serialize.ts";
import { asStated } from "./support.ts";

function parse(keys: Record<string, unknown>): JobDescription {
  return parseJob({ name: "j", execution: { exec: "true" }, ...keys }, {});
}

function refusal(keys: Record<string, unknown>): string {
  return assertThrows(() => parse(keys), JobDescriptionError).message;
}

Deno.test("parseJob() reads the limits of a job", () => {
  const { timeLimitMs, idleMs, graceMs, enforceMemory } = parse({
    execution: { exec: "true", stdout: "out" },
    resources: { memory: "1GiB" },
    timeoutMs: 1500,
    idleMs: 20,
    graceMs: 0,
    enforceMemory: true,
  });
  assertEquals([timeLimitMs, idleMs, graceMs, enforceMemory], [1500, 20, 0, true]);
});

Deno.test("parseJob() reads retry as a number, or as a policy with defaults", () => {
  const all = ["exit", "signal", "timeout", "idle", "oom", "node-lost", "start"];
  const defaults = { maxByCause: {}, backoffMs: 0, backoffMsMax: 2 ** 31 - 1, jitter: 0, growMemory: 1 };
  assertEquals<unknown>(parse({ retry: 3 }).retry, { max: 3, on: all, ...defaults });
  assertEquals<unknown>(parse({ retry: {} }).retry, { max: 1, on: all, ...defaults });
  const policy = {
    max: 4,
    on: ["exit", "oom"],
    maxByCause: { oom: 1 },
    exitCodes: [75],
    backoffMs: 100,
    backoffMsMax: 1000,
    jitter: 0.5,
    growMemory: 2,
  };
  assertEquals<unknown>(parse({ retry: policy }).retry, policy);
});

Deno.test("parseJob() refuses wrong limits with the path and what would be right", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ timeoutMs: 0 }, "timeoutMs"],
    [{ timeoutMs: 5, resources: { numCores: 1, wt: "1s" } }, "leave out one"],
    [{ idleMs: "5" }, "idleMs"],
    [{ enforceMemory: "yes" }, "true or false"],
    [{ enforceMemory: true }, 'add "resources.memory"'],
    [{ idleMs: 5 }, 'add "execution.stdout"'],
    [{ retry: 0 }, "at least 1"],
    [{ retry: 10_001 }, "at most 10000"],
    [{ retry: { on: ["exits"] } }, 'did you mean "exit"'],
    [{ retry: { maxx: 1 } }, 'did you mean "max"'],
    [{ retry: { jitter: 2 } }, "from 0 to 1"],
    [{ retry: { exitCodes: [0] } }, "retry.exitCodes[0]"],
    [{ resources: { memory: "2" } }, "resources.memory"],
    [{ resources: { memory: "2GiB", numNodes: 1, nodeCrs: { mem: 5 } } }, "both state the memory"],
  ];
  for (const [keys, part] of cases) {
    const message = refusal(keys);
    assertEquals(message.includes(part), true, message);
  }
});

Deno.test("parseJob() keeps a task that states its memory on one node", () => {
  assertEquals<unknown>(parse({ resources: { memory: "2GiB" } }).resources, {
    cores: { min: 1, max: 1 },
    hasDefaultCores: true,
    nodes: { min: 1, max: 1 },
    gpus: 0,
    memoryMiB: 2048,
  });
});

Deno.test("serializeJob() keeps the limits", () => {
  const execution = { exec: "true", stderr: "err" };
  const job = parse({
    execution,
    timeoutMs: 90_000,
    idleMs: 5,
    graceMs: 7,
    enforceMemory: false,
    retry: { on: ["oom"], max: 2 },
  });
  assertEquals(parseJob(serializeJob(job), {}), asStated(job));
});
