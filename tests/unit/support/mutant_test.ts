/**
 * Planting mutants, and judging whether the tests noticed.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { judge, type Mutant, plantMutant } from "../../mutants/mutant.ts";

const mutant: Mutant = {
  file: "src/a.ts",
  text: "a < b",
  replacement: "$& <= b",
  mistake: "equal ones count",
  noticedBy: [],
};

Deno.test("plantMutant() puts the replacement, as it is written, in the one place of the text", () => {
  assertEquals(plantMutant(mutant, "if (a < b) {}"), "if ($& <= b) {}");
});

Deno.test("plantMutant() refuses a text that stands nowhere, or in several places, or that changes nothing", () => {
  assertThrows(() => plantMutant(mutant, "if (b < a) {}"), RangeError, 'src/a.ts holds nowhere "a < b"');
  assertThrows(() => plantMutant(mutant, "a < b, a < b"), RangeError, "holds 2 times");
  assertThrows(() => plantMutant({ ...mutant, replacement: "a < b" }, "a < b"), RangeError, "changes nothing");
});

Deno.test("judge() takes tests that failed for a notice, and tests that passed for none", () => {
  assertEquals(judge("FAILED | 3 passed | 1 failed (2s)\n", 1), { kind: "noticed" });
  assertEquals(judge("ok | 4 passed | 0 failed (2s)\n", 0), { kind: "survived" });
});

Deno.test("judge() does not take a program that does not load, or hangs, or tests that are not there, for a notice", () => {
  const kinds = [
    judge("error: SyntaxError: Expression expected\n", 1),
    judge("./a_test.ts (uncaught error)\nerror: (in promise) TypeError\n\nFAILED | 0 passed | 1 failed (0ms)\n", 1),
    judge("ok | 0 passed | 0 failed | 7 filtered out (2s)\n", 0),
    judge("", undefined),
  ].map(({ kind }) => kind);
  assertEquals(new Set(kinds), new Set(["broken"]));
});
