import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { parseJob } from "../../../src/job/parse.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { visibleDevices } from "../../../src/launch/environment.ts";
import { type PlanContext, planTask } from "../../../src/launch/plan_task.ts";
import { SharedEnvironments } from "../../../src/launch/shared_environment.ts";
import { isRecordPath } from "../../../src/report/run_files.ts";

const allocation = {
  nodes: [{ name: "a", cores: ["0", "1"], gpus: [] }, { name: "b", cores: ["4"], gpus: [] }],
};

function plan(
  execution: Record<string, unknown>,
  more: Record<string, unknown> = {},
  context: Partial<PlanContext> = {},
  offset = 0,
): ReturnType<typeof planTask> {
  const job = parseJob({ name: "tj", execution: { exec: "date", ...execution }, ...more }, {});
  return planTask({ job, offset, allocation, nodes: [2, 5], tag: "step", attempt: 1, memoryMiB: 0 }, {
    rootWd: "/r",
    environmentSchema: "common",
    ...context,
  });
}

const script = (execution: Record<string, unknown>): ReturnType<typeof planTask> => {
  const job = parseJob({ name: "tj", execution }, {});
  return planTask({ job, offset: 0, allocation, nodes: [2, 5], tag: "s", attempt: 1, memoryMiB: 0 }, {
    rootWd: "/r",
    environmentSchema: "common",
  });
};

Deno.test("planTask() gives the program and its arguments as they are, and no shell", () => {
  const hostile = ["$HOME", "a b", "'", '"', "`id`", "\\", "", "\n", "$(id)", "*"];
  const { program, args, cwd, stdin, stdout, stderr } = plan({ args: hostile }) as LaunchPlan;
  assertEquals([program, cwd, stdin, stdout, stderr], ["date", "/r", undefined, undefined, undefined]);
  assertEquals(args, hostile);
});

Deno.test("planTask() resolves paths: wd in the root, streams and programs with a slash in wd", () => {
  const paths = { wd: "sub/x", stdin: "in", stdout: "../out", stderr: "/abs/err", exec: "./bin/tool" };
  const { program, cwd, stdin, stdout, stderr } = plan(paths) as LaunchPlan;
  assertEquals([program, cwd, stdin, stdout, stderr], [
    "/r/sub/x/bin/tool",
    "/r/sub/x",
    "/r/sub/x/in",
    "/r/sub/out",
    "/abs/err",
  ]);
  assertEquals((plan({ exec: "/bin/date", wd: "/else" }) as LaunchPlan).program, "/bin/date");
});

Deno.test("planTask() fills run-time variables into everything that runs", () => {
  const execution = {
    exec: "tool_${it}",
    args: ["${it}", "${itval}", "${ncores}/${nnodes}", "${nlist}", "${root_wd}", "$HOME"],
    env: { N: "${it}" },
    wd: "w${it}",
    stdout: "${jname}.out",
  };
  const found = plan(execution, { iteration: { start: 5, stop: 8 } }, {}, 2) as LaunchPlan;
  assertEquals([found.program, found.cwd, found.env.own["N"], found.taskName], ["tool_7", "/r/w7", "7", "tj:7"]);
  assertEquals(found.args, ["7", "7", "3/2", "a,b", "/r", "$HOME"]);
});

Deno.test("planTask() runs scripts in a login shell that shows when it has read its profile, and in a plain one", () => {
  const { program, args, preparation } = script({ script: "echo hi\ndate" }) as LaunchPlan;
  assertEquals([program, ...args], ["bash", "-l", "-c", "trap : 64 2>/dev/null; echo hi\ndate"]);
  assertEquals(preparation, { isLogin: true });
  const plain = script({ script: "date", login: false }) as LaunchPlan;
  assertEquals([plain.args, plain.preparation], [["-c", "date"], undefined]);
  const job = parseJob({ name: "tj", execution: { script: "date" } }, {});
  const order = { job, offset: 0, allocation, nodes: [2, 5], tag: "s", attempt: 1, memoryMiB: 0 };
  const context = { rootWd: "/r", environmentSchema: "common", login: false } as const;
  assertEquals((planTask(order, context) as LaunchPlan).args, ["-c", "date"]);
});

