import { assertEquals, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { ResourceSpecError } from "../../../src/errors.ts";
import { formatNodeList, listedNodesMax, parseNodeList } from "../../../src/slurm/node_list.ts";

Deno.test("parseNodeList() reads ranges, leading zeros, several brackets and plain names, in their order", () => {
  assertEquals(parseNodeList("n[1-3,007-010],m2,r[1-2]c[0-1]"), [
    ...["n1", "n2", "n3", "n007", "n008", "n009", "n010", "m2", "r1c0", "r1c1", "r2c0", "r2c1"],
  ]);
  assertEquals(parseNodeList("n[08-11]x"), ["n08x", "n09x", "n10x", "n11x"]);
  assertEquals(parseNodeList("localhost"), ["localhost"]);
});

Deno.test("parseNodeList() says where a list is wrong", () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ["", 0, "lacks the name"],
    ["a,,b", 2, "lacks the name"],
    ["a,", 2, "lacks the name"],
    ["a[1-3", 1, "not closed"],
    ["a]b", 1, 'has "]"'],
    ["a[]", 2, "instead of a number"],
    ["a[1-x]", 2, "instead of a number"],
    ["a[1,3-2]", 4, "ends before it begins"],
    ["a,b,a", 4, 'names the node "a" twice'],
    ["n[1-3,2]", 0, 'names the node "n2" twice'],
    ["n[1-100001]", 0, "more than 100000 nodes"],
    ["a[1-1000]b[1-1000]", 0, "more than 100000 nodes"],
    ["a b", 1, 'has " "'],
  ];
  for (const [text, offset, problem] of cases) {
    const error = assertThrows(() => parseNodeList(text), ResourceSpecError);
    assertEquals([error.offset, error.message.includes(problem)], [offset, true], `${text}: ${error.message}`);
  }
});

Deno.test("parseNodeList() takes as many nodes as it says, and no more", () => {
  assertEquals(parseNodeList(`n[1-${listedNodesMax}]`).length, listedNodesMax);
});

const name = fc.tuple(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,4}$/),
  fc.option(fc.stringMatching(/^0{0,2}[0-9]{1,3}$/), { nil: "" }),
  fc.constantFrom("", "", "c", "-ib.x"),
).map((parts) => parts.join(""));
const names = fc.uniqueArray(
  fc.oneof(name, fc.nat(30).map((number) => `n${number}`), fc.nat(30).map((number) => `n0${number}`)),
  { minLength: 1, maxLength: 40 },
);

Deno.test("parseNodeList() reads what formatNodeList() writes", () => {
  fc.assert(fc.property(names, (list) => assertEquals(parseNodeList(formatNodeList(list)), list)), { numRuns: 500 });
});

Deno.test("formatNodeList() joins neighbours, and keeps leading zeros apart", () => {
  const list = ["n8", "n9", "n10", "n11", "n08", "m1x", "m2x", "z"];
  assertEquals(formatNodeList(list), "n[8-11,08],m[1-2]x,z");
});

Deno.test("parseNodeList() says of any text either its nodes or where it is wrong", () => {
  const text = fc.oneof(fc.string({ unit: fc.constantFrom(..."n[]-,0129 a") }), fc.string());
  fc.assert(
    fc.property(text, (any) => {
      try {
        assertEquals(new Set(parseNodeList(any)).size > 0, true);
      } catch (error) {
        if (!(error instanceof ResourceSpecError)) throw error;
        assertEquals(error.offset >= 0 && error.offset <= any.length, true);
      }
    }),
    { numRuns: 2000 },
  );
});
