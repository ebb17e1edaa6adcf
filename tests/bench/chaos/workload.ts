/**
 * What runs in a life: a few jobs whose tasks note when they begin and end, and whether they find themselves running
 * already.
 *
 * @module
 */

import type { Random } from "../../sim/random.ts";

/** How a task ends when nobody disturbs it. */
export type Expected = ReadonlyMap<string, "SUCCEED" | "FAILED" | "OMITTED">;

/** What is submitted, request by request. */
export interface Workload {
  readonly requests: readonly object[];
  /** The state of each task and job. */
  readonly expected: Expected;
}

/** The program of every task: its name, how long it takes, how it ends. */
const script = `
exec 9> "$FOLDER/locks/$1"
flock -n 9 || echo "twice $1" >> "$FOLDER/notes"
echo "begin $1" >> "$FOLDER/notes"
sleep "$2"
echo "end $1" >> "$FOLDER/notes"
exit "$3"`;

/** Makes the jobs of a life. */
export function makeWorkload(random: Random, folder: string): Workload {
  const seconds = () => (random.between(0, 8) / 40).toFixed(3);
  const run = (name: string, code = 0) => ({
    exec: "bash",
    args: ["-c", script, "task", name, seconds(), `${code}`],
    env: { FOLDER: folder },
  });
  const iterations = random.between(2, 8);
  const jobs = [
    { name: "first", execution: run("first") },
    { name: "sweep", iteration: { stop: iterations }, execution: run("sweep:${it}") },
    { name: "bad", execution: run("bad", 3), ...(random.chance(0.5) ? { retry: 1 } : {}) },
    { name: "behind", execution: run("behind"), dependencies: { after: ["sweep"] } },
    { name: "never", execution: run("never"), dependencies: { after: ["bad"] } },
    ...Array.from({ length: random.between(0, 12) }, (_, i) => ({ name: `more${i}`, execution: run(`more${i}`) })),
  ];
  const expected = new Map<string, "SUCCEED" | "FAILED" | "OMITTED">();
  for (const { name } of jobs) expected.set(name, name === "bad" ? "FAILED" : name === "never" ? "OMITTED" : "SUCCEED");
  for (let it = 0; it < iterations; it++) expected.set(`sweep:${it}`, "SUCCEED");
  return { requests: jobs.map((job) => ({ request: "submit", jobs: [job] })), expected };
}
