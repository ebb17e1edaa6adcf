/**
 * Real runs beside a pool of Python threads in the order of HEFT with exact times: workflows of wfcommons, their tasks as
 * `sleep` processes in a shorter time, on eight virtual cores, in turn:
 * `deno run -A tests/bench/order/real.ts [--rounds=N] FOLDER [NAME …]`, with a folder that `make_instances.py` has filled.
 *
 * @module
 */

import { readEvents } from "../../../src/deno/files/journal/journal_file.ts";
import { journalName, runFolderPrefix } from "../../../src/report/run_files.ts";
import { readWorkflows, type Workflow } from "./instances.ts";
import { lowerBound } from "./play.ts";

const cores = 8;
/** The lower bound of each run, in seconds. */
const boundSeconds = 10;
const chosen = ["epigenomics-200", "genome-200", "montage-200", "soykb-200"];

async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args], cwd }).output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** From the first submit to the end, as the events on record say. */
async function runSeconds(folder: string, id: string, more: readonly string[]): Promise<number> {
  const main = new URL("../../../src/cli/main.ts", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", main, "run", "jobs.json", "--nodes", `${cores}`, "-q", "--id", id, ...more];
  await output(Deno.execPath(), args, folder);
  const times = [...readEvents(`${folder}/${runFolderPrefix}${id}/${journalName}`)].map(({ atMs }) => atMs);
  return (Math.max(...times) - Math.min(...times)) / 1000;
}

/** What is run, in turn. */
const kinds = ["by age", "nothing known", "learnt from that run", "Python threads, HEFT, exact times"] as const;

/** Runs a workflow once by each of them; seconds from the first submit to the last end. */
async function runAll(instances: string, { name, tasks }: Workflow): Promise<number[]> {
  const scale = boundSeconds / lowerBound({ name, tasks }, cores);
  const folder = await Deno.makeTempDir();
  const jobs = tasks.map(({ name, seconds, after }) => ({
    name,
    execution: { exec: "sleep", args: [(seconds * scale).toFixed(3)] },
    dependencies: { after },
  }));
  Deno.writeTextFileSync(`${folder}/jobs.json`, JSON.stringify(jobs));
  const heft = new URL("heft.py", import.meta.url).pathname;
  const seconds = [
    await runSeconds(folder, "age", ["--order", "age", "--learn", "none"]),
    await runSeconds(folder, "first", ["--learn", "none"]),
    await runSeconds(folder, "second", ["--learn", "first"]),
    Number(await output("python3", [heft, `${instances}/${name}.json`, `${cores}`, `${scale}`], folder)),
  ];
  await Deno.remove(folder, { recursive: true });
  return seconds;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

if (import.meta.main) {
  const [instances, ...names] = Deno.args.filter((arg) => !arg.startsWith("--"));
  const rounds = Number(Deno.args.find((arg) => arg.startsWith("--rounds="))?.slice("--rounds=".length) ?? 1);
  const wanted = new Set(names.length > 0 ? names : chosen);
  const workflows = readWorkflows(instances!).filter(({ name }) => wanted.has(name));
  const all = new Map(workflows.map(({ name }) => [name, kinds.map(() => [] as number[])]));
  for (let round = 0; round < rounds; round++) {
    for (const workflow of workflows) {
      const seconds = await runAll(instances!, workflow);
      seconds.forEach((value, kind) => all.get(workflow.name)![kind]!.push(value / boundSeconds));
      console.error(workflow.name, ...seconds.map((value) => value.toFixed(3)), "load", Deno.loadavg()[0]!.toFixed(1));
    }
  }
  console.log(`Medians of ${rounds} rounds; the last column: what was learnt, to the threads, round by round`);
  const rows = [["workflow", ...kinds, "ratio"], ["workflow", ...kinds, "ratio"].map(() => "---")];
  for (const [name, figures] of all) {
    const ratio = median(figures[2]!.map((value, round) => value / figures[3]![round]!));
    rows.push([name, ...[...figures.map(median), ratio].map((value) => value.toFixed(3))]);
  }
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}
