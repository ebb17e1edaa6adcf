import { assert, assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { didYouMean, nearMiss } from "../../../src/base/near_miss.ts";

const keys = ["exec", "args", "env", "script", "stdout", "stderr", "model_opts"];

Deno.test("nearMiss() finds a word with a swapped, missing, further or wrong letter", () => {
  const table = [["exce", "exec"], ["arg", "args"], ["argss", "args"], ["stdour", "stdout"], ["sdtout", "stdout"]];
  for (const [word, near] of table) assertEquals(nearMiss(word!, keys), near);
});

Deno.test("nearMiss() ignores case", () => {
  assertEquals(nearMiss("STDOUT", keys), "stdout");
  assertEquals(nearMiss("numcores", ["numCores", "numNodes"]), "numCores");
});

Deno.test("nearMiss() takes the nearest, and of equally near ones the first", () => {
  assertEquals(nearMiss("stderr", ["stdarr", "stderr"]), "stderr");
  assertEquals(nearMiss("bat", ["cat", "rat"]), "cat");
});

Deno.test("nearMiss() finds nothing for a word that is far from all", () => {
  for (const word of ["foo", "", "abcdefgh", "environmental"]) assertEquals(nearMiss(word, keys), undefined);
  assertEquals(nearMiss("exec", []), undefined);
});

Deno.test("nearMiss() finds a word that is the beginning of another, or nearly so, where none is near as a whole", () => {
  const known = ["timeoutMs", "dependencies", "execution", "time"];
  const table = [
    ["timout", "timeoutMs"],
    ["timeeout", "timeoutMs"],
    ["dep", "dependencies"],
    ["execu", "execution"],
    ["dependnecy", "dependencies"],
    ["timx", "time"],
    ["exact", undefined],
    ["de", undefined],
  ];
  for (const [word, near] of table) assertEquals(nearMiss(word!, known), near, word);
});

Deno.test("nearMiss() finds a short word only by a letter of it", () => {
  const table = [["b", "a", undefined], ["b", "ab", "ab"], ["B", "b", "b"], ["ab", "ac", "ac"], ["", "a", undefined]];
  for (const [word, candidate, near] of table) assertEquals(nearMiss(word!, [candidate!]), near);
});

Deno.test("nearMiss() looks at two thousand candidates and a hundred letters at most", () => {
  const names = (count: number) => [...Array.from({ length: count - 1 }, (_, i) => `other-${i}`), "exec"];
  assertEquals([nearMiss("exce", names(2_000)), nearMiss("exce", names(2_001))], ["exec", undefined]);
  const [known, long] = ["a".repeat(100), "a".repeat(101)];
  assertEquals([nearMiss(known, [known]), nearMiss(long, [long])], [known, undefined]);
});

Deno.test("didYouMean() writes the suggestion as the end of a sentence", () => {
  assertEquals(didYouMean("exce", keys), ' (did you mean "exec"?)');
  assertEquals(didYouMean("foo", keys), "");
});

Deno.test("nearMiss() finds every candidate itself, and one edit away from a long one", () => {
  fc.assert(fc.property(fc.stringMatching(/^[a-z]{6,12}$/), fc.nat(11), (word, at) => {
    assertEquals(nearMiss(word, ["zz", word]), word);
    const shorter = word.slice(0, at) + word.slice(at + 1);
    assert(nearMiss(shorter, [word]) === word);
  }));
});
