import { assertEquals } from "@std/assert";
import { formatBatchScript } from "../../../src/slurm/batch_script.ts";

Deno.test("formatBatchScript() becomes the program, survives the failure of a node, and asks for whole nodes", () => {
  const command = ["deno", "run", "it's.ts", "run", "jobs.json"];
  assertEquals(
    formatBatchScript({ nodes: 4, time: "1:00:00", partition: "main", options: ["--account=me"], command }),
    "#!/bin/bash\n#SBATCH --nodes=4\n#SBATCH --time=1:00:00\n#SBATCH --partition=main\n#SBATCH --exclusive\n" +
      "#SBATCH --job-name=qcgpj\n#SBATCH --no-kill\n#SBATCH --requeue\n#SBATCH --open-mode=append\n#SBATCH --account=me\n" +
      `exec 'deno' 'run' 'it'\\''s.ts' 'run' 'jobs.json'\n`,
  );
});

Deno.test("formatBatchScript() leaves it to who says how much of a node is wanted", () => {
  for (const option of ["--ntasks=8", "-n 8", "--cpus-per-task=4", "-c4", "--exclusive=user", "--oversubscribe"]) {
    const script = formatBatchScript({ options: [option], command: ["x"] });
    assertEquals(script.split("\n").filter((line) => line === "#SBATCH --exclusive"), [], option);
  }
});
