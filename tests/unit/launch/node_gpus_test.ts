import { assert, assertEquals } from "@std/assert";
import { parseJob } from "../../../src/job/parse.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { planTask } from "../../../src/launch/plan_task.ts";

function plan(model: string, gpus: readonly (readonly string[])[], attempt = 1): LaunchPlan {
  const job = parseJob({ name: "a", execution: { exec: "/bin/prog", args: ["x"], model } }, {});
  const nodes = gpus.map((ids, index) => ({ name: `n${index + 1}`, cores: ["0"], gpus: ids }));
  const order = { job, offset: 0, allocation: { nodes }, nodes: gpus.map((_, index) => index), tag: "1", attempt };
  const context = { rootWd: "/w", environmentSchema: "slurm", hostOf: (node: string) => node } as const;
  const planned = planTask({ ...order, memoryMiB: 0 }, context);
  if ("message" in planned) throw new Error(planned.message);
  return planned;
}

Deno.test("a task on several nodes is told the GPUs of each", () => {
  const { env: { own } } = plan("default", [["0", "1"], ["0"], []]);
  assertEquals([own["QCG_PM_GPUS_PER_NODE"], own["CUDA_VISIBLE_DEVICES"]], ["0,1;0;", "0,1"]);
  assertEquals(plan("default", [[], []]).env.own["QCG_PM_GPUS_PER_NODE"], undefined);
});

for (const model of ["openmpi", "srunmpi", "intelmpi"]) {
  Deno.test(`each process of ${model} sees the GPUs of its own node`, () => {
    const { args } = plan(model, [["0", "1"], ["3"], []]);
    const from = args.indexOf("sh");
    assertEquals(args.slice(from + 3), ["sh", "/bin/prog", "x"]);
    assert(args[from + 2]!.includes("'n2') export CUDA_VISIBLE_DEVICES='3' ROCR_VISIBLE_DEVICES='3' "), args[from + 2]);
    assert(args[from + 2]!.includes("'n3') unset CUDA_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES "), args[from + 2]);
    assertEquals(plan(model, [[], []]).args.includes("sh"), false, "without GPUs there is nothing to look up");
  });
}

Deno.test("the host file of a further attempt is another one", () => {
  const pathOf = (attempt: number) => plan("openmpi", [["0"], ["0"]], attempt).preparation!.files![0]!.path;
  assertEquals([pathOf(1), pathOf(2)], ["/w/.a.hostfile", "/w/.a.2.hostfile"]);
});
