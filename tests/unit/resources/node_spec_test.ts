import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { ResourceSpecError } from "../../../src/errors.ts";
import {
  formatNodeSpec,
  namesGpus,
  nodeCoresMax,
  nodeGpusMax,
  parseNodeSpec,
  specCoresMax,
  specNodesMax,
} from "../../../src/resources/node_spec.ts";

const summary = (text: string) => parseNodeSpec(text).map((node) => `${node.name}:${node.coreIds.length}`).join(",");
const failure = (text: string) => assertThrows(() => parseNodeSpec(text), ResourceSpecError);

Deno.test("parseNodeSpec() reads counts, names, and both", () => {
  assertEquals(summary("4"), "n0:4");
  assertEquals(summary("4,2"), "n0:4,n1:2");
  assertEquals(summary("4,2,2"), "n0:4,n1:2,n2:2");
  assertEquals(summary("n1:2,n2:3"), "n1:2,n2:3");
  assertEquals(summary("big:8,2"), "big:8,n1:2");
});

Deno.test("parseNodeSpec() gives each node core ids from 0, no GPUs and no memory", () => {
  assertEquals(parseNodeSpec("a:3"), [{ name: "a", coreIds: ["0", "1", "2"], gpuIds: [], memoryMiB: 0 }]);
});

Deno.test("parseNodeSpec() takes what follows the last colon as the count", () => {
  assertEquals(summary("rack:7:4"), "rack:7:4");
  assertEquals(parseNodeSpec("rack:7:4")[0]!.name, "rack:7");
});

Deno.test("parseNodeSpec() reads GPUs by their number or their ids", () => {
  const gpus = (text: string) => parseNodeSpec(text).map(({ gpuIds }) => gpuIds);
  assertEquals(gpus("n1:16:gpu=2"), [["0", "1"]]);
  assertEquals(gpus("16:gpu=0|2, b : 4 : gpu = 3| ,c:1"), [["0", "2"], ["3"], []]);
  assertEquals(gpus("1:gpu=GPU-8932f937,2:gpu=MIG-a1/7/0|1,4:gpu=0"), [["GPU-8932f937"], ["MIG-a1/7/0", "1"], []]);
  assertEquals(gpus(`1:gpu=${nodeGpusMax}`)[0]!.length, nodeGpusMax);
  assertEquals(summary("16:gpu=0|2, rack:7 : 4 : gpu = 3| ,c:1"), "n0:16,rack:7:4,c:1");
  assertEquals(["4,a:2", "4,a:2:gpu=0", "a=b:2"].map(namesGpus), [false, true, false]);
});

Deno.test("parseNodeSpec() refuses GPUs that are none, with the offset", () => {
  const table: [string, number, string][] = [
    ["n1:4:gpus=2", 5, 'the unknown key "gpus" (did you mean "gpu"?)'],
    ["n1:4:mem=2", 5, 'the unknown key "mem"'],
    ["4,a:4:gpu=", 10, "lacks the count or the ids"],
    ["4:gpu=1025", 6, "1025 GPUs for a node; at most 1024"],
    [`4:gpu=${Array.from({ length: 1025 }, (_, i) => i).join("|")}`, 6, "more than 1024 GPUs"],
    ["4:gpu=0|1|0", 6, 'names the GPU "0" twice'],
    ["4:gpu=0||1", 6, '"" instead of the id'],
    ["4:gpu=|", 6, '"" instead of the id'],
    ["4:gpu=a b", 6, '"a b" instead of the id'],
    ["4:gpu=-1=2", 6, '"-1=2" instead of the id'],
    ["gpu=2", 0, "lacks a count of cores"],
    ["a:gpu=2", 0, '"a" instead of a count of cores'],
    [":gpu=2", 0, "lacks a count of cores"],
  ];
  for (const [text, offset, message] of table) {
    const error = failure(text);
    assertStringIncludes(error.message, message);
    assertEquals([error.text, error.offset], [text, offset]);
    assertStringIncludes(error.message, '":gpu=2" or ":gpu=0|2"');
  }
});

Deno.test("parseNodeSpec() gives an unnamed node the first free name when its own is claimed", () => {
  assertEquals(summary("n1:4,2"), "n1:4,n2:2");
  assertEquals(summary("n1:4,2,2"), "n1:4,n2:2,n3:2");
  assertEquals(summary("1,n0:2"), "n1:1,n0:2");
  assertEquals(summary("1,1,n0:2,n2:2,1"), "n1:1,n3:1,n0:2,n2:2,n4:1");
});

