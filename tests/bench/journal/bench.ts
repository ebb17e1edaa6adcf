/**
 * What the journal costs: its size and the time to replay it for a run with 1,000,000 iterations, and what one turn
 * pays at each durability.
 *
 * Run as `deno run -A tests/bench/journal/bench.ts [iterations]`.
 *
 * @module
 */

import { JournalFile, readJournal } from "../../../src/deno/files/journal/journal_file.ts";
import type { Event } from "../../../src/core/types.ts";
import { JournalWriter } from "../../../src/journal/writer.ts";
import { header, turnsOf } from "./workload.ts";

const iterations = Number(Deno.args[0] ?? 1_000_000);
const folder = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "journal-bench-" });

function row(...cells: readonly (string | number)[]): void {
  console.log(`| ${cells.join(" | ")} |`);
}

/** Puts turns together, so that so many tasks share one. */
function* shared(turns: Iterable<readonly Event[]>, tasks: number): Generator<readonly Event[]> {
  let gathered: Event[] = [];
  let count = 0;
  for (const turn of turns) {
    gathered.push(...turn);
    // A task takes two turns when none is shared.
    if (++count % (2 * tasks) !== 0) continue;
    yield gathered;
    gathered = [];
  }
  if (gathered.length > 0) yield gathered;
}

async function measureRun(tasks: number): Promise<void> {
  const path = `${folder}/run-${tasks}`;
  const turns = tasks === 0 ? turnsOf(iterations) : shared(turnsOf(iterations), tasks);
  const journal = JournalFile.create(path, header, "process");
  const startMs = performance.now();
  for (const turn of turns) journal.append(turn);
  const writtenMs = performance.now() - startMs;
  await journal.close();
  const { size } = await Deno.stat(path);
  const replayStartMs = performance.now();
  const events = readJournal(path, (replay) => {
    let count = 0;
    for (const _ of replay) count++;
    return count;
  });
  const replayedMs = performance.now() - replayStartMs;
  if (events !== 3 * iterations + 2) throw new Error(`${events} events were read back`);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  const shape = tasks === 0 ? "none: 2 turns a task" : `${tasks} tasks a turn`;
  row(shape, `${(size / 1e6).toFixed(1)} MB`, (size / iterations).toFixed(1), seconds(writtenMs), seconds(replayedMs));
  await Deno.remove(path);
}

async function measureAppend(name: string, append: (turn: readonly Event[]) => Promise<void> | void, count: number) {
  const turns = [...turnsOf(count / 2)].slice(0, count);
  const timesUs = new Float64Array(turns.length);
  for (const [i, turn] of turns.entries()) {
    const startMs = performance.now();
    const durable = append(turn);
    if (durable !== undefined) await durable;
    timesUs[i] = (performance.now() - startMs) * 1000;
  }
  timesUs.sort();
  const at = (share: number): string => `${timesUs[Math.floor(share * timesUs.length)]!.toFixed(1)} µs`;
  const mean = timesUs.reduce((sum, time) => sum + time, 0) / timesUs.length;
  row(name, `${mean.toFixed(1)} µs`, at(0.5), at(0.99), `${Math.round(1e6 / mean)}`);
}

console.log(`A run of ${iterations} iterations: scheduled, started, ended with usage\n`);
row("turns shared", "size", "bytes an iteration", "encode and write", "replay");
row("---", "---", "---", "---", "---");
for (const tasks of [0, 1, 4, 64]) await measureRun(tasks);

console.log("\nOne turn of one or two events\n");
row("durability", "mean", "median", "99 %", "turns/s");
row("---", "---", "---", "---", "---");
const writer = new JournalWriter(header);
writer.begin();
await measureAppend("memory (nothing is done)", () => {}, 100_000);
await measureAppend("(encode only)", (turn) => void writer.encode(turn), 100_000);
for (const [durability, count] of [["process", 100_000], ["power", 3_000]] as const) {
  const journal = JournalFile.create(`${folder}/${durability}`, header, durability);
  await measureAppend(durability, (turn) => journal.append(turn), count);
  await journal.close();
}
await Deno.remove(folder, { recursive: true });
