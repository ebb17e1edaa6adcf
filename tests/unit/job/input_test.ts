/**
 * The type of a job and its parser know the same. Each `@ts-expect-error` fails the type check if the line under it
 * compiles; what does not compile is refused at run time too.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { JobDescriptionError } from "../../../src/errors.ts";
import type { ProgramInput } from "../../../src/job/execution_input.ts";
import type { JobInput } from "../../../src/job/input.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { serializeJob } from "../../../src/job/serialize.ts";
import { keysOf } from "../../../src/job/shape.ts";
import type { NodeResourcesInput, ResourcesInput, SizeInput } from "../../../src/job/resources_input.ts";
import { submitVariables } from "./support.ts";

function parse(job: JobInput): Record<string, unknown> {
  return serializeJob(parseJob(job, { variables: submitVariables }));
}

function assertRefused(path: string, job: JobInput): void {
  assertEquals(assertThrows(() => parse(job), JobDescriptionError).path, path);
}

const execution: ProgramInput = { exec: "date" };

/** A type that leaves nothing out: a new key of it must be given here too. */
type Complete<Input> = { [Key in keyof Input]-?: Exclude<Input[Key], null | undefined> };

const complete: Complete<JobInput> = {
  name: "all-${rcnt}",
  execution: {
    exec: "program",
    args: ["-n", 1.5, true, null],
    env: { LANG: "C", THREADS: 4 },
    wd: "work",
    stdin: "in",
    stdout: "out",
    stderr: "out",
    modules: ["gcc"],
    venv: "env",
    login: false,
    model: "openmpi",
    model_opts: { mpirun: "mpiexec", mpirun_args: ["-x", 2], srun_args: ["--exclusive"] },
  },
  resources: { numCores: { min: 1, max: 2 }, numNodes: 1, nodeCrs: { gpu: 1, mem: 1024 }, wt: "10m" },
  iteration: { values: ["a", 2, false, null] },
  dependencies: { after: ["before", "part_${it}"], afterAny: ["any"], afterNotOk: ["not"] },
  idleMs: 1000,
  timeoutMs: 60_000,
  graceMs: 0,
  enforceMemory: true,
  retry: {
    max: 3,
    on: ["exit", "oom"],
    maxByCause: { oom: 1 },
    exitCodes: [1, 75],
    backoffMs: 10,
    backoffMsMax: 100,
    jitter: 0.5,
    growMemory: 2,
  },
  capture: { streams: "both", maxBytes: 10, onOverflow: "tail" },
  permissions: { run: ["program"], read: true, write: ["."], env: false, net: false },
  attributes: { project: ["a", { b: 1 }] },
  priority: -3,
  maxRunning: 2,
  group: "io",
  onFailure: "continue",
  finally: true,
};

Deno.test("parseJob() reads every key that JobInput has", () => {
  const { timeoutMs: _timeoutMs, ...job } = complete;
  const read = parse(job);
  assertEquals(Object.keys(read).toSorted(), Object.keys(job).toSorted());
  assertEquals(read["retry"], job.retry);
  assertEquals((read["execution"] as ProgramInput).args, ["-n", "1.5", "true", "null"]);
  const { resources, ...rest } = complete;
  const { wt: _wt, ...untimed } = resources;
  assertEquals((parse({ ...rest, resources: untimed })["resources"] as ResourcesInput).wt, "1m");
});

Deno.test("parseJob() takes null and undefined for every key that JobInput lets be absent", () => {
  const least = parse({ name: "tj", execution });
  const absent = keysOf<JobInput>({ ...complete, ...trues(complete) }).filter((key) =>
    !["name", "execution"].includes(key)
  );
  assertEquals(absent.length, 16);
  for (const nothing of [null, undefined]) {
    assertEquals(parse({ name: "tj", execution, ...Object.fromEntries(absent.map((key) => [key, nothing])) }), least);
    const bare = { args: nothing, script: nothing, env: nothing, wd: nothing, stdin: nothing, stdout: nothing };
    const more = {
      stderr: nothing,
      modules: nothing,
      venv: nothing,
      login: nothing,
      model: nothing,
      model_opts: nothing,
    };
    assertEquals(parse({ name: "tj", execution: { exec: "date", ...bare, ...more } }), least);
  }
});

function trues<Keys extends object>(keys: Keys): Record<keyof Keys, true> {
  return Object.fromEntries(Object.keys(keys).map((key) => [key, true])) as Record<keyof Keys, true>;
}

Deno.test("JobInput takes each form of a size, an iteration and a retry", () => {
  const iteration = { stop: 4 };
  const sizes: ResourcesInput[] = [
    { numCores: 2 },
    { numCores: { exact: 2 } },
    { numCores: { min: 1, max: 2 }, numNodes: 1 },
    { numCores: { min: 2, scheduler: "split-into" } },
    { numNodes: { scheduler: { name: "split-into", params: { parts: 2 } } } },
    { memory: "2GiB" },
    { numNodes: 1, nodeCrs: { GPU: 1, MEM: 64 } },
  ];
  for (const resources of sizes) parse({ name: "tj", execution, iteration, resources });
  parse({
    name: "tj",
    execution: { script: "date > now", env: { A: 1 } },
    iteration: { start: -2, stop: 1 },
    retry: 2,
  });
});

