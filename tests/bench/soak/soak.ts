/**
 * A soak test: very many tasks with random kills, limits, retries and cancels on 64 virtual cores. In the end every
 * task has one outcome, the journal tells the same as the reports did, descriptors and heap have stayed flat, and no
 * process is left.
 *
 * `deno run -A --v8-flags=--expose-gc tests/bench/soak/soak.ts [--tasks=100000] [--seed=1] [--cores=64]`
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { QCGPJExecutor, type TaskReport } from "../../../mod.ts";
import { readJournal } from "../../../src/deno/files/journal/journal_file.ts";
import { listChildren, readMark } from "../../../src/deno/local/process_scan.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { type Kind, kinds } from "./kinds.ts";

const options = parseArgs(Deno.args, { string: ["tasks", "seed", "cores"] });
const tasks = Number(options.tasks ?? 100_000);
const perJob = 100;
const jobs = Math.ceil(tasks / perJob);
const cores = Number(options.cores ?? 64);
/** Jobs that are open at the same time: enough to keep all cores busy. */
const openMax = 12;
const sampleMs = 1000;
const collectGarbage = (globalThis as { gc?: () => void }).gc;

/** A sequence of numbers from 0 to 1 that is the same for the same seed. */
class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  pick<T extends { readonly weight: number }>(things: readonly T[]): T {
    let left = this.next() * things.reduce((sum, { weight }) => sum + weight, 0);
    return things.find(({ weight }) => (left -= weight) < 0) ?? things[0]!;
  }
}

function check(condition: boolean, message: () => string): void {
  if (!condition) throw new Error(message());
}

interface Sample {
  readonly descriptors: number;
  readonly heapMiB: number;
}

function sample(): Sample {
  collectGarbage?.();
  return {
    descriptors: [...Deno.readDirSync("/proc/self/fd")].length,
    heapMiB: Deno.memoryUsage().heapUsed / 2 ** 20,
  };
}

const chance = new Chance(Number(options.seed ?? 1));
const folder = await Deno.makeTempDir({ prefix: "soak-" });
// The first use of signals in a process opens two descriptors for good.
const ignore = () => {};
Deno.addSignalListener("SIGCHLD", ignore);
Deno.removeSignalListener("SIGCHLD", ignore);
const before = sample();
const executor = new QCGPJExecutor({ wd: folder, resources: String(cores), graceMs: 200, logLevel: "error" });
/** What the reports said of each task: state and cause. */
const told = new Map<string, string>();
const counts: Record<string, number> = {};
const samples: Sample[] = [];
let kills = 0;

/** Runs one job to its end; every task must be told once, and end as its kind may end. */
async function runJob(index: number, kind: Kind): Promise<void> {
  const name = `${kind.name}-${index}`;
  const job = { name, iteration: { stop: perJob }, execution: kind.execution, ...kind.more };
  const future = executor.submit(() => JSON.stringify(job).replaceAll("$", "$$$$"));
  const cancel = kind.cancel === undefined ? undefined : setTimeout(() => {
    if (kind.cancel === "job") future.cancel();
    else for (let it = 0; it < perJob; it += 3) executor.manager.cancel(`${name}:${it}`);
  }, 1 + chance.next() * 300);
  for await (const report of future) note(report, kind);
  clearTimeout(cancel);
  executor.manager.remove(name);
}

function note({ name, state, cause, cleanup }: TaskReport, kind: Kind): void {
  check(!told.has(name), () => `${name} was told twice`);
  const end = cause === undefined ? state : `${state} ${cause}`;
  // A kill from outside may hit any task.
  check(kind.ends.includes(end) || cause === "signal", () => `${name} ended as ${end}`);
  check((cleanup?.left ?? 0) === 0, () => `${name} left processes behind`);
  told.set(name, end);
  counts[end] = (counts[end] ?? 0) + 1;
}

/** Kills a task from outside. */
function killOne(): void {
  const victims = listChildren().filter((pid) => readMark(pid));
  const victim = victims[Math.floor(chance.next() * victims.length)];
  if (victim === undefined) return;
  try {
    Deno.kill(victim, "SIGKILL");
    kills++;
  } catch {
    // It has ended by itself.
  }
}

const startMs = performance.now();
const sampling = setInterval(() => samples.push(sample()), sampleMs);
const killing = setInterval(killOne, 50);
let next = 0;
await Promise.all(Array.from({ length: openMax }, async () => {
  while (next < jobs) await runJob(next++, chance.pick(kinds));
}));
clearInterval(killing);
clearInterval(sampling);
const seconds = (performance.now() - startMs) / 1000;
await executor.shutdown();
const after = sample();

check(told.size === jobs * perJob, () => `${told.size} of ${jobs * perJob} tasks were told`);
check(after.descriptors === before.descriptors, () => `${after.descriptors} descriptors, before ${before.descriptors}`);
const left = listChildren();
check(left.length === 0, () => `processes ${left.join(", ")} are left`);
const [early, late] = [samples.slice(0, samples.length >> 1), samples.slice(samples.length >> 1)];
const most = (some: readonly Sample[], what: keyof Sample) => Math.max(...some.map((one) => one[what]));
if (late.length > 5) {
  const limit = most(early, "descriptors") + 4;
  check(most(late, "descriptors") <= limit, () => `descriptors grow to ${most(late, "descriptors")}, early ${limit}`);
  // The map of what was told grows by some 150 bytes for each task.
  const heapLimit = most(early, "heapMiB") * 1.2 + tasks * 150 / 2 ** 20;
  check(most(late, "heapMiB") <= heapLimit, () => `the heap grows to ${most(late, "heapMiB")} MiB`);
}
const compared = compareJournal();
await Deno.remove(folder, { recursive: true });

console.log(`${told.size} tasks in ${seconds.toFixed(0)} s (${(told.size / seconds).toFixed(0)}/s) on ${cores} cores`);
console.log(`${kills} kills from outside; ends: ${JSON.stringify(counts)}`);
console.log(`heap ${most(early, "heapMiB").toFixed(1)} MiB early, ${most(late, "heapMiB").toFixed(1)} late`);
console.log(
  `descriptors ${most(early, "descriptors")} early, ${most(late, "descriptors")} late, ${after.descriptors} after`,
);
console.log(`${compared} tasks in the journal as in the reports; seed ${options.seed ?? 1}`);

/** Replays the journal, and compares it with what was told, task by task. */
function compareJournal(): number {
  const runFolder = [...Deno.readDirSync(folder)].find(({ name }) => name.startsWith(".qcgpjm"))!;
  return readJournal(`${folder}/${runFolder.name}/journal`, (replay) => {
    const ledger = new Ledger();
    let compared = 0;
    for (const event of replay) {
      if (event.kind === "jobForgotten") {
        const { job } = ledger.job(event.job)!;
        for (let offset = 0; offset < perJob; offset++) {
          const { state, cause } = ledger.task(job.firstTask + offset);
          const name = `${job.description.name}:${offset}`;
          const end = cause === undefined ? state : `${state} ${cause}`;
          check(told.get(name) === end, () => `${name} ended as ${end} by the journal, as ${told.get(name)} by report`);
          compared++;
        }
      }
      ledger.apply(event);
    }
    check(replay.report().losses.length === 0, () => "the journal has lost something");
    check(compared === told.size, () => `${compared} of ${told.size} tasks are in the journal`);
    return compared;
  });
}
