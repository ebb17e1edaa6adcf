/**
 * Reading the closing lines of `deno test`.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { addCounts, countTests, parseCounts } from "../../support/counts.ts";

Deno.test("parseCounts() reads a closing line with steps, ignored tests and colours", () => {
  assertEquals(parseCounts("\nok | 8 passed | 0 failed (27ms)\n"), { passed: 8, failed: 0, ignored: 0 });
  assertEquals(parseCounts("ok | 8 passed (2 steps) | 0 failed | 3 ignored (1 step) (27ms)"), {
    passed: 8,
    failed: 0,
    ignored: 3,
  });
  assertEquals(parseCounts("\x1b[31mFAILED\x1b[0m | 1 passed | 2 failed (1s)"), { passed: 1, failed: 2, ignored: 0 });
});

Deno.test("parseCounts() takes the last closing line, as a test may print one of its own", () => {
  assertEquals(parseCounts("ok | 1 passed | 0 failed\nok | 2 passed | 0 failed"), { passed: 2, failed: 0, ignored: 0 });
});

Deno.test("countTests() lets no broken run look like success", () => {
  assertEquals(countTests("panic", false), { passed: 0, failed: 1, ignored: 0 });
  assertEquals(countTests("", true), { passed: 0, failed: 1, ignored: 0 });
  assertEquals(countTests("ok | 0 passed | 0 failed", true), { passed: 0, failed: 1, ignored: 0 });
  assertEquals(countTests("ok | 4 passed | 0 failed", false), { passed: 4, failed: 1, ignored: 0 });
  assertEquals(countTests("FAILED | 4 passed | 2 failed", false), { passed: 4, failed: 2, ignored: 0 });
});

Deno.test("addCounts() adds each kind", () => {
  assertEquals(addCounts({ passed: 1, failed: 2, ignored: 3 }, { passed: 10, failed: 20, ignored: 30 }), {
    passed: 11,
    failed: 22,
    ignored: 33,
  });
});
