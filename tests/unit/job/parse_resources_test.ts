import { assertEquals, assertStringIncludes } from "@std/assert";
import type { SizeScheduler } from "../../../src/job/description.ts";
import { parse, refusal } from "./support.ts";

const read = (resources: unknown, iteration?: unknown) => parse({ resources, iteration }).resources;
const refuse = (resources: unknown, iteration?: unknown) => refusal({ resources, iteration });
const none = { gpus: 0, memoryMiB: 0 };
const stop10 = { stop: 10 };

Deno.test("parseResources() reads a number, an exact number and a range, of cores and of nodes", () => {
  for (const [key, ours] of [["numCores", "cores"], ["numNodes", "nodes"]] as const) {
    assertEquals(read({ [key]: 4 }), { [ours]: { min: 4, max: 4 }, ...none });
    assertEquals(read({ [key]: { exact: 4 } }), { [ours]: { min: 4, max: 4 }, ...none });
    assertEquals(read({ [key]: { min: 2, max: 4 } }), { [ours]: { min: 2, max: 4 }, ...none });
  }
  const both = read({ numCores: 2, numNodes: { min: 1, max: 3 } });
  assertEquals(both, { cores: { min: 2, max: 2 }, nodes: { min: 1, max: 3 }, ...none });
});

Deno.test("parseResources() refuses no resources and an empty size", () => {
  for (const empty of [{}, { wt: "1m" }, { nodeCrs: {} }, { numCores: null }]) {
    assertStringIncludes(refuse(empty).message, "resources defines no resources");
  }
  const error = refuse({ numCores: {} });
  assertEquals(error.path, "resources.numCores");
  assertStringIncludes(error.message, "defines no resources");
  for (const wrong of [[], "4", 4]) assertEquals(refuse(wrong).path, "resources");
});

Deno.test("parseResources() refuses sizes that are not positive integers; booleans are none", () => {
  for (const size of [0, -1, 1.5, true, "4", [], 2 ** 31]) {
    assertEquals(refuse({ numCores: size }).path, "resources.numCores");
    assertEquals(refuse({ numNodes: { exact: size } }).path, "resources.numNodes.exact");
    assertEquals(refuse({ numCores: { min: size, max: 4 } }).path, "resources.numCores.min");
    assertEquals(refuse({ numCores: { min: 1, max: size } }).path, "resources.numCores.max");
  }
  assertStringIncludes(
    refuse({ numCores: "4" }).message,
    'must be an integer, not the text "4" (write it without quotes)',
  );
  assertStringIncludes(refuse({ numCores: true }).message, "must be a number or an object such as");
});

Deno.test("parseResources() refuses exact together with min, max or scheduler", () => {
  for (const other of [{ min: 1 }, { max: 1 }, { scheduler: "maximum-iters" }]) {
    const [key] = Object.keys(other);
    assertEquals(refuse({ numCores: { exact: 1, ...other } }, stop10).path, `resources.numCores.${key}`);
  }
});

Deno.test("parseResources() refuses min without max, max without min, and min above max", () => {
  const cores = refuse({ numCores: { min: 1 } });
  assertEquals(cores.path, "resources.numCores");
  assertStringIncludes(cores.message, "Both core's range boundaries (min, max) must be defined");
  const nodes = refuse({ numNodes: { max: 1 } });
  assertStringIncludes(nodes.message, "Both node's range boundaries (min, max) must be defined");
  assertStringIncludes(
    refuse({ numCores: { min: 5, max: 3 } }).message,
    '"min" (5) that is greater than its "max" (3)',
  );
});

Deno.test("parseResources() reads a scheduler as a text and as an object, its name in any case", () => {
  const table: [unknown, SizeScheduler][] = [
    ["maximum-iters", { name: "maximum-iters", min: 1 }],
    ["Split-Into", { name: "split-into", min: 1 }],
    [{ name: "MAXIMUM-ITERS" }, { name: "maximum-iters", min: 1 }],
    [{ name: "split-into", params: {} }, { name: "split-into", min: 1 }],
    [{ name: "split-into", params: { parts: 4 } }, { name: "split-into", min: 1, parts: 4 }],
    [{ name: "split-into", params: { parts: "4" } }, { name: "split-into", min: 1, parts: 4 }],
  ];
  for (const [scheduler, expected] of table) {
    assertEquals(read({ numCores: { scheduler } }, stop10), { cores: { scheduler: expected }, ...none });
  }
  const nodes = read({ numNodes: { min: 2, scheduler: "maximum-iters" } }, stop10);
  assertEquals(nodes, { nodes: { scheduler: { name: "maximum-iters", min: 2 } }, ...none });
});

Deno.test("parseResources() refuses an unknown scheduler, and names the one that was meant", () => {
  const unknown = refuse({ numCores: { min: 2, scheduler: "foo" } }, stop10);
  assertStringIncludes(unknown.message, 'scheduler must be maximum-iters or split-into, not "foo"');
  const slip = refuse({ numCores: { scheduler: { name: "split_into" } } }, stop10);
  assertEquals(slip.path, "resources.numCores.scheduler.name");
  assertStringIncludes(slip.message, 'did you mean "split-into"?');
});

Deno.test("parseResources() refuses a scheduler with max, and on a job without iterations", () => {
  const max = refuse({ numCores: { min: 1, max: 2, scheduler: "maximum-iters" } }, stop10);
  assertEquals(max.path, "resources.numCores.max");
  const plain = refuse({ numCores: { min: 1, scheduler: "maximum-iters" } });
  assertEquals(plain.path, "resources.numCores.scheduler");
  assertStringIncludes(plain.message, 'the job has no "iteration"');
});

