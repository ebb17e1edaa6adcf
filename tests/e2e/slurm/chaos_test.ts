/**
 * Random kills of agents and of their channels: every task ends once, and never lives twice at a time.
 *
 * @module
 */

import "../../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/processes.ts";
import { requests, slurmTest } from "./cluster.ts";

const kills = 50;
const tasks = 40;
/** Each is given up at its third loss, so it takes many. */
const nodes = Array.from({ length: 19 }, (_, index) => `n${index + 2}`);

slurmTest(`${kills} random kills: each task ran exactly once to its end, and no two lives of one overlap`, {
  cpus: Array(nodes.length + 1).fill(1).join(","),
}, async (slurm) => {
  // A task cannot end before the kills are over: the end of one whose agent dies in the same moment nobody would hear of.
  await slurm.write(
    "task",
    '#!/bin/bash\nfile=lives-$1-$$\necho "start ${EPOCHREALTIME/[.,]/}" >$file\n' +
      'until [ -e stop ]; do sleep 0.05; echo "lives ${EPOCHREALTIME/[.,]/}" >>$file; done\n' +
      'echo "end ${EPOCHREALTIME/[.,]/}" >>$file\n',
  );
  await slurm.write(
    "jobs.json",
    requests({
      name: "a",
      iteration: { stop: tasks },
      execution: { exec: `${slurm.folder}/task`, args: ["${it}"] },
      // Slurm kills a step's tasks and its agent one after the other: an agent may tell of a task before it goes.
      retry: { max: 100, on: ["node-lost", "signal"] },
    }),
  );
  const running = slurm.batch([`-N${nodes.length + 1}`, "--exclusive", "--no-kill"], "run jobs.json");
  await until(() => nodes.every((node) => slurm.agentOf(node) !== undefined), "all agents are there");
  for (let kill = 0; kill < kills;) {
    const node = nodes[Math.floor(Math.random() * nodes.length)]!;
    const sruns = slurm.processes(new RegExp(`^\\S*srun .*-w ${node} .* agent`));
    const [victim] = kill % 3 === 0 ? sruns.map((pid) => -pid) : [slurm.agentOf(node)];
    await new Promise((resolve) => setTimeout(resolve, 0)); // The batch job's end is waited for meanwhile.
    if (victim === undefined) {
      // What was killed three times stays lost; go on with others, or end.
      if (nodes.every((name) => slurm.agentOf(name) === undefined)) break;
      continue;
    }
    try {
      Deno.kill(victim, "SIGKILL");
      kill++;
    } catch {
      // It has just gone.
    }
  }
  // A task of a dead agent must not end well in the moment before it is killed.
  const endMs = performance.now() + 3000;
  await until(() => performance.now() > endMs, "the last tasks of dead agents have gone");
  await slurm.write("stop", "");
  assertEquals(await running, 0, slurm.read("out"));

  const lives = Array.from(
    { length: tasks },
    (): (readonly [startUs: number, lastUs: number, hasEnded: boolean])[] => [],
  );
  for (const { name } of Deno.readDirSync(slurm.folder)) {
    const [, task] = /^lives-([0-9]+)-/.exec(name) ?? [];
    if (task === undefined) continue;
    const lines = slurm.lines(name).map((line) => line.split(" "));
    if (lines.length === 0) continue; // It was killed before its first word.
    const times = lines.map(([, us]) => Number(us));
    lives[Number(task)]!.push([times[0]!, times.at(-1)!, lines.at(-1)![0] === "end"]);
  }
  for (const [task, all] of lives.entries()) {
    all.sort(([a], [b]) => a - b);
    assertEquals(all.filter(([, , hasEnded]) => hasEnded).length, 1, `task ${task} has ended once`);
    for (let life = 1; life < all.length; life++) {
      assert(all[life]![0] > all[life - 1]![1], `task ${task} lives twice at a time: ${JSON.stringify(all)}`);
    }
  }
  assert(lives.flat().length >= tasks + 10, "tasks were killed");
});
