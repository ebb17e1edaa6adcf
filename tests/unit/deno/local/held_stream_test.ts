/**
 * What is prepared of a plan that a permission scope holds.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { unheldPaths } from "../../../../src/deno/local/held_stream.ts";
import type { LaunchPlan } from "../../../../src/launch/plan.ts";

const keep = [{ from: "/run/o", to: "/run/o.attempt-1" }, { from: "/wd/e", to: "/wd/e.attempt-1" }];
const plan = { cwd: "/wd", stdout: "/run/o", stderr: "/wd/e", keep } as unknown as LaunchPlan;

Deno.test("unheldPaths() is all of a plan that no scope holds, and else what the scope leaves", () => {
  assertEquals(unheldPaths(plan), plan);
  const held = { cwd: "/real/wd", stderr: "/real/wd/e" };
  assertEquals(unheldPaths({ ...plan, held }), { stdout: "/run/o", keep: [keep[0]!] });
  assertEquals(unheldPaths({ ...plan, held: { stdin: "/real/in" } }), {
    cwd: "/wd",
    stdout: "/run/o",
    stderr: "/wd/e",
    keep,
  });
  assertEquals(unheldPaths({ ...plan, held: { ...held, stdout: "/real/run/o" } }), { keep: [] });
});

Deno.test("unheldPaths() leaves a stream that is a descriptor of our own, wherever the scope says that it is", () => {
  const held = { cwd: "/real/wd", stdout: "/real/o" };
  const { stdout } = unheldPaths({ ...plan, stdout: "/dev/stdout", held });
  assertEquals(stdout, "/dev/stdout");
});
