import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ResourceSpecError } from "../../../src/errors.ts";
import { parseResourceFile } from "../../../src/slurm/resource_file.ts";

const bind = (ids: string[], free: string[]) => ({ class: "CRBind", data: { type: "GPU", ids, free } });
const node = (name: string, parts: object = {}) => ({
  ...{ name, total_cores: 2, core_ids: ["0", "1"], free_cores: ["0", "1"], crs: null },
  ...parts,
});
const fileOf = (...nodes: unknown[]) => JSON.stringify({ type: "LOCAL", binding: false, nodes });

Deno.test("parseResourceFile() reads cores, GPUs and memory, and leaves out what is not free", () => {
  const text = fileOf(
    node("n1"),
    node("n2", { total_cores: 3, core_ids: ["0,4", "1,5", "2,6"], free_cores: ["2,6", "0,4"] }),
    node("n3", {
      crs: { GPU: bind(["0", "1"], ["1"]), MEM: { class: "CR", data: { type: "MEM", total: 100, used: 30 } } },
    }),
    node("n4", { crs: { GPU: bind(["0", "1"], []) } }),
  );
  const plain = { gpuIds: [], memoryMiB: 0 };
  assertEquals(parseResourceFile(text, "f.json"), [
    { name: "n1", coreIds: ["0", "1"], ...plain },
    { name: "n2", coreIds: ["0,4", "2,6"], ...plain },
    { name: "n3", coreIds: ["0", "1"], gpuIds: ["1"], memoryMiB: 70 },
    { name: "n4", coreIds: ["0", "1"], gpuIds: ["0", "1"], memoryMiB: 0 },
  ]);
});

const wrong: readonly (readonly [text: string, told: string])[] = [
  ["{", "f.json:1:2: "],
  ["{}", "f.json: nodes is missing; it must be an array"],
  [fileOf(), "nodes has no node"],
  [fileOf(5), "nodes[0] must be an object, not the number 5"],
  [fileOf(node("a"), node("a")), 'nodes has two nodes called "a"'],
  [fileOf(node("")), "nodes[0].name must be a text"],
  [fileOf(node("a", { total_cores: 3 })), "nodes[0].total_cores is 3, but core_ids has 2"],
  [fileOf(node("a", { free_cores: ["7"] })), 'nodes[0].free_cores names core "7", which is not in core_ids'],
  [fileOf(node("a", { crs: { MEM: { data: { total: "1" } } } })), "nodes[0].crs.MEM.data.total must be a whole number"],
];
for (const [text, told] of wrong) {
  Deno.test(`parseResourceFile() refuses with the place: ${told}`, () => {
    const error = assertThrows(() => parseResourceFile(text, "f.json"), ResourceSpecError);
    assertStringIncludes(error.message, told);
  });
}
