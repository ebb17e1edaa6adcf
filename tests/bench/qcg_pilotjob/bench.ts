/**
 * The same request file run by QCG-PilotJob's own service and by ours, whole programs in turn: one job of 1,000
 * iterations of `/bin/true`, each with two output files.
 *
 * Run as `QCG_PM_SERVICE=…/bin/qcg-pm-service deno run -A tests/bench/qcg_pilotjob/bench.ts`; the path is that of a
 * virtual environment with the package `qcg-pilotjob`.
 *
 * @module
 */

const rounds = 5;
const tasks = 1000;
const project = `${import.meta.dirname!}/../../..`;

async function time(wd: string, program: string, args: readonly string[]): Promise<number> {
  const command = new Deno.Command(program, {
    args: [...args],
    cwd: wd,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const startMs = performance.now();
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
  return performance.now() - startMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Runs a round in a fresh folder. */
async function round(nodes: string, program: string, args: readonly string[]): Promise<number> {
  const wd = await Deno.makeTempDir();
  const execution = { exec: "/bin/true", stdout: "${it}.out", stderr: "${it}.err" };
  const requests = [
    { request: "submit", jobs: [{ name: "all", execution, iteration: { stop: tasks } }] },
    { request: "control", command: "finishAfterAllTasksDone" },
  ];
  await Deno.writeTextFile(`${wd}/requests.json`, JSON.stringify(requests));
  const ms = await time(wd, program, [...args, "--file-path", "requests.json", "--nodes", nodes]);
  await Deno.remove(wd, { recursive: true });
  return ms;
}

if (import.meta.main) {
  const reference = Deno.env.get("QCG_PM_SERVICE");
  if (reference === undefined) {
    console.log("Set QCG_PM_SERVICE to the qcg-pm-service of a virtual environment to compare with it.");
  } else {
    const ours = [
      "run",
      "-A",
      "--no-check",
      "--config",
      `${project}/deno.json`,
      `${project}/src/cli/main.ts`,
      "service",
    ];
    console.log(`${tasks} tasks /bin/true with two output files each; whole programs, medians of ${rounds} rounds`);
    for (const nodes of ["2", "8"]) {
      const times: [number[], number[]] = [[], []];
      for (let i = 0; i < rounds; i++) {
        times[0].push(await round(nodes, reference, []));
        times[1].push(await round(nodes, Deno.execPath(), ours));
      }
      const [old, own] = times.map(median) as [number, number];
      const ratio = (old / own).toFixed(1);
      console.log(
        `${nodes} cores: QCG-PilotJob ${old.toFixed(0)} ms, this package ${own.toFixed(0)} ms: ${ratio} times as fast`,
      );
    }
  }
}