Deno.test("parseResources() refuses wrong schedulers and parameters", () => {
  const table: [unknown, string][] = [
    [5, "scheduler"],
    [[], "scheduler"],
    [{}, "scheduler.name"],
    [{ name: 5 }, "scheduler.name"],
    [{ name: "split-into", parts: 4 }, "scheduler.parts"],
    [{ name: "split-into", params: [] }, "scheduler.params"],
    [{ name: "split-into", params: { part: 4 } }, "scheduler.params.part"],
    [{ name: "split-into", params: { parts: 0 } }, "scheduler.params.parts"],
    [{ name: "split-into", params: { parts: "0" } }, "scheduler.params.parts"],
    [{ name: "split-into", params: { parts: "x" } }, "scheduler.params.parts"],
    [{ name: "maximum-iters", params: { parts: 4 } }, "scheduler.params.parts"],
  ];
  for (const [scheduler, path] of table) {
    assertEquals(refuse({ numCores: { scheduler } }, stop10).path, `resources.numCores.${path}`);
  }
});

Deno.test("parseResources() reads generic resources in any case, per node", () => {
  assertEquals(read({ numNodes: 1, nodeCrs: { gpu: 2, MEM: 1024 } }), {
    ...{ nodes: { min: 1, max: 1 }, gpus: 2, memoryMiB: 1024 },
  });
  assertEquals(read({ numNodes: 1, numCores: 2, nodeCrs: { Gpu: 1 } }).gpus, 1);
});

Deno.test("parseResources() reads a share of a GPU in thousandths, and no part of a second one", () => {
  for (const gpu of [0.5, 0.001, 0.999]) assertEquals(read({ numNodes: 1, nodeCrs: { gpu } }).gpus, gpu);
  for (const gpu of [1.5, 1 / 3, 0.0005, 0.9999, -0.5]) {
    const { path, message } = refuse({ numNodes: 1, nodeCrs: { gpu } });
    assertEquals(path, "resources.nodeCrs.gpu");
    assertStringIncludes(message, "must be a whole number of GPUs, or a share of one in thousandths, from 0.001 to");
  }
});

Deno.test("parseResources() refuses wrong generic resources", () => {
  const table: [unknown, string][] = [
    [[], ""],
    ["gpu", ""],
    [{ gpu: 0 }, ".gpu"],
    [{ gpu: -1 }, ".gpu"],
    [{ gpu: 1.5 }, ".gpu"],
    [{ gpu: "1" }, ".gpu"],
    [{ gpu: true }, ".gpu"],
    [{ gpu: null }, ".gpu"],
    [{ gpu: 1, GPU: 1 }, ".GPU"],
    [{ disk: 1 }, ".disk"],
  ];
  for (const [nodeCrs, path] of table) {
    assertEquals(refuse({ numNodes: 1, nodeCrs }).path, `resources.nodeCrs${path}`);
  }
  assertStringIncludes(refuse({ numNodes: 1, nodeCrs: { gpus: 1 } }).message, 'did you mean "gpu"?');
  assertStringIncludes(refuse({ numNodes: 1, nodeCrs: { gpu: 1, GPU: 1 } }).message, "given twice: gpu and GPU");
});

Deno.test("parseResources() reads counted resources, which alone mean one core", () => {
  const oneCore = { cores: { min: 1, max: 1 }, gpus: 0, memoryMiB: 0 };
  const counted = { licences: 1, disk: 2 };
  assertEquals(read({ counted }), { ...oneCore, hasDefaultCores: true, counted });
  assertEquals(read({ numCores: 1, counted: {} }), oneCore);
  assertEquals(read({ numNodes: 1, counted: { licences: 1 } }).cores, undefined);
  assertEquals(Object.isFrozen(read({ counted: { licences: 1 } }).counted), true);
  const table: [unknown, string][] = [
    [["licences"], ""],
    [{ licences: 0 }, ".licences"],
    [{ licences: 1.5 }, ".licences"],
    [{ licences: "1" }, ".licences"],
    [{ licences: null }, ".licences"],
    [{ "a b": 1 }, '["a b"]'],
  ];
  for (const [counted, path] of table) assertEquals(refuse({ counted }).path, `resources.counted${path}`);
  assertStringIncludes(refuse({ counted: {} }).message, "defines no resources");
  assertStringIncludes(refuse({ countd: { licences: 1 } }).message, 'did you mean "counted"?');
  assertStringIncludes(refuse({ licences: 1 }).message, "is unknown");
});

Deno.test("parseResources() refuses generic resources without a number of nodes", () => {
  const error = refuse({ numCores: 1, nodeCrs: { gpu: 1 } });
  assertEquals(error.path, "resources.nodeCrs");
  assertStringIncludes(error.message, "Number of nodes is required when CR are used");
});

Deno.test("parseResources() reads wt as milliseconds, and says how it is written", () => {
  assertEquals(parse({ resources: { numCores: 1, wt: "1h2m3s" } }).timeLimitMs, 3_723_000);
  assertEquals("timeLimitMs" in parse({}), false);
  for (const wt of ["10:00", "5", "", "2d", "0s", "10mXYZ", "3s2m"]) {
    const error = refuse({ numCores: 1, wt });
    assertEquals(error.path, "resources.wt");
    assertStringIncludes(error.message, '"1h30m", "10m" or "45s"');
  }
  assertStringIncludes(refuse({ numCores: 1, wt: 600 }).message, "must be a text: hours, minutes and seconds");
});
