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
  /** Whether the folders of lives that went wrong are kept. */
  readonly keeps?: boolean;
}

/** The last words of a life that are told after its whole story, so that they stand where a log is cut last. */
const lastWords = { lines: 6, characters: 400 };

/** Tells bad lives: their whole stories first, and at the end of each life and of all what went wrong, in short. */
export function describeBad(bad: readonly BadLife[]): string {
  const whole = bad.map(({ seed, wrong, story }) => `seed ${seed}:\n  ${[...story, ...wrong].join("\n  ")}`);
  const short = bad.map(({ seed, wrong, story }) => {
    const cut = (lines: readonly string[]) => lines.map((line) => line.slice(-lastWords.characters));
    const end = [...cut(story.slice(-lastWords.lines)), ...cut(wrong).map((text) => `WRONG: ${text}`)];
    return `seed ${seed}, in short:\n  ${end.join("\n  ")}`;
  });
  return [...whole, ...short].join("\n");
}

/** Lives many lives; returns how many, and those that went wrong. */
export async function liveMany(options: ChaosOptions): Promise<{ readonly lived: number; readonly bad: BadLife[] }> {
  const { from, count, lanes, keeps = false } = options;
  const base = await Deno.makeTempDir({ prefix: "chaos-" });
  const faults = compileFaults(base);
  const other = { name: "other", execution: { exec: "true" } };
  Deno.writeTextFileSync(`${base}/other.json`, JSON.stringify(other));
  await call(["run", `${base}/other.json`, "--wd", `${base}/other`, "-q"]);
  const bad: BadLife[] = [];
  let lived = 0;
  const lane = async () => {
    while (lived < count) {
      const seed = from + lived++;
      // No name is the beginning of another: processes are found by it.
      const folder = `${base}/life-${seed.toString().padStart(9, "0")}`;
      Deno.mkdirSync(folder);
      const { wrong, story } = await live({ seed, faults, folder });
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
  if (bad.length > 0) console.log(describeBad(bad));
  console.log(`${lived} lives, ${bad.length} bad, ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`);
  Deno.exit(bad.length === 0 ? 0 : 1);
}
