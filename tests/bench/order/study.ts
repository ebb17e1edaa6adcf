/**
 * How good the order is: makespan over the lower bound, for workflows of wfcommons and synthetic ones, by the product's
 * core on a virtual clock: `deno run -A tests/bench/order/study.ts [FOLDER]`.
 *
 * Without a folder it makes the workflows: in a virtual environment of Python of its own, seed 1.
 *
 * @module
 */

import { readWorkflows, syntheticWorkflows, withMixedSizes, type Workflow } from "./instances.ts";
import { learnFrom, type Play, play } from "./play.ts";

/** What is known of run times. */
const knowledge: Readonly<Record<string, (workflow: Workflow) => Pick<Play, "order" | "learnt">>> = {
  "age": () => ({ order: "age" }),
  "no knowledge": () => ({ order: "rank" }),
  "programs learnt": (workflow) => ({
    order: "rank",
    learnt: learnFrom(workflow, { spread: 1.25, seed: 7, byJob: false }),
  }),
  "jobs learnt": (workflow) => ({ order: "rank", learnt: learnFrom(workflow, { spread: 1.25, seed: 7, byJob: true }) }),
  "within 2x": (workflow) => ({ order: "rank", learnt: learnFrom(workflow, { spread: 2, seed: 7, byJob: true }) }),
  "exact": (workflow) => ({ order: "rank", learnt: learnFrom(workflow, { spread: 1, seed: 7, byJob: true }) }),
};

const coreCounts = [4, 16, 48];

/** Makespans over the bound, by what is known. */
type Ratios = Record<string, number[]>;

/** Plays all cases. */
export function study(workflows: readonly Workflow[], isOpen: boolean): Ratios {
  const ratios: Ratios = Object.fromEntries(Object.keys(knowledge).map((name) => [name, []]));
  for (const workflow of workflows) {
    for (const sized of [workflow, withMixedSizes(workflow)]) {
      for (const cores of coreCounts) {
        for (const [name, knows] of Object.entries(knowledge)) {
          const { makespan, bound } = play(sized, { ...knows(sized), nodes: `${cores}`, isOpen });
          ratios[name]!.push(makespan / bound);
        }
      }
    }
  }
  return ratios;
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function table(title: string, ratios: Ratios): string {
  const lines = Object.entries(ratios).map(([name, values]) => {
    const overAge = values.map((value, i) => value / ratios["age"]![i]!);
    return [
      name,
      geometricMean(values).toFixed(3),
      Math.max(...values).toFixed(2),
      `${((Math.max(...overAge) - 1) * 100).toFixed(1)} %`,
      `${overAge.filter((ratio) => ratio < 0.9).length} of ${values.length}`,
    ];
  });
  const rows = [["known", "mean", "worst", "worse than age, at most", "better by more than 10 %"], ...lines];
  return [`## ${title}`, "", ...rows.map((row) => `| ${row.join(" | ")} |`)].join("\n") + "\n";
}

async function makeInstances(folder: string): Promise<void> {
  const run = async (command: string, ...args: string[]) => {
    const { success, stderr } = await new Deno.Command(command, { args, stdout: "null", stderr: "piped" }).output();
    if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
  };
  const script = new URL("make_instances.py", import.meta.url).pathname;
  await run("python3", "-m", "venv", `${folder}/venv`);
  await run(`${folder}/venv/bin/pip`, "install", "-q", "wfcommons==1.6");
  await run(`${folder}/venv/bin/python`, script, `${folder}/workflows`, "1");
}

if (import.meta.main) {
  let folder = Deno.args[0];
  if (folder === undefined) {
    const made = await Deno.makeTempDir();
    await makeInstances(made);
    folder = `${made}/workflows`;
  }
  const workflows = readWorkflows(folder);
  console.log(table("Workflows of wfcommons, nothing more is submitted", study(workflows, false)));
  console.log(table("Workflows of wfcommons, more may come", study(workflows, true)));
  console.log(table("Synthetic workflows, nothing more is submitted", study(syntheticWorkflows(), false)));
}
