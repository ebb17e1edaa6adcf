import { assertEquals } from "@std/assert";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { SrunTasks, stepName } from "../../../src/slurm/srun_task.ts";

const shared = { kind: "whole", variables: { PATH: "/bin", SLURM_EXPORT_ENV: "NONE", SLURM_JOB_ID: "3" } } as const;
const base: LaunchPlan = {
  ...{ taskName: "t", program: "/bin/prog", args: ["a b"], cwd: "/w", tag: "77", stdout: "/w/out", bindCpus: [1] },
  place: { node: 1, name: "n2", cores: ["1"], gpus: ["0"], further: [] },
  env: { shared, own: { MINE: "1", SLURM_NTASKS: "1", CUDA_VISIBLE_DEVICES: "0" } },
};

Deno.test("SrunTasks.rewrite() starts one task of one step on its node, with its files", () => {
  const plan = new SrunTasks(true).rewrite(base);
  assertEquals([plan.program, ...plan.args.slice(0, plan.args.indexOf("env"))], [
    ...["srun", "--overlap", "-N1", "-n1", "-w", "n2", "--mem=0", "--cpu-bind=none", "--quiet", "--export=ALL"],
    ...["--input=all", "--output=-", "--error=-", "--job-name=qcgpj-77", "-D", "/w"],
  ]);
  assertEquals([plan.stdout, plan.bindCpus, plan.args.slice(-2)], ["/w/out", undefined, ["/bin/prog", "a b"]]);
  assertEquals(new SrunTasks(false).rewrite(base).args.includes("--overlap"), false);
  assertEquals(stepName("77"), "qcgpj-77");
});

Deno.test("SrunTasks.rewrite() gives what would change srun, and GPUs, to the task behind it", () => {
  const tasks = new SrunTasks(true);
  const { args, env } = tasks.rewrite(base);
  const words = args.slice(args.indexOf("env") + 1, -2);
  for (const word of ["SLURM_EXPORT_ENV=NONE", "SLURM_NTASKS=1", "CUDA_VISIBLE_DEVICES=0"]) {
    assertEquals(words.includes(word), true, word);
  }
  const unset = words.flatMap((word, index) => word === "-u" ? [words[index + 1]!] : []);
  assertEquals(unset.includes("CUDA_VISIBLE_DEVICES"), false);
  for (const name of ["ROCR_VISIBLE_DEVICES", "SLURM_STEP_ID", "SLURM_PROCID"]) {
    assertEquals(unset.includes(name), true);
  }
  assertEquals(env.own, { MINE: "1" });
  assertEquals(env.shared, { kind: "whole", variables: { PATH: "/bin", SLURM_JOB_ID: "3" } });
  assertEquals(tasks.rewrite(base).env.shared === env.shared, true, "one object for all tasks");
});

Deno.test("SrunTasks.rewrite() does not let env take a program for a variable", () => {
  const { args } = new SrunTasks(true).rewrite({ ...base, program: "/a=b/prog" });
  assertEquals(args.slice(-5), ["sh", "-c", 'exec "$0" "$@"', "/a=b/prog", "a b"]);
});
