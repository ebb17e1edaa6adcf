import { assert, assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { serializeJob } from "../../../src/job/serialize.ts";
import { asStated, parse, validJobs } from "./support.ts";

Deno.test("serializeJob() writes QCG-PilotJob's form: null for what is unused, sizes as objects, upper-case names", () => {
  assertEquals(serializeJob(parse({ execution: { exec: "date" } })), {
    name: "tj",
    execution: { exec: "date", args: [], env: {}, script: null, model_opts: {} },
    resources: { numCores: { exact: 1 } },
  });
  const full = parse({
    execution: { script: "echo", env: { A: 1 }, modules: "gcc", model: "SrunMPI", model_opts: { srun_args: [1] } },
    resources: {
      numCores: { min: 2, max: 4 },
      numNodes: 2,
      nodeCrs: { gpu: 0.5, Mem: 512 },
      counted: { a: 2 },
      wt: "90m",
    },
    iteration: { stop: 3 },
    dependencies: { after: ["a", "b:-1", "c:$${it}", "d_${it}"] },
    attributes: { k: [1, { l: null }] },
  });
  assertEquals(JSON.parse(JSON.stringify(serializeJob(full))), {
    name: "tj",
    execution: {
      ...{ exec: null, args: [], env: { A: "1" }, script: "echo" },
      ...{ modules: ["gcc"], model: "srunmpi", model_opts: { srun_args: ["1"] } },
    },
    resources: {
      ...{
        numCores: { min: 2, max: 4 },
        numNodes: { exact: 2 },
        nodeCrs: { GPU: 0.5, MEM: 512 },
        counted: { a: 2 },
        wt: "1h30m",
      },
    },
    iteration: { start: 0, stop: 3, values: null },
    dependencies: { after: ["a", "b:-1", "c:${it}", "d_${it}"] },
    attributes: { k: [1, { l: null }] },
  });
});

Deno.test("serializeJob() writes start and stop beside values, and a scheduler as an object", () => {
  const job = parse({
    iteration: { values: ["a", "b"] },
    resources: { numCores: { min: 2, scheduler: { name: "split-into", params: { parts: "4" } } } },
  });
  const { iteration, resources } = serializeJob(job);
  assertEquals(iteration, { start: 0, stop: 2, values: ["a", "b"] });
  assertEquals(resources, { numCores: { min: 2, scheduler: { name: "split-into", params: { parts: 4 } } } });
});

Deno.test("parseJob() of serializeJob() is equal, through JSON too, and its variables are not replaced again", () => {
  fc.assert(
    fc.property(validJobs, (value) => {
      const job = parse(value);
      const record = serializeJob(job);
      assertEquals(parseJob(record, {}), asStated(job));
      // JSON has no -0, which attributes may hold; assertEquals takes it for 0.
      assertEquals(parseJob(JSON.parse(JSON.stringify(record)), {}), asStated(job));
      assertEquals(serializeJob(parseJob(record, {})), record);
    }),
    { numRuns: 500 },
  );
});

Deno.test("parseJob() of serializeJob() keeps an escaped submit variable literal", () => {
  const job = parse({ execution: { exec: "echo", args: ["${rcnt}", "$$$${rcnt}", "$$$${jname}"] } });
  assertEquals(job.execution.args, ["12", "${rcnt}", "${jname}"]);
  assertEquals(parseJob(serializeJob(job), {}), asStated(job));
});

Deno.test("serializeJob() leaves out what is absent", () => {
  const record = serializeJob(parse({}));
  assert(!("iteration" in record) && !("dependencies" in record) && !("attributes" in record));
});
