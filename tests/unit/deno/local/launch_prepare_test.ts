/**
 * What is done before a start, where nothing may be touched.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Folders } from "../../../../src/deno/local/launch_prepare.ts";
import type { LaunchPlan } from "../../../../src/launch/plan.ts";

Deno.test("Folders.prepare() asks for each folder once, and touches none that may not answer", () => {
  const asked: string[] = [];
  const mayUse = (name: string, path: string) => {
    asked.push(`${name} ${path}`);
    return false;
  };
  const folders = new Folders(mayUse, (path) => path.startsWith("/far"));
  const prepare = (more: Partial<LaunchPlan>) => folders.prepare({ cwd: "/near", ...more } as LaunchPlan);
  assertEquals(prepare({ cwd: "/far/wd", stdout: "/far/out/o", stderr: "/far/err/e" }), undefined);
  assertEquals(asked, []);
  // Where it may not look either, the start itself will tell.
  assertEquals(prepare({ stdout: "/out/o", stderr: "/far/e" }), undefined);
  assertEquals(prepare({ stdout: "/out/p" }), undefined);
  assertEquals(asked, ["write /near", "read /near", "write /out", "read /out"]);
});
