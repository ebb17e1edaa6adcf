import { assertEquals } from "@std/assert";
import { Gathering } from "../../../src/runtime/gathering.ts";

Deno.test("Gathering lets work begin with the nodes that are there as soon as enough are, then with each", () => {
  const nodes = new Gathering(4, 0.5);
  assertEquals([nodes.add(3), nodes.add(1), nodes.add(0)], [[], [1, 3], [0]]);
});

Deno.test("Gathering rounds the threshold down, and needs one node at least", () => {
  assertEquals(new Gathering(3, 0.9).add(0), []);
  assertEquals(new Gathering(3, 0.1).add(0), [0]);
});

Deno.test("Gathering says when too few can still come, and which threshold would have done", () => {
  const nodes = new Gathering(4, 1);
  nodes.add(0);
  nodes.add(1);
  assertEquals(nodes.explainFailure(600_000, 600_000), undefined);
  nodes.remove(2, true);
  assertEquals(nodes.explainFailure(600_000, 600_000), undefined);
  nodes.remove(3, false);
  assertEquals(
    nodes.explainFailure(600_000, 600_000),
    "only 2 of 4 nodes came up within 600 s; --nl-ready-threshold 0.5 would have been enough",
  );
});

Deno.test("Gathering says how many cannot come when others still may", () => {
  const nodes = new Gathering(4, 1);
  nodes.add(0);
  nodes.remove(1, false);
  assertEquals(
    nodes.explainFailure(600_000, 1000),
    "1 of 4 nodes cannot be used, and 1 is ready so far; --nl-ready-threshold 0.25 would have been enough",
  );
});

Deno.test("Gathering has no hint where not one node came", () => {
  const nodes = new Gathering(1, 1);
  nodes.remove(0, false);
  assertEquals(nodes.explainFailure(3000, 3000), "only 0 of 1 nodes came up within 3 s");
});
