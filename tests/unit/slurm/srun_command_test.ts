import { assertEquals } from "@std/assert";
import {
  canOverlap,
  explainEnd,
  isNoise,
  isOfStep,
  srunArguments,
  srunEnvironment,
} from "../../../src/slurm/srun_command.ts";

Deno.test("srunArguments() starts one task on one node, whatever the batch job says, and confines it to nothing", () => {
  const command = { command: ["deno", "run", "x y"], node: "n2", directory: "/w", canOverlap: true };
  assertEquals(srunArguments(command), [
    ...["--overlap", "-N1", "-n1", "-w", "n2", "--mem=0", "--cpu-bind=none", "--kill-on-bad-exit=0", "--quiet"],
    ...["--export=ALL", "--input=all", "--output=-", "--error=-", "--job-name=qcgpj-agent", "-D", "/w"],
    ...["deno", "run", "x y"],
  ]);
  assertEquals(srunArguments({ ...command, canOverlap: false })[0], "-N1");
  const gpusIn = (gpus: number) => srunArguments({ ...command, gpus }).filter((word) => /gpus|gres/.test(word));
  assertEquals([gpusIn(2), gpusIn(0)], [["--gpus-per-node=2"], ["--gres=none"]]);
});

Deno.test("srunEnvironment() takes away what changes srun, and leaves the rest", () => {
  const disturbing = { SLURM_LABELIO: "1", SLURM_NTASKS_PER_NODE: "4", SLURM_CPU_BIND_TYPE: "x", SLURM_GPUS: "1" };
  const others = { SLURM_JOB_ID: "7", SLURM_CONF: "/x", PATH: "/bin", SLURM_JOB_NODELIST: "n1" };
  assertEquals(srunEnvironment({ ...disturbing, ...others }), others);
});

Deno.test("isOfStep() knows the variables of a step, and those of a batch job are not among them", () => {
  const ofStep = ["SLURM_STEP_ID", "SLURM_STEPID", "SLURM_PROCID", "SLURM_CPU_BIND_LIST", "PMI_RANK", "PMIX_RANK"];
  const more = ["SLURM_NODELIST_PACK_GROUP_0", "SLURM_SRUN_COMM_PORT", "SLURM_STEP_LAUNCHER_PORT", "SLURM_GTIDS"];
  assertEquals([...ofStep, ...more].filter((name) => !isOfStep(name)), []);
  assertEquals(["SLURM_JOB_ID", "SLURM_JOB_NODELIST", "SLURMD_NODENAME", "PATH"].filter(isOfStep), []);
});

Deno.test("canOverlap() reads the version of either name", () => {
  assertEquals(["slurm 20.02.5", "slurm-wlm 20.11.0", "slurm-wlm 22.05.8", "?"].map(canOverlap), [
    false,
    true,
    true,
    true,
  ]);
});

Deno.test("explainEnd() takes Slurm's words for the end of a channel, as the exit code is 0 after a node's failure", () => {
  const end = "srun ended with exit code 0";
  const told = { isNodeFailure: false };
  assertEquals(explainEnd(end, "srun: error: Node failure on n3\nsrun: Force Terminated StepId=1.2\n"), {
    problem: 'Slurm reports "Node failure on n3"',
    ...{ mayReturn: false, isNodeFailure: true },
  });
  const killed = "srun: error: n2: task 0: Killed\nsrun: Terminating StepId=1.2\n";
  assertEquals(explainEnd(end, killed), { ...told, problem: "its agent was killed (SIGKILL)", mayReturn: true });
  const failure = "srun: error: Task launch for StepId=1.2 failed on node n2: Communication connection failure";
  assertEquals(explainEnd(end, `${failure}\nsrun: Job step aborted\n`), { ...told, problem: failure, mayReturn: true });
  const refused = "srun: error: Unable to create step for job 1: Requested node configuration is not available";
  assertEquals(explainEnd(end, `${refused}\n`), { ...told, problem: refused, mayReturn: false });
  assertEquals(explainEnd(end, ""), { ...told, problem: end, mayReturn: true });
});

Deno.test("isNoise() drops what srun says of binding under --cpu-bind=none", () => {
  assertEquals(isNoise("srun: cluster configuration lacks support for cpu binding"), true);
});