Deno.test("planTask() gives a shell its modules and environment to prepare, and a program that it never reads", () => {
  const prepared = plan({ exec: "p", args: ["a b", "$x"], modules: ["gcc", "x y"], venv: "/v env" }) as LaunchPlan;
  assertEquals([prepared.program, prepared.args.slice(0, 2)], ["bash", ["-l", "-c"]]);
  assertEquals(prepared.args.slice(3), ["bash", "p", "a b", "$x"]);
  const text = prepared.args[2]!;
  const steps = ["source /etc/profile;", "module load 'gcc' ", "module load 'x y' ", "source '/v env/bin/activate' "];
  const places = steps.map((step) => text.indexOf(step));
  assertEquals(places, places.toSorted((a, b) => a - b));
  assertEquals(places.includes(-1), false);
  assertEquals(text.endsWith('; exec "$@"'), true);
  assertEquals(prepared.preparation, { isLogin: true, note: "/r/.qcgpj-start-step" });
  const unprepared = plan({ modules: [], login: false }) as LaunchPlan;
  assertEquals(unprepared.args[0], "-c");
  assertStringIncludes(unprepared.args[1]!, "source /etc/profile;");
});

Deno.test("planTask() layers the environment: the pilot's, the job's, the allocation's", () => {
  const env = { A: "job", QCG_PM_NPROCS: "lie", NAME: "job", DOOR: "job" };
  const context = { env: { A: "pilot", B: "pilot" }, told: { DOOR: "tcp" }, jobNameVariable: "NAME" };
  const found = (plan({ env }, {}, context) as LaunchPlan).env.own;
  assertEquals(found, {
    A: "job",
    B: "pilot",
    DOOR: "tcp",
    NAME: "tj",
    QCG_PM_NNODES: "2",
    QCG_PM_NODELIST: "a,b",
    QCG_PM_NPROCS: "3",
    QCG_PM_NTASKS: "3",
    QCG_PM_STEP_ID: "step",
    QCG_PM_TASKS_PER_NODE: "2,1",
  });
});

Deno.test("planTask() describes the allocation as Slurm does when asked to", () => {
  const { env: { shared, own: env } } = plan({}, {}, { environmentSchema: "slurm" }) as LaunchPlan;
  assertEquals([env["SLURM_NNODES"], env["SLURM_TASKS_PER_NODE"], env["SLURM_NODELIST"]], ["2", "2,1", "a,b"]);
  assertEquals("SLURM_NTASKS_PER_NODE" in env, false);
  assertEquals(shared, { kind: "inherited", without: ["SLURM_NTASKS_PER_NODE", ...visibleDevices] });
});

Deno.test("planTask() hides GPUs from a task without any as soon as a job has asked for some", () => {
  const job = parseJob({ name: "tj", execution: { exec: "date", env: { CUDA_VISIBLE_DEVICES: "0" } } }, {});
  const cudaOf = (order: { hasGpuJobs?: boolean; gpus?: string[] }, context: Partial<PlanContext> = {}) => {
    const nodes = [{ name: "a", cores: ["0"], gpus: order.gpus ?? [] }];
    const whole = { job, offset: 0, allocation: { nodes }, nodes: [0], tag: "s", attempt: 1, memoryMiB: 0, ...order };
    const { env: { own: env, shared } } = planTask(whole, {
      rootWd: "/r",
      environmentSchema: "common",
      ...context,
    }) as LaunchPlan;
    return [
      env["CUDA_VISIBLE_DEVICES"],
      env["ROCR_VISIBLE_DEVICES"],
      shared.kind === "inherited" && shared.without.includes("CUDA_VISIBLE_DEVICES"),
    ];
  };
  assertEquals(cudaOf({}), ["0", undefined, false]);
  assertEquals(cudaOf({ hasGpuJobs: true }), ["", "", false]);
  assertEquals(cudaOf({}, { namesGpus: true }), ["", "", false]);
  assertEquals(cudaOf({ hasGpuJobs: true }, { environmentSchema: "slurm" }), [undefined, undefined, true]);
  assertEquals(cudaOf({ gpus: ["3"] }, { environmentSchema: "slurm" }), ["3", "3", false]);
  assertEquals(cudaOf({ gpus: ["3"] }, { hasAmdGpus: () => true }), ["0", "3", false]);
});

