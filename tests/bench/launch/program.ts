/**
 * A whole program that runs so many tasks at once: by an executor, or by a bare loop of `Deno.Command`.
 *
 * `deno run … program.ts HOW TASKS AT_ONCE [FOLDER]`; HOW is `loop`, or a launcher and the durability of the records:
 * `auto:process`. With a folder both outputs of each task go to files.
 *
 * @module
 */

import { type ExecutorOptions, QCGPJExecutor } from "../../../mod.ts";

const [how = "", tasks = "", atOnce = "", folder] = Deno.args;

if (how === "loop") await loop(Number(tasks), Number(atOnce));
else await execute(Number(tasks), Number(atOnce), folder);

async function loop(total: number, count: number): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next++ < total) {
      const command = new Deno.Command("/bin/true", { stdin: "null", stdout: "null", stderr: "null" });
      if (!(await command.spawn().status).success) throw new Error("A task failed");
    }
  };
  await Promise.all(Array.from({ length: count }, work));
}

async function execute(total: number, count: number, folder: string | undefined): Promise<void> {
  const [launcher, durability] = how.split(":") as [ExecutorOptions["launcher"] & string, "memory" | "process"];
  const wd = folder ?? await Deno.makeTempDir();
  const executor = new QCGPJExecutor({ wd, resources: count, durability, launcher });
  const streams = folder === undefined ? {} : { stdout: "${it}.out", stderr: "${it}.err" };
  const future = executor.submit({
    name: "all",
    execution: { exec: "/bin/true", ...streams },
    iteration: { stop: total },
  });
  const { all } = await future.result();
  await executor.shutdown();
  if (folder === undefined) await Deno.remove(wd, { recursive: true });
  if (all !== "SUCCEED") throw new Error("A task failed");
}