Deno.test("A misspelt key of a job does not compile", () => {
  // @ts-expect-error name is misspelt
  const misspelt = () => parse({ nmae: "tj", execution });
  assertThrows(misspelt, JobDescriptionError, 'name is missing (is "nmae" meant for it?)');
  // @ts-expect-error name is given twice, once misspelt
  assertRefused("nmae", { name: "tj", nmae: "tj", execution });
  // @ts-expect-error exec is misspelt
  assertRefused("execution.exce", { name: "tj", execution: { exce: "date" } });
  // @ts-expect-error args is misspelt
  assertRefused("execution.agrs", { name: "tj", execution: { exec: "date", agrs: ["-u"] } });
  // @ts-expect-error numCores is misspelt
  assertRefused("resources.numcores", { name: "tj", execution, resources: { numcores: 2 } });
  // @ts-expect-error max is misspelt
  assertRefused("resources.numCores.mx", { name: "tj", execution, resources: { numCores: { min: 1, mx: 2 } } });
  // @ts-expect-error gpu is misspelt
  const nodeCrs: NodeResourcesInput = { gpus: 1 };
  assertRefused("resources.nodeCrs.gpus", { name: "tj", execution, resources: { numNodes: 1, nodeCrs } });
  // @ts-expect-error stop is misspelt
  assertRefused("iteration.end", { name: "tj", execution, iteration: { end: 2 } });
  // @ts-expect-error after is misspelt
  assertRefused("dependencies.afer", { name: "tj", execution, dependencies: { afer: ["a"] } });
  // @ts-expect-error backoffMs is misspelt
  assertRefused("retry.backofMs", { name: "tj", execution, retry: { backofMs: 1 } });
  // @ts-expect-error run is misspelt
  assertRefused("permissions.rnu", { name: "tj", execution, permissions: { rnu: true } });
  // @ts-expect-error timeoutMs is misspelt
  assertRefused("timeout", { name: "tj", execution, timeout: 1 });
});

Deno.test("A value of the wrong type does not compile", () => {
  // @ts-expect-error a number is no name
  assertThrows(() => parse({ name: 1, execution }), JobDescriptionError, "name must be a string");
  // @ts-expect-error execution is missing
  assertRefused("execution", { name: "tj" });
  // @ts-expect-error neither a program nor a script
  assertRefused("execution", { name: "tj", execution: { args: ["a"] } });
  // @ts-expect-error a program and a script
  assertRefused("execution", { name: "tj", execution: { exec: "a", script: "b" } });
  // @ts-expect-error arguments of a script
  assertRefused("execution.args", { name: "tj", execution: { script: "a", args: ["b"] } });
  // @ts-expect-error arguments are a list
  assertRefused("execution.args", { name: "tj", execution: { exec: "a", args: "b" } });
  // @ts-expect-error a truth value is none for a variable
  assertRefused("execution.env.A", { name: "tj", execution: { exec: "a", env: { A: true } } });
  // @ts-expect-error there is no such model
  assertRefused("execution.model", { name: "tj", execution: { exec: "a", model: "mpi" } });
  // @ts-expect-error a text is no number of cores
  assertRefused("resources.numCores", { name: "tj", execution, resources: { numCores: "many" } });
  // @ts-expect-error min needs max
  assertRefused("resources.numCores", { name: "tj", execution, resources: { numCores: { min: 1 } } });
  // @ts-expect-error there is no such scheduler
  const numCores: SizeInput = { scheduler: "split-in" };
  assertRefused("resources.numCores.scheduler", {
    name: "tj",
    execution,
    iteration: { stop: 2 },
    resources: { numCores },
  });
  // @ts-expect-error a number of bytes has no unit
  assertRefused("resources.memory", { name: "tj", execution, resources: { memory: 1024 } });
  // @ts-expect-error a wall time is a text
  assertRefused("resources.wt", { name: "tj", execution, resources: { numCores: 1, wt: 60 } });
  // @ts-expect-error values have their own indexes
  assertRefused("iteration.stop", { name: "tj", execution, iteration: { values: [1], stop: 1 } });
  // @ts-expect-error names are a list
  assertRefused("dependencies.after", { name: "tj", execution, dependencies: { after: "a" } });
  // @ts-expect-error there is no such cause
  assertRefused("retry.on[0]", { name: "tj", execution, retry: { on: ["exited"] } });
  // @ts-expect-error a time is a number of milliseconds
  assertRefused("timeoutMs", { name: "tj", execution, timeoutMs: "10m" });
  // @ts-expect-error a function is no attribute
  assertRefused("attributes.f", { name: "tj", execution, attributes: { f: () => 1 } });
});

Deno.test("What was parsed from JSON passes as any, and as unknown by a cast only", () => {
  const parsed = JSON.parse('{"name": "tj", "execution": {"exec": "date"}}');
  assertEquals(parse(parsed)["name"], "tj");
  const value: unknown = parsed;
  assertEquals(parse(value as JobInput)["name"], "tj");
  // @ts-expect-error nobody has said what it is
  assertEquals(parse(value)["name"], "tj");
});
