/**
 * GPUs, counted resources and binding, as a user of the command line has them.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { usableCpus } from "../../src/deno/host/machine.ts";
import { call } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const show = "echo ${CUDA_VISIBLE_DEVICES-unset} ${ROCR_VISIBLE_DEVICES-unset}";
const gpuJob = (name: string, gpu: number, resources: Record<string, unknown> = {}) => ({
  name,
  execution: { exec: "bash", args: ["-c", show], stdout: name },
  resources: { numNodes: 1, numCores: 1, nodeCrs: { gpu }, ...resources },
});
const plainJob = { name: "plain", execution: { exec: "bash", args: ["-c", show], stdout: "plain" } };

async function run(scratch: Scratch, jobs: readonly unknown[], args: readonly string[], env = {}) {
  const input = JSON.stringify([{ request: "submit", jobs }]);
  await Deno.writeTextFile(join(scratch.path, "jobs.json"), input);
  const cwd = scratch.path;
  const ended = await call(["run", "jobs.json", "--id", "r", "--durability", "process", ...args], { cwd, env });
  const textOf = (name: string) => Deno.readTextFileSync(join(cwd, name)).trim();
  return { ...ended, textOf };
}

/** A folder in which `nvidia-smi` lists so many GPUs, to be put before the PATH. */
async function fakeTool(scratch: Scratch, count: number): Promise<string> {
  const folder = join(scratch.path, "bin");
  await Deno.mkdir(folder);
  const lines = Array.from({ length: count }, (_, i) => `GPU ${i}: Fake (UUID: GPU-${i})`);
  await Deno.writeTextFile(join(folder, "nvidia-smi"), `#!/bin/sh\ncat <<END\n${lines.join("\n")}\nEND\n`);
  await Deno.chmod(join(folder, "nvidia-smi"), 0o755);
  return `${folder}:${Deno.env.get("PATH")}`;
}

Deno.test("qcgpj run gives the GPUs that --nodes names, hides them from others, and reports them", async () => {
  await using scratch = new Scratch();
  const args = ["--nodes", "n1:4:gpu=2|5"];
  const { code, err, textOf } = await run(scratch, [gpuJob("whole", 1), gpuJob("half", 0.5), plainJob], args);
  assertEquals(code, 0, err);
  assertEquals([textOf("whole"), textOf("half"), textOf("plain")], ["2 2", "5 5", ""]);
  const report = textOf(".qcgpjm-service-r/jobs.report");
  assertStringIncludes(report, '"gpus": "n1[2]"');
  assertStringIncludes(report, '"gpus": "n1[5*0.5]"');
});

Deno.test("qcgpj run finds GPUs by nvidia-smi when a job asks for some, and takes none away when nobody does", async () => {
  await using scratch = new Scratch();
  const env = { PATH: await fakeTool(scratch, 2) };
  const { code, err, textOf } = await run(scratch, [gpuJob("both", 2)], [], env);
  assertEquals(code, 0, err);
  assertEquals(textOf("both"), "0,1 0,1");
  const none = await run(scratch, [plainJob], ["--id", "plain"], env);
  assertEquals([none.code, none.textOf("plain")], [0, "unset unset"]);
  const refused = await run(scratch, [gpuJob("three", 3)], ["--id", "three"], env);
  assertEquals(refused.code, 2, refused.err);
  assertStringIncludes(refused.err, " and 2 GPUs");
  const blind = await run(scratch, [gpuJob("one", 1)], ["--id", "one", "--gpus", "none"], env);
  assertStringIncludes(blind.err, "and 0 GPUs");
});

Deno.test("qcgpj run starts no more tasks at once than there are counted resources, also when it goes on", async () => {
  await using scratch = new Scratch();
  // A task that holds the licence finds no folder of another holder.
  const script = "mkdir held || exit 1; sleep 0.05; rmdir held";
  const job = { name: "l", iteration: { stop: 5 }, execution: { exec: "bash", args: ["-c", script] } };
  const jobs = [{ ...job, resources: { counted: { licences: 1 } } }];
  const { code, err } = await run(scratch, jobs, ["--nodes", "4", "--counted", "licences=1"]);
  assertEquals(code, 0, err);
  const misspelt = await run(scratch, jobs, ["--id", "m", "--counted", "licenses=1"]);
  assertEquals(misspelt.code, 2);
  assertStringIncludes(misspelt.err, 'did you mean "licenses"?');
  const none = await run(scratch, jobs, ["--resume", "."]);
  assertEquals(none.code, 0, none.err);
});

Deno.test({
  name: "qcgpj run binds a task whose job names its cores, and no other",
  ignore: (usableCpus()?.length ?? 0) < 2,
  async fn() {
    await using scratch = new Scratch();
    const look = { exec: "grep", args: ["Cpus_allowed_list", "/proc/self/status"] };
    const jobs = ["named", "other"].map((name) => ({
      name,
      execution: { ...look, stdout: name },
      ...(name === "named" ? { resources: { numCores: 1 } } : {}),
    }));
    const { textOf } = await run(scratch, jobs, []);
    assertEquals(textOf("named"), `Cpus_allowed_list:\t${usableCpus()![0]}`);
    assertEquals(textOf("other") === textOf("named"), false);
    const virtual = await run(scratch, jobs, ["--id", "v", "--nodes", "1,1"]);
    assertEquals(virtual.textOf("named"), virtual.textOf("other"));
    const log = virtual.textOf(".qcgpjm-service-v/service.log");
    assertEquals(log.match(/tasks are not bound to their cores: the 2 nodes are virtual/g)?.length, 1);
  },
});

Deno.test("qcgpj --slurm-resources-file takes nodes, GPUs and memory from a file, without Slurm too", async () => {
  await using scratch = new Scratch();
  const consumables = {
    GPU: { class: "CRBind", data: { type: "GPU", ids: ["3", "5"], free: ["3", "5"] } },
    MEM: { class: "CR", data: { type: "MEM", total: 1000, used: 0 } },
  };
  const nodes = ["a", "b"].map((name, index) => ({
    ...{ name, total_cores: 2, core_ids: ["0", "1"], free_cores: ["0", "1"], crs: index === 1 ? consumables : null },
  }));
  scratch.write("nodes.json", JSON.stringify({ type: "LOCAL", binding: false, nodes }));
  const named = { ...plainJob, name: "named", execution: { exec: "echo", args: ["${nlist}"], stdout: "named" } };
  const jobs = [gpuJob("both", 2, { nodeCrs: { gpu: 2, mem: 900 } }), { ...named, resources: { numNodes: 2 } }];
  const args = ["--slurm-resources-file", "nodes.json", "--nodes", "ignored:9"];
  const { code, err, textOf } = await run(scratch, jobs, args);
  assertEquals([code, textOf("both"), textOf("named")], [0, "3,5 3,5", "a,b"], err);
  scratch.write("nodes.json", "{}");
  const refused = await run(scratch, jobs, args);
  assertEquals([refused.code, refused.err.includes("nodes.json: nodes is missing")], [2, true], refused.err);
});
