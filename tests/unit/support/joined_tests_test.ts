/**
 * Joining test files.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { joinedTestArgs, joinTests } from "../../support/joined_tests.ts";

Deno.test("joinTests() deals each file out to one joined file, whatever is in its path", () => {
  const paths = ["tests/a_test.ts", "tests/b c_test.ts", "tests/d_test.ts"];
  assertEquals(joinTests("/my project", paths, 2), [
    'import "file:///my%20project/tests/a_test.ts";\nimport "file:///my%20project/tests/d_test.ts";\n',
    'import "file:///my%20project/tests/b%20c_test.ts";\n',
  ]);
});

Deno.test("joinedTestArgs() gives the tests no permission", () => {
  const args = joinedTestArgs("/project", "/joined", ["--filter=Pool"]);
  assertEquals(args.filter((arg) => /^(-A|--allow.*|-[RWNESIP].*)$/.test(arg)), []);
  assertEquals(args.includes("--no-prompt"), true);
  assertEquals(args.slice(-2), ["--filter=Pool", "/joined"]);
});

Deno.test("joinedTestArgs() passes on to the tests what stands behind --", () => {
  const args = joinedTestArgs("/project", "/joined", ["--filter=Pool", "--", "--seed=7"]);
  assertEquals(args.slice(-4), ["--filter=Pool", "/joined", "--", "--seed=7"]);
});
