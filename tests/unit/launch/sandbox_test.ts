import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import type { PermissionScope } from "../../../src/job/permissions.ts";
import type { SandboxTool } from "../../../src/launch/sandbox.ts";
import { FakeMachine, guardOf, jobOf, launchOf, type MachinePlan, planOf } from "./scope_support.ts";

const plain: SandboxTool = { bwrap: "/usr/bin/bwrap", endsWithPilot: true };

interface SandboxCase {
  readonly permissions?: PermissionScope;
  readonly execution?: Record<string, unknown>;
  readonly tool?: SandboxTool;
  readonly machine?: MachinePlan;
}

function sandboxed({ permissions, execution = {}, tool = plain, machine }: SandboxCase = {}): LaunchPlan {
  const guard = guardOf(permissions, new FakeMachine(machine), { sandbox: tool, wantsSandbox: true });
  return planOf(guard, guard.admit(jobOf(execution)));
}

/** Whether `words` stand one after the other in the arguments, before the program. */
function has(plan: LaunchPlan, ...words: string[]): boolean {
  const own = plan.args.slice(0, plan.args.indexOf("--"));
  return own.some((_, at) => words.every((word, i) => own[at + i] === word));
}

Deno.test("planSandbox() runs the program in bubblewrap, in its folder and with its streams", () => {
  const plan = sandboxed({ execution: { args: ["-u", "--", "x"], stdout: "out" } });
  assertEquals(plan.program, "/usr/bin/bwrap");
  assertEquals(plan.args.slice(plan.args.indexOf("--")), ["--", "/bin/date", "-u", "--", "x"]);
  assertEquals([plan.cwd, plan.stdout], ["/work", "/work/out"]);
  for (const words of [["--unshare-pid"], ["--die-with-parent"], ["--cap-drop", "ALL"], ["--chdir", "/work"]]) {
    assert(has(plan, ...words), words.join(" "));
  }
});

Deno.test("planSandbox() without permissions shows all, lets the task write in the executor's folder, and has no network", () => {
  const plan = sandboxed();
  assert(has(plan, "--ro-bind", "/", "/"));
  assert(has(plan, "--bind-try", "/work", "/work"));
  assert(has(plan, "--unshare-net"));
  assert(has(plan, "--tmpfs", "/tmp") && has(plan, "--tmpfs", "/run"));
  assertEquals(plan.env.shared, { kind: "inherited", without: [] });
});

Deno.test("planSandbox() does not tie bubblewrap to a thread that may end", () => {
  assertFalse(has(sandboxed({ tool: { ...plain, endsWithPilot: false } }), "--die-with-parent"));
});

Deno.test("planSandbox() leaves the network where it is allowed", () => {
  assertFalse(has(sandboxed({ permissions: { run: true, net: true } }), "--unshare-net"));
});

Deno.test("planSandbox() shows nothing but the system, the program and what may be read where read is given", () => {
  const permissions = { run: ["/opt/tool"], read: ["/data"], write: ["out"] };
  const plan = sandboxed({ permissions, execution: { exec: "/opt/tool" }, machine: { programs: ["/opt/tool"] } });
  assertFalse(has(plan, "--ro-bind", "/", "/"));
  assert(has(plan, "--ro-bind-try", "/usr", "/usr"));
  assert(has(plan, "--ro-bind-try", "/data", "/data"));
  assert(has(plan, "--bind-try", "/work/out", "/work/out"));
  assert(has(plan, "--ro-bind", "/opt/tool", "/opt/tool"));
  assert(has(plan, "--dir", "/work"), "the working directory is there, but empty");
  assert(has(sandboxed({ permissions: { run: true, read: false } }), "--ro-bind-try", "/usr", "/usr"));
  assert(
    has(sandboxed({ permissions: { run: true } }), "--ro-bind", "/", "/"),
    "read that is not given limits nothing",
  );
});

Deno.test("planSandbox() shows the program and the working directory where the private folders would hide them", () => {
  const machine = { programs: ["/tmp/tool"], links: { "/work": "/tmp/work" } };
  const plan = sandboxed({ permissions: { run: true }, execution: { exec: "/tmp/tool" }, machine });
  assert(has(plan, "--ro-bind", "/tmp/tool", "/tmp/tool"));
  assert(has(plan, "--ro-bind", "/tmp/work", "/tmp/work"));
  assert(has(plan, "--chdir", "/tmp/work"));
});

