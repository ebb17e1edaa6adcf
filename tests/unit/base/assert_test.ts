import { assertEquals, AssertionError, assertThrows } from "@std/assert";
import { invariant, InvariantError, present } from "../../../src/base/assert.ts";

Deno.test("invariant() throws a failed assertion that says it is our own", () => {
  invariant(true, "nothing");
  const error = assertThrows(() => invariant(0, "No core is free twice"), InvariantError, "No core is free twice");
  assertEquals([error.name, error instanceof AssertionError], ["InvariantError", true]);
});

Deno.test("present() gives what is there, also what counts as false, and refuses what is missing", () => {
  assertEquals([present(0, "a"), present("", "b"), present(false, "c")], [0, "", false]);
  for (const missing of [undefined, null]) {
    assertThrows(() => present(missing, "the node"), InvariantError, "Missing: the node");
  }
});
