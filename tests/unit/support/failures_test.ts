/**
 * What the gate tells once more of what failed.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { ignoredTests, shortFailures } from "../../support/failures.ts";

const output = `running 3 tests from ./tests/e2e/a_test.ts
first ... FAILED (2ms)
second => third ... \x1b[31mFAILED\x1b[0m (1s)
third ... ignored (0ms)

 ERRORS 

first => ./tests/e2e/a_test.ts:106:6
error: AssertionError: Values are not equal: HUP

    [Diff] Actual (-) / Expected (+)

-   1
+   0

  throw new AssertionError(message);
        ^
    at file:///project/tests/e2e/a_test.ts:122:5
    at runTest (ext:cli/40_test.js:12:3)

second => third => ./tests/e2e/a_test.ts:9:6
error: Error: Waited 60000 ms in vain
${Array.from({ length: 40 }, (_, i) => `line ${i}`).join("\n")}

./tests/e2e/b_test.ts (uncaught error)
error: TypeError: ${"x".repeat(400)}

 FAILURES 

first => ./tests/e2e/a_test.ts:106:6
second => third => ./tests/e2e/a_test.ts:9:6

FAILED | 0 passed | 2 failed | 1 ignored (2s)
`;

Deno.test("shortFailures() tells of each test its place and the first lines of its error", () => {
  const [first, second, third, ...more] = shortFailures(output).map((text) => text.split("\n"));
  assertEquals(more, []);
  assertEquals(first, [
    "first => ./tests/e2e/a_test.ts:106:6",
    "error: AssertionError: Values are not equal: HUP",
    "    [Diff] Actual (-) / Expected (+)",
    "-   1",
    "+   0",
    "  throw new AssertionError(message);",
    "        ^",
    "    at file:///project/tests/e2e/a_test.ts:122:5",
  ]);
  assertEquals([second![0], second!.length, second!.at(-1)], [
    "second => third => ./tests/e2e/a_test.ts:9:6",
    16,
    "line 13",
  ]);
  assertEquals([third![0], third![1]!.length], ["./tests/e2e/b_test.ts (uncaught error)", 301]);
});

Deno.test("shortFailures() tells the last words where no test is said to have failed", () => {
  const words = Array.from({ length: 30 }, (_, i) => `word ${i}`);
  const died = `a ... ok (1ms)\n${words.join("\n")}\n\nb ... ok (2ms)\n`;
  assertEquals(shortFailures(died), [words.slice(-16).join("\n")]);
});

Deno.test("ignoredTests() names what did not run", () => {
  assertEquals(ignoredTests(output), ["third"]);
});