Deno.test("planSandbox() binds outer folders before inner ones, and reading never hides writing", () => {
  const permissions = { run: true, read: ["/work/out/deep", "/data"], write: ["/work/out", "/data/results"] };
  const { args } = sandboxed({ permissions });
  const at = (path: string) => args.lastIndexOf(path);
  assert(at("/data") < at("/data/results"));
  assertEquals(at("/work/out/deep"), -1);
});

Deno.test("planSandbox() hides the pilot's own folders, last of all", () => {
  const { args } = sandboxed({ permissions: { run: true, write: true } });
  const at = args.indexOf("/work/.qcgpjm-service-1");
  assertEquals(args[at - 1], "--tmpfs");
  assertFalse(args.slice(at).includes("--bind"));
});

Deno.test("planSandbox() lets SIGTERM pass bubblewrap by where env can do that", () => {
  const tool = { ...plain, env: "/usr/bin/env" };
  const plan = sandboxed({ tool });
  assertEquals([plan.program, plan.args[0], plan.args[1]], ["/usr/bin/env", "--ignore-signal=TERM", "/usr/bin/bwrap"]);
  assertEquals(plan.args.slice(-3), ["/usr/bin/env", "--default-signal=TERM", "/bin/date"]);
  const machine = { programs: ["/work/a=b"] };
  const odd = sandboxed({ tool, machine, execution: { exec: "/work/a=b", args: ["sh"] } });
  assertEquals([odd.program, ...odd.args.slice(-2)], ["/usr/bin/bwrap", "/work/a=b", "sh"]);
});

Deno.test("planSandbox() keeps variables of the linker from bubblewrap, and gives them to the task", () => {
  const permissions = { run: true, env: ["LD_PRELOAD", "COLOR"] };
  const plan = sandboxed({ permissions, execution: { env: { LD_PRELOAD: "/x.so", COLOR: "red" } } });
  assertEquals([plan.env.own["LD_PRELOAD"], plan.env.own["COLOR"]], [undefined, "red"]);
  assert(has(plan, "--setenv", "LD_PRELOAD", "/x.so"));
});

Deno.test("ScopeGuard.confine() tells of a program that is not there, before the sandbox would", () => {
  const guard = guardOf(undefined, new FakeMachine(), { sandbox: plain, wantsSandbox: true });
  const failure = launchOf(guard, guard.admit(jobOf({ exec: "nosuch" })));
  if (!("message" in failure)) throw new Error("was planned");
  assertEquals(failure.kind, "program-not-found");
  assertStringIncludes(failure.message, 'program "nosuch" was not found');
});

Deno.test("ScopeGuard.needs() asks for bubblewrap and not for the program", () => {
  const guard = guardOf(undefined, new FakeMachine(), { sandbox: plain, wantsSandbox: true });
  const needs = guard.needs(jobOf({ stdout: "out" })).map(({ name, value }) => `${name} ${value}`);
  assertEquals(needs, ["run /usr/bin/bwrap", "write /work/out"]);
});

Deno.test("planSandbox() shows the devices of granted GPUs, told by the numbers that they have in there", () => {
  const asked: (readonly string[])[] = [];
  const guard = guardOf(undefined, new FakeMachine(), {
    sandbox: plain,
    wantsSandbox: true,
    gpuDevices: (ids) => (asked.push(ids), { files: ids.map((id) => `/dev/nvidia${id}`) }),
  });
  const plan = planOf(guard, guard.admit(jobOf({})), ["2", "3"]);
  assertEquals(asked, [["2", "3"]]);
  for (const file of ["/dev/nvidia2", "/dev/nvidia3"]) assert(has(plan, "--dev-bind", file, file));
  assert(plan.args.indexOf("--dev-bind") > plan.args.indexOf("--dev"), "the private /dev would hide them");
  assertEquals([plan.env.own["CUDA_VISIBLE_DEVICES"], plan.env.own["ZE_AFFINITY_MASK"]], ["0,1", "0,1"]);
  const named = planOf(guard, guard.admit(jobOf({})), ["GPU-aa"]);
  assertEquals(named.env.own["CUDA_VISIBLE_DEVICES"], "GPU-aa");
  const none = planOf(guard, guard.admit(jobOf({})));
  assertEquals([asked.length, none.args.includes("--dev-bind")], [2, false]);
});

Deno.test("ScopeGuard fails a launch in a sandbox whose GPU has no device that could be shown", () => {
  const guard = guardOf(undefined, new FakeMachine(), {
    sandbox: plain,
    wantsSandbox: true,
    gpuDevices: ([id]) => ({ problem: `GPU ${id} has no device file` }),
  });
  assertEquals(launchOf(guard, guard.admit(jobOf({})), ["MIG-1"]), {
    kind: "permission",
    message: "GPU MIG-1 has no device file",
  });
});
