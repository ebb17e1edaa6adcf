import { assertEquals, assertThrows } from "@std/assert";
import { expectNoMore, onlyArgument } from "../../../src/cli/only_argument.ts";
import { UsageError } from "../../../src/service/usage.ts";

Deno.test("onlyArgument() gives the one argument, and refuses none and more", () => {
  assertEquals(onlyArgument(["jobs.json"], "The file is missing"), "jobs.json");
  assertThrows(() => onlyArgument([], "The file is missing"), UsageError, "The file is missing");
  const more = 'Argument "b" is not expected after a';
  assertThrows(() => onlyArgument(["a", "b", "c"], "The file is missing"), UsageError, more);
});

Deno.test("expectNoMore() names the first argument too many", () => {
  expectNoMore([], "bash");
  assertThrows(() => expectNoMore(["zsh", "fish"], "bash"), UsageError, 'Argument "zsh" is not expected after bash');
});