Deno.test("planTask() says where the process starts and what the task holds on each node, and gives it a tag", () => {
  const { place, tag } = plan({}) as LaunchPlan;
  assertEquals(place, {
    ...{ node: 2, name: "a", cores: ["0", "1"], gpus: [] },
    further: [{ node: 5, name: "b", cores: ["4"], gpus: [] }],
  });
  assertEquals(tag, "step");
});

Deno.test("planTask() gives tasks the pilot's whole environment, read once and shared by all", () => {
  let reads = 0;
  const host = { all: () => (reads++, { HOME: "/h", SLURM_NTASKS_PER_NODE: "9" }) };
  const context = { environments: new SharedEnvironments(host) };
  const shared = (more: Partial<PlanContext> = {}) => (plan({}, {}, { ...context, ...more }) as LaunchPlan).env.shared;
  const common = shared();
  assertEquals(common, { kind: "whole", variables: { HOME: "/h", SLURM_NTASKS_PER_NODE: "9" } });
  assertStrictEquals(shared(), common);
  const slurm = shared({ environmentSchema: "slurm" });
  assertEquals(slurm, { kind: "whole", variables: { HOME: "/h" } });
  assertStrictEquals(shared({ environmentSchema: "slurm" }), slurm);
  assertEquals(reads, 1);
});

Deno.test("planTask() returns a failure for what cannot be launched once filled in", () => {
  const values = (value: string) => ({ iteration: { values: [value] } });
  const failure = plan({ exec: "${itval}" }, values(""));
  assertEquals(failure, { kind: "variables", message: "the program's name is empty once filled in" });
  for (const value of ["", "a=b"]) {
    const found = plan({ env: { "${itval}": "x" } }, values(value)) as { message: string };
    assertStringIncludes(found.message, `cannot set the variable "${value}"`);
  }
});

Deno.test("planTask() tells a task which GPUs it got, whatever the pilot or the job said", () => {
  const gpus = (ids: string[]) => ({ nodes: [{ name: "a", cores: ["0"], gpus: ids }] });
  const job = parseJob({ name: "tj", execution: { exec: "date", env: { CUDA_VISIBLE_DEVICES: "9" } } }, {});
  const context = { rootWd: "/r", environmentSchema: "common", env: { CUDA_VISIBLE_DEVICES: "0,1,2,3" } } as const;
  const order = { job, offset: 0, nodes: [0], tag: "step", attempt: 1, memoryMiB: 0 };
  const found = planTask({ ...order, allocation: gpus(["1", "3"]) }, context) as LaunchPlan;
  assertEquals(found.env.own["CUDA_VISIBLE_DEVICES"], "1,3");
});

Deno.test("planTask() refuses an output that is a record of a run, and no other file beside it", () => {
  const run = ".qcgpjm-service-h.1";
  const names = ["journal", "journal.copy", "service.log", "address", "jobs.report", "final_status.json"];
  for (const name of names) {
    for (
      const [execution, path] of [
        [{ stdout: `${run}/${name}` }, `/r/${run}/${name}`],
        [{ stdout: "out", stderr: `/else/${run}/${name}` }, `/else/${run}/${name}`],
        [{ wd: run, stdout: `x/.././${name}` }, `/r/${run}/${name}`],
      ] as const
    ) {
      assertEquals(plan(execution, {}, { isRecord: isRecordPath }), {
        kind: "output",
        message: `cannot write to "${path}", which is a record of a run; name another file`,
      });
    }
  }
  for (const stdout of ["journal", `${run}/out`, `${run}/tasks/journal`, `${run}.d`, "x/address"]) {
    assert("program" in plan({ stdout }, {}, { isRecord: isRecordPath }), stdout);
  }
});
