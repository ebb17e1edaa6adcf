/**
 * Choosing the steps of the gate.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { selectSteps, stepsOf } from "../../support/steps.ts";

const steps = stepsOf("/project", ["./mod.ts"], ["basic.ts", "sweep.ts"]);

Deno.test("selectSteps() takes all when none is named", () => {
  assertEquals(selectSteps(steps, []), steps);
});

Deno.test("selectSteps() takes those named and no other", () => {
  assertEquals(selectSteps(steps, ["lint", "types"]).map(({ name }) => name), ["types", "lint"]);
});

Deno.test("selectSteps() refuses a name that no step has", () => {
  assertThrows(() => selectSteps(steps, ["lint", "tpyes"]), TypeError, 'No step "tpyes"');
});

Deno.test("stepsOf() gives each step a name of its own, and each example a step", () => {
  const names = steps.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assertEquals(names.filter((name) => name.startsWith("example:")), ["example:basic", "example:sweep"]);
});
