import { assertEquals, assertThrows } from "@std/assert";
import { combine, link, splitSources } from "../../../../src/cli/each/input_sources.ts";
import { UsageError } from "../../../../src/service/usage.ts";

const columns = (...all: (string[] | { linked: string[] })[]) =>
  all.map((one) => {
    const values = Array.isArray(one) ? one : one.linked;
    return { rows: values.map((value) => [value]), isLinked: !Array.isArray(one) };
  });
const rows = (...all: Parameters<typeof columns>) => [...combine(columns(...all))].map((row) => row.join(""));

Deno.test("splitSources() takes a command line apart at the first :::", () => {
  assertEquals(splitSources(["-k", "echo", "::", ":::", "a", "b", ":::+", "c", "::::", "f", "-"]), {
    before: ["-k", "echo", "::"],
    sources: [
      { kind: "values", items: ["a", "b"], isLinked: false },
      { kind: "values", items: ["c"], isLinked: true },
      { kind: "files", items: ["f"], isLinked: false },
      { kind: "files", items: ["-"], isLinked: false },
    ],
  });
  assertEquals(splitSources([":::", "a", "::::+", "f", "g"]).sources, [
    { kind: "values", items: ["a"], isLinked: false },
    { kind: "files", items: ["f"], isLinked: true },
    { kind: "files", items: ["g"], isLinked: true },
  ]);
  assertEquals(splitSources(["echo", "a"]), { before: ["echo", "a"], sources: [] });
  assertEquals(splitSources(["echo", ":::"]).sources, [{ kind: "values", items: [], isLinked: false }]);
});

Deno.test("splitSources() refuses a linked source with nothing before it", () => {
  assertThrows(() => splitSources(["echo", ":::+", "a"]), UsageError, "there is none");
});

Deno.test("combine() gives every value with every one of the other sources, the last fastest", () => {
  assertEquals(rows(["a", "b"], ["1", "2"], ["x", "y"]), ["a1x", "a1y", "a2x", "a2y", "b1x", "b1y", "b2x", "b2y"]);
  assertEquals(rows(["a", "b"]), ["a", "b"]);
  assertEquals(rows(["a", "b"], []), []);
  assertEquals(rows(), []);
});

Deno.test("combine() ties a linked source to the one before, as far as both reach", () => {
  assertEquals(rows(["a", "b"], { linked: ["1", "2"] }, ["X", "Y"]), ["a1X", "a1Y", "b2X", "b2Y"]);
  assertEquals(rows(["a", "b"], { linked: ["1", "2", "3"] }), ["a1", "b2"]);
  assertEquals(rows(["a", "b", "c"], { linked: ["1"] }), ["a1"]);
});

Deno.test("link() ties all sources to one another, and begins a shorter one again", () => {
  const rows = (...sources: string[][]) =>
    [...link(sources.map((source) => source.map((value) => [value])))].map(String);
  assertEquals(rows(["1", "2"], ["a", "b", "c"], ["x"]), ["1,a,x", "2,b,x", "1,c,x"]);
  assertEquals(rows(["1"], []), []);
  assertEquals(rows(), []);
});

Deno.test("splitSources() takes other separators", () => {
  assertEquals(splitSources(["echo", ":::", ",,", "a", ",,+", "b"], { values: ",,", files: ",,,," }), {
    before: ["echo", ":::"],
    sources: [
      { kind: "values", items: ["a"], isLinked: false },
      { kind: "values", items: ["b"], isLinked: true },
    ],
  });
});
