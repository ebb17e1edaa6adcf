import { assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { FreeNodes } from "../../../src/resources/free_nodes.ts";

Deno.test("FreeNodes.next() and fullest() find what a look at every node finds, whatever was set and asked before", () => {
  const coresMax = 4;
  const step = fc.record({
    node: fc.nat({ max: 9 }),
    cores: fc.nat({ max: coresMax }),
    from: fc.nat({ max: 10 }),
    atLeast: fc.integer({ min: 1, max: coresMax + 1 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const nodes = new FreeNodes(10, coresMax);
    const free = new Array<number>(10).fill(0);
    for (const { node, cores, from, atLeast } of steps) {
      nodes.set(node, free[node] = cores);
      const found = free.findIndex((count, index) => index >= from && count >= atLeast);
      assertEquals(nodes.next(from, atLeast), found < 0 ? 10 : found);
      const suitable = free.map((count, index) => ({ count, index }))
        .filter(({ count, index }) => count >= atLeast && index !== from)
        .sort((a, b) => a.count - b.count || a.index - b.index);
      assertEquals(nodes.fullest(atLeast, (index) => index !== from), suitable[0]?.index);
      assertEquals([nodes.sum, nodes.of(node)], [free.reduce((a, b) => a + b, 0), cores]);
    }
    const order = free.map((count, index) => ({ count, index })).sort((a, b) => b.count - a.count || a.index - b.index);
    assertEquals(nodes.byFree(), order.map(({ index }) => index));
  }));
});
