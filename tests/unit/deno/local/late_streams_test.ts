/**
 * What is left to a task's own process because it may wait for others.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { findLate, type LateSight, type LateStart } from "../../../../src/deno/local/late_streams.ts";
import type { LaunchPlan } from "../../../../src/launch/plan.ts";

/** What lies below `/far` may not answer, and is not to be asked whether it is a pipe; `/pipe` is one. */
function sight(): LateSight & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    isRemote: (path) => path.startsWith("/far"),
    isPipe: (path) => asked.push(path) > 0 && path === "/pipe",
  };
}

const plan: LaunchPlan = {
  taskName: "t",
  program: "true",
  args: [],
  cwd: "/near",
  place: { node: 0, name: "n", cores: [], gpus: [], further: [] },
  tag: "g",
  env: { shared: { kind: "whole", variables: {} }, own: {} },
};
const none: LateStart = { streams: ["", "", ""], adds: [false, false], cwd: "", keep: [] };

Deno.test("findLate() leaves to the task's process what lies where nobody may answer, and asks nothing of it", () => {
  const cases: readonly (readonly [Partial<LaunchPlan>, Partial<LateStart>])[] = [
    [{ stdin: "/far/in" }, { streams: ["/far/in", "", ""] }],
    [{ stdout: "/far/out", append: ["stdout"] }, { streams: ["", "/far/out", ""], adds: [true, false] }],
    [{ stdout: "/out", stderr: "/far/err" }, { streams: ["", "", "/far/err"] }],
    [{ stdout: "/far/both", stderr: "/far/both" }, { streams: ["", "/far/both", "/far/both"] }],
    [{ cwd: "/far/wd" }, { cwd: "/far/wd" }],
  ];
  for (const [more, late] of cases) {
    const eyes = sight();
    assertEquals(findLate({ ...plan, ...more }, "/bin/true", eyes), { ...none, ...late });
    assertEquals(eyes.asked.filter((path) => path.startsWith("/far")), []);
  }
  assertEquals(findLate(plan, "/far/bin/true", sight()), none);
});

Deno.test("findLate() leaves pipes to the task's process, and nothing else of this machine", () => {
  const late: LateStart = { ...none, streams: ["/pipe", "", ""] };
  assertEquals(findLate({ ...plan, stdin: "/pipe", stdout: "/out" }, "/bin/true", sight()), late);
  assertEquals(findLate({ ...plan, stdin: "/in", stdout: "/out", stderr: "/err" }, "/bin/true", sight()), undefined);
});

Deno.test("findLate() leaves no descriptor of this program to another process", () => {
  for (const stdin of ["/dev/stdin", "/proc/self/fd/0"]) {
    assertEquals(findLate({ ...plan, stdin }, "/bin/true", { isPipe: () => true, isRemote: () => false }), undefined);
  }
});

Deno.test("findLate() says which paths many tasks have, so that these are not looked at for each", () => {
  const common: string[] = [];
  const isRemote = (path: string, isCommon = false) => isCommon && common.push(path) < 0;
  findLate({ ...plan, stdin: "/in", stdout: "/out" }, "/bin/true", { isPipe: () => false, isRemote });
  assertEquals(common, ["/near", "/bin/true"]);
});
