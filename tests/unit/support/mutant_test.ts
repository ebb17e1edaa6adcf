/**
 * Planting mutants, and judging whether the tests noticed.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { controlArgs, listTests, notPassed } from "../../mutants/control.ts";
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

const failed = `running 2 tests from ./tests/unit/a_test.ts
one ... ok (3ms)
two ... with dots ... FAILED (2s)

 ERRORS
FAILED | 1 passed | 1 failed (2s)
`;
const two = { file: "unit/a_test.ts", name: "two ... with dots" };

Deno.test("judge() takes tests that failed for a notice, and tests that passed for none", () => {
  assertEquals(judge(failed, 1), { kind: "noticed", by: [two] });
  assertEquals(judge("ok | 4 passed | 0 failed (2s)\n", 0), { kind: "survived" });
});

Deno.test("judge() does not take a program that does not load, or hangs, or tests that are not there, for a notice", () => {
  const kinds = [
    judge("error: SyntaxError: Expression expected\n", 1),
    judge("./a_test.ts (uncaught error)\nerror: (in promise) TypeError\n\nFAILED | 0 passed | 1 failed (0ms)\n", 1),
    judge("ok | 0 passed | 0 failed | 7 filtered out (2s)\n", 0),
    judge("ok | 4 passed | 0 failed (2s)\nerror: Uncaught", 1),
    judge("FAILED | 3 passed | 1 failed (2s)\n", 1),
    judge("", undefined),
  ].map(({ kind }) => kind);
  assertEquals(new Set(kinds), new Set(["broken"]));
});

Deno.test("listTests() reads tests one after another, and of several files at once, and takes no step for a test", () => {
  assertEquals(listTests(failed, "FAILED"), [two]);
  assertEquals(listTests(failed, "ok"), [{ file: "unit/a_test.ts", name: "one" }]);
  const steps = "running 1 test from ./tests/sim/b_test.ts\nall ...\n  step ... FAILED (1ms)\n" +
    "all ... FAILED (due to 1 failed step) (2ms)\n";
  assertEquals(listTests(steps, "FAILED"), [{ file: "sim/b_test.ts", name: "all" }]);
  const several = "./tests/unit/c_test.ts => c() => d ... ok (1ms)\n./tests/unit/d_test.ts => d ... FAILED (1ms)\n";
  assertEquals(listTests(several, "ok"), [{ file: "unit/c_test.ts", name: "c() => d" }]);
  assertEquals(listTests(several, "FAILED"), [{ file: "unit/d_test.ts", name: "d" }]);
});

Deno.test("controlArgs() names each file and each test once, pure ones without any permission", () => {
  const tests = [{ file: "unit/a_test.ts", name: "a() is 1/2" }, { file: "unit/a_test.ts", name: "b" }];
  assertEquals(controlArgs(tests).slice(1), [
    ...["--no-check", "--no-prompt", "--parallel"],
    "--filter=/^(?:a\\(\\) is 1\\/2|b)$/",
    "tests/unit/a_test.ts",
  ]);
  assertEquals(controlArgs([{ file: "effects/a_test.ts", name: "a" }]).includes("-A"), true);
});

Deno.test("notPassed() finds the tests of the control that failed, and those that did not run", () => {
  const one = { file: "unit/a_test.ts", name: "one" };
  const elsewhere = { file: "unit/b_test.ts", name: "one" };
  assertEquals(notPassed([one, two, elsewhere], failed), [two, elsewhere]);
  assertEquals(notPassed([one], ""), [one]);
});
