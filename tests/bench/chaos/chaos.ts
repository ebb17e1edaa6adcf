/**
 * Chaos: lives of runs that are killed, starved, damaged and resumed. Nothing may be lost in silence, run twice at once,
 * be told before it is on record, or be left.
 *
 * `deno run -A tests/bench/chaos/chaos.ts [--seeds=1000] [--from=1] [--lanes=2] [--keep]`
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { call } from "../../e2e/support/command_line.ts";
import { live } from "./life.ts";

/** What a life that went wrong tells. */
export interface BadLife {
  readonly seed: number;
  readonly wrong: readonly string[];
  /** What happened, in order. */
  readonly story: readonly string[];
}

/** Which lives are lived. */
export interface ChaosOptions {
  /** The first seed. */
  readonly from: number;
  /** How many lives. */
  readonly count: number;
  /** How many at once. */
  readonly lanes: number;
  /** Begins no more lives after so many milliseconds. */
  readonly msMax?: number;
  /** Whether the folders of lives that went wrong are kept. */
  readonly keeps?: boolean;
}

/** Lives many lives; returns how many, and those that went wrong. */
export async function liveMany(options: ChaosOptions): Promise<{ readonly lived: number; readonly bad: BadLife[] }> {
  const { from, count, lanes, msMax = Infinity, keeps = false } = options;
  const base = await Deno.makeTempDir({ prefix: "chaos-" });
  const faults = compileFaults(base);
  const other = { name: "other", execution: { exec: "true" } };
  Deno.writeTextFileSync(`${base}/other.json`, JSON.stringify(other));
  await call(["run", `${base}/other.json`, "--wd", `${base}/other`, "-q"]);
  const endMs = performance.now() + msMax;
  const bad: BadLife[] = [];
  let lived = 0;
  const lane = async () => {
    while (lived < count && performance.now() < endMs) {
      const seed = from + lived++;
      const folder = `${base}/life-${seed}`;
      Deno.mkdirSync(folder);
      const { wrong, story } = await live({ seed, faults, folder }).catch((error) => ({
        wrong: [String(error)],
        story: [],
      }));
      if (wrong.length > 0) bad.push({ seed, wrong, story });
      if (wrong.length === 0 || !keeps) Deno.removeSync(folder, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (bad.length === 0 || !keeps) Deno.removeSync(base, { recursive: true });
  return { lived, bad };
}

/** Compiles the library of faults; without a compiler there are fewer kinds of weather. */
function compileFaults(base: string): string | undefined {
  const source = new URL("./fault.c", import.meta.url).pathname;
  const library = `${base}/fault.so`;
  try {
    const args = ["-shared", "-fPIC", "-O1", "-o", library, source];
    return new Deno.Command("cc", { args, stderr: "inherit" }).outputSync().success ? library : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

if (import.meta.main) {
  const given = parseArgs(Deno.args, { string: ["seeds", "from", "lanes"], boolean: ["keep"] });
  const startedAtMs = performance.now();
  const { lived, bad } = await liveMany({
    from: Number(given.from ?? 1),
    count: Number(given.seeds ?? 1000),
    lanes: Number(given.lanes ?? 2),
    keeps: given["keep"] === true,
  });
  for (const { seed, wrong, story } of bad) console.log(`seed ${seed}:\n  ${[...story, ...wrong].join("\n  ")}`);
  console.log(`${lived} lives, ${bad.length} bad, ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
  Deno.exit(bad.length === 0 ? 0 : 1);
}
