import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { type BindingMode, bindTask, chooseBinding, formatCpus, parseCpus } from "../../../src/launch/binding.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";

const jobOf = (resources?: Record<string, unknown>) =>
  parseJob({ name: "j", execution: { exec: "date" }, ...(resources && { resources }) }, {});
const on = (...cores: string[]) => ({ nodes: [{ name: "n0", cores, gpus: [] }] });
const bind = (mode: BindingMode, resources: Record<string, unknown> | undefined, ...cores: string[]) =>
  bindTask(jobOf(resources), on(...cores), chooseBinding(mode, parseNodeSpec("4"), [4, 5, 6, 9]));

Deno.test("bindTask() gives the CPU of each granted core to jobs that name cores or nodes", () => {
  assertEquals(bind("auto", { numCores: 2 }, "0", "3"), [4, 9]);
  assertEquals(bind("auto", { numNodes: 1, numCores: 1 }, "2"), [6]);
  assertEquals(bind("auto", undefined, "1"), undefined);
  assertEquals(bind("auto", { memory: "1GiB" }, "1"), undefined);
  assertEquals(bind("auto", { counted: { a: 1 } }, "1"), undefined);
});

Deno.test("bindTask() binds all tasks or none when that was asked for", () => {
  assertEquals(bind("cores", undefined, "1"), [5]);
  assertEquals(bind("none", { numCores: 2 }, "0", "3"), undefined);
});

Deno.test("bindTask() leaves a task alone that got every CPU", () => {
  assertEquals(bind("cores", { numNodes: 1 }, "0", "1", "2", "3"), undefined);
});

Deno.test("bindTask() takes in an allocation the CPUs that name the cores, in order, unless it got all", () => {
  const binding = { mode: "cores", cpus: [], nodes: new Map([["n0", [0, 1, 2, 3]]]) } as const;
  const granted = (...cores: string[]) => bindTask(jobOf(), on(...cores), binding);
  assertEquals(granted("0,2", "1"), [0, 1, 2]);
  assertEquals(granted("0,2", "1,3"), undefined);
});

Deno.test("chooseBinding() binds nothing where cores stand for no CPUs, and says why", () => {
  const table: [string, readonly number[] | undefined, string][] = [
    ["2,2", [0, 1, 2, 3], "the 2 nodes are virtual"],
    ["big:3", [0, 1], "node big has 3 cores, but this process may use only 2 CPUs"],
    ["1", undefined, "with every permission (-A)"],
  ];
  for (const [spec, cpus, problem] of table) {
    const binding = chooseBinding("cores", parseNodeSpec(spec), cpus);
    assertStringIncludes(binding.problem!, problem);
    assertEquals(bindTask(jobOf({ numCores: 1 }), on("0"), binding), undefined);
    assertEquals("problem" in chooseBinding("none", parseNodeSpec(spec), cpus), false);
  }
  assertEquals(chooseBinding("auto", parseNodeSpec("2"), [3, 7, 8]), { mode: "auto", cpus: [3, 7, 8] });
});

Deno.test("parseCpus() reads what formatCpus() writes, and nothing else", () => {
  assertEquals(formatCpus([0, 1, 2, 8, 10, 11]), "0-2,8,10-11");
  assertEquals(parseCpus("0-2,8\n"), [0, 1, 2, 8]);
  for (const text of ["", "x", "1,", "1-", "-1", "0x3"]) assertEquals(parseCpus(text), []);
  const cpus = fc.uniqueArray(fc.nat(200), { minLength: 1 }).map((list) => list.toSorted((a, b) => a - b));
  fc.assert(fc.property(cpus, (cpus) => assertEquals(parseCpus(formatCpus(cpus)), cpus)));
});
