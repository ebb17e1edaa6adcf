/**
 * How long a core is idle between two tasks of which the second waits for the first: a chain of `sleep`, by `qcgpj run`
 * and by Python's `subprocess`, in turn; what a link takes beyond the sleep, in milliseconds.
 *
 * Run as `deno run -A tests/bench/latency/chain.ts [SECONDS [ROUNDS]]`. With `chrt -r 1` before it other work on the
 * machine does not count.
 *
 * @module
 */

import { readEvents } from "../../../src/deno/files/journal/journal_file.ts";
import { journalName, runFolderPrefix } from "../../../src/report/run_files.ts";

const links = 60;

async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args], cwd }).output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** Milliseconds of a link, from the first start to the last end, as the events on record say. */
async function ourLinkMs(seconds: string, folder: string): Promise<number> {
  const jobs = Array.from({ length: links }, (_, link) => ({
    name: `link${link}`,
    execution: { exec: "sleep", args: [seconds] },
    ...(link === 0 ? {} : { dependencies: { after: [`link${link - 1}`] } }),
  }));
  Deno.writeTextFileSync(`${folder}/jobs.json`, JSON.stringify(jobs));
  const main = new URL("../../../src/cli/main.ts", import.meta.url).pathname;
  const id = crypto.randomUUID();
  const flags = ["--nodes", "1", "-q", "--learn", "none", "--id", id];
  await output(Deno.execPath(), ["run", "-A", "--no-check", main, "run", "jobs.json", ...flags], folder);
  const events = [...readEvents(`${folder}/${runFolderPrefix}${id}/${journalName}`)];
  const first = events.find(({ kind }) => kind === "taskStarted")!;
  const last = events.findLast(({ kind }) => kind === "taskEnded")!;
  return (last.atMs - first.atMs) / links;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

if (import.meta.main) {
  const [seconds = "0.15", rounds = "5"] = Deno.args;
  const folder = await Deno.makeTempDir();
  const chain = new URL("chain.py", import.meta.url).pathname;
  const [ours, pythons]: [number[], number[]] = [[], []];
  for (let round = 0; round < Number(rounds); round++) {
    ours.push(await ourLinkMs(seconds, folder) - 1000 * Number(seconds));
    const python = Number(await output("python3", [chain, `${links}`, "sleep", seconds], folder));
    pythons.push(python - 1000 * Number(seconds));
  }
  const told = [ours, pythons].map((values) => `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)})`);
  console.log(
    `a link beyond its sleep of ${seconds} s, median (least) of ${rounds}: ours ${told[0]} ms, Python ${told[1]} ms`,
  );
  await Deno.remove(folder, { recursive: true });
}
