import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { InvariantError } from "../../../src/base/assert.ts";
import { blockRows, Blocks, rowInBlock } from "../../../src/base/blocks.ts";

function table(): { blocks: Blocks<Uint8Array>; created: () => number } {
  let count = 0;
  const blocks = new Blocks(() => {
    count++;
    return new Uint8Array(blockRows);
  });
  return { blocks, created: () => count };
}

Deno.test("Blocks.add() fills the places of the rows, over the edges of blocks, and nothing else", () => {
  const { blocks, created } = table();
  blocks.add(blockRows - 2, blockRows + 4, (columns, from, to) => columns.fill(7, from, to));
  assertEquals(created(), 3);
  const at = (row: number) => blocks.get(row)[rowInBlock(row)];
  assertEquals([blockRows - 3, blockRows - 2, blockRows, 2 * blockRows + 1, 2 * blockRows + 2].map(at), [
    0,
    7,
    7,
    7,
    0,
  ]);
});

Deno.test("Blocks.fill() touches the rows of existing blocks only", () => {
  const { blocks, created } = table();
  blocks.add(0, 10, () => {});
  blocks.fill(2, 3, (columns, from, to) => columns.fill(1, from, to));
  assertEquals([...blocks.get(0).slice(0, 6)], [0, 0, 1, 1, 1, 0]);
  assertThrows(() => blocks.fill(blockRows, 1, () => {}), InvariantError);
  assertEquals(created(), 1);
});

Deno.test("Blocks.forget() frees a block with its last row, and clears rows of blocks that stay", () => {
  const { blocks, created } = table();
  blocks.add(0, 4, (columns, from, to) => columns.fill(1, from, to));
  blocks.add(4, 4, (columns, from, to) => columns.fill(2, from, to));
  const before = blocks.get(0);
  blocks.forget(0, 4, (columns, from, to) => columns.fill(0, from, to));
  assertStrictEquals(blocks.find(5), before);
  assertEquals([...before.slice(0, 8)], [0, 0, 0, 0, 2, 2, 2, 2]);
  blocks.forget(4, 4, () => {});
  assertEquals(blocks.find(0), undefined);
  assertThrows(() => blocks.get(5), InvariantError);
  assertThrows(() => blocks.forget(4, 4, () => {}), InvariantError);
  blocks.add(8, 1, () => {});
  assertEquals(created(), 2);
});
