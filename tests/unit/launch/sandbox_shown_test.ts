import { assertEquals, assertStringIncludes } from "@std/assert";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import type { PermissionScope } from "../../../src/job/permissions.ts";
import type { SandboxTool } from "../../../src/launch/sandbox.ts";
import { listedPath } from "../../../src/launch/sandbox_check.ts";
import { FakeMachine, guardOf, jobOf, planOf } from "./scope_support.ts";

function sandboxed(
  shows: NonNullable<SandboxTool["shows"]>,
  permissions: PermissionScope,
  own?: PermissionScope,
  execution: Record<string, unknown> = {},
): LaunchPlan {
  const tool = { bwrap: "/usr/bin/bwrap", endsWithPilot: false, shows };
  const machine = new FakeMachine({ programs: ["/tmp/tool"] });
  const guard = guardOf(permissions, machine, { sandbox: tool, wantsSandbox: true });
  return planOf(guard, guard.admit(jobOf(execution, own === undefined ? {} : { permissions: own })));
}

/** What stands around the argument for a place, and what is left out when it is missing. */
function shownOf(plan: LaunchPlan): Record<string, unknown> {
  return Object.fromEntries((plan.held?.shown ?? []).map(({ path, at, by, without }) => {
    const left = without?.map((index) => plan.args[index]) ?? "needed";
    return [path, [by, plan.args.slice(at - 1, at + 2), left]];
  }));
}

Deno.test("planSandbox() shows places by descriptors, which leaves out what is missing and may be", () => {
  const plan = sandboxed("descriptor", { run: true, read: ["/data"], write: ["out"] }, undefined, {
    exec: "/tmp/tool",
  });
  assertEquals(shownOf(plan), {
    "/data": ["descriptor", ["--ro-bind-fd", "", "/data"], ["--ro-bind-fd", "", "/data"]],
    "/work/out": ["descriptor", ["--bind-fd", "", "/work/out"], ["--bind-fd", "", "/work/out"]],
    "/tmp/tool": ["descriptor", ["--ro-bind-fd", "", "/tmp/tool"], "needed"],
  });
  assertEquals(plan.args.includes("/proc/self/mountinfo"), false);
  assertEquals(plan.args.slice(plan.held!.programAt), ["/tmp/tool"]);
});

Deno.test("planSandbox() has a place looked at from inside that lies in a folder of other tasks", () => {
  const plan = sandboxed("descriptor", { run: true, write: ["."] }, { run: true, write: ["sub dir"] });
  const words = ["", "/work/sub dir", "/work/sub\\040dir"];
  assertEquals(shownOf(plan), {
    "/work/sub dir": [
      "descriptor",
      ["--bind-fd", "", "/work/sub dir"],
      ["--bind-fd", "", "/work/sub dir", ...words],
    ],
  });
  const { args } = plan;
  const at = args.indexOf("--");
  assertEquals([args[at + 1], args[at + 2]], ["/bin/sh", "-c"]);
  assertStringIncludes(args[at + 3]!, "/proc/self/mountinfo");
  assertEquals(args.slice(at + 4), ["sh", ...words, "--", "--", "/bin/date"]);
  assertEquals(args.slice(plan.held!.programAt), ["/bin/date"]);
});

Deno.test("planSandbox() compares what was shown by path, with what each place is", () => {
  const plan = sandboxed("identity", { run: true, write: ["."] });
  assertEquals(plan.args.slice(plan.args.indexOf("--bind-try")).slice(0, 3), ["--bind-try", "/work", "/work"]);
  const words = ["", "/work", "/work"];
  assertEquals(shownOf(plan), { "/work": ["identity", ["sh", "", "/work"], words] });
});

Deno.test("planSandbox() sets variables of the linker only after the look from inside", () => {
  const permissions = { run: true, write: ["."], env: ["LD_PRELOAD"] };
  const plan = sandboxed("identity", permissions, undefined, { env: { LD_PRELOAD: "/x.so" } });
  assertEquals(plan.args.includes("--setenv"), false);
  assertEquals(plan.args.slice(-4), ["--", "LD_PRELOAD=/x.so", "--", "/bin/date"]);
});

Deno.test("listedPath() writes a path as the kernel's list of mounts has it", () => {
  assertEquals(listedPath("/a b\tc\nd\\e"), "/a\\040b\\011c\\012d\\134e");
});