Deno.test("parseNodeSpec() ignores blanks around names and counts", () => {
  assertEquals(summary(" a : 4 , 2 "), "a:4,n1:2");
});

Deno.test("parseNodeSpec() refuses a missing, zero or wrong count, with its offset", () => {
  const table: [string, number, string][] = [
    ["", 0, "lacks a count of cores"],
    ["4,", 2, "lacks a count of cores"],
    ["4,,4", 2, "lacks a count of cores"],
    ["a:", 2, "lacks a count of cores"],
    ["4,0", 2, "number of cores for a node must not be less than 1"],
    ["a:0", 2, "number of cores for a node must not be less than 1"],
    ["-1", 0, '"-1" instead of a count'],
    ["4,b:x", 4, '"x" instead of a count'],
    ["1.5", 0, '"1.5" instead of a count'],
    ["abc", 0, '"abc" instead of a count'],
    ["1e3", 0, '"1e3" instead of a count'],
  ];
  for (const [text, offset, message] of table) {
    const error = failure(text);
    assertEquals([error.text, error.offset], [text, offset]);
    assertStringIncludes(error.message, message);
    assertStringIncludes(error.message, '"n1:2,n2:3"');
  }
});

Deno.test("parseNodeSpec() refuses a name that is empty, given twice, or cannot be shown in a node list", () => {
  assertStringIncludes(failure(":4").message, "colon without a name");
  const twice = failure("a:1,b:1,a:2");
  assertStringIncludes(twice.message, 'the name "a" to nodes 0 and 2');
  assertEquals(twice.offset, 8);
  for (const text of ["a b:1", "a[0]:1", "a\tb:1", "a\0b:1", "a]:1"]) failure(text);
});

Deno.test("parseNodeSpec() keeps to its bounds", () => {
  assertEquals(parseNodeSpec(String(nodeCoresMax))[0]!.coreIds.length, nodeCoresMax);
  assertStringIncludes(failure(String(nodeCoresMax + 1)).message, "at most 65536");
  assertEquals(parseNodeSpec(Array(specNodesMax).fill("1").join(",")).length, specNodesMax);
  assertStringIncludes(failure(Array(specNodesMax + 1).fill("1").join(",")).message, "more than 100000 nodes");
  const fullNodes = specCoresMax / nodeCoresMax;
  assertStringIncludes(failure(Array(fullNodes + 1).fill(nodeCoresMax).join(",")).message, "cores in all");
});

Deno.test("parseNodeSpec() names many unnamed nodes behind as many claimed names without delay", () => {
  const half = specNodesMax / 2;
  const claimed = Array.from({ length: half }, (_, i) => `n${half + i}:1`).join(",");
  const nodes = parseNodeSpec(`${claimed},${Array(half).fill("1").join(",")}`);
  assertEquals(new Set(nodes.map((node) => node.name)).size, specNodesMax);
  assertEquals(nodes.at(-1)!.name, `n${specNodesMax + half - 1}`);
});

Deno.test("parseNodeSpec() reads any text or throws ResourceSpecError with an offset inside it", () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[n0-9:, gpu=|]{0,24}$/));
  fc.assert(
    fc.property(text, (text) => {
      try {
        const names = parseNodeSpec(text).map((node) => node.name);
        assertEquals(new Set(names).size, names.length);
      } catch (error) {
        assert(error instanceof ResourceSpecError, String(error));
        assert(error.offset >= 0 && error.offset <= text.length);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("parseNodeSpec() reads back what it named", () => {
  const item = fc.tuple(fc.option(fc.stringMatching(/^[a-m][a-z0-9.-]{0,8}$/)), fc.integer({ min: 1, max: 64 }));
  const gpus = fc.uniqueArray(fc.oneof(fc.nat(9).map(String), fc.stringMatching(/^[A-Za-z0-9._/-]{1,6}$/)));
  const items = fc.uniqueArray(item, { minLength: 1, selector: ([name]) => name ?? Symbol() });
  fc.assert(fc.property(items, (items) => {
    const text = items.map(([name, cores]) => name === null ? `${cores}` : `${name}:${cores}`).join(",");
    const named = summary(text);
    assertEquals(summary(named), named);
    assertEquals(parseNodeSpec(text).map((node) => node.coreIds.length), items.map(([, cores]) => cores));
  }));
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), gpus), { minLength: 1 }), (list) => {
    const spec = list.map(([cores]) => `${cores}`).join(",");
    const nodes = parseNodeSpec(spec).map((node, index) => ({ ...node, gpuIds: list[index]![1] }));
    assertEquals(parseNodeSpec(formatNodeSpec(nodes)), nodes);
  }));
});
