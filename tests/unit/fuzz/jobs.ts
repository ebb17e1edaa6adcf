/**
 * Jobs of requests by a grammar, and what the parser makes of them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { JobDescriptionError } from "../../../src/errors.ts";
import { parseJob } from "../../../src/job/parse.ts";
import type { Random } from "../../sim/random.ts";
import { variablesOf } from "../service/support.ts";
import { type Part, several, type Verdict, word, wrong } from "./grammar.ts";

/** What is compared of a job. */
interface Meaning {
  readonly name: string;
  readonly exec: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdout?: string;
  readonly range?: readonly [number, number];
  readonly values?: readonly string[];
  readonly cores: readonly [number, number];
  readonly timeLimitMs?: number;
  readonly graceMs?: number;
  readonly retries?: number;
  readonly after: readonly string[];
}

type JobPart = Part<unknown, Partial<Meaning>>;

const right = (value: unknown, means: Partial<Meaning>): JobPart => ({ value, means });
const bad = (value: unknown): JobPart => ({ value, means: wrong });

/** The parts of a job: each makes one that is right, or one that is wrong. */
const parts: Readonly<Record<string, (random: Random, isRight: boolean) => JobPart>> = {
  name: (random, isRight) => {
    if (!isRight) return bad(random.pick<unknown>(["", "a b", "a:1", "x{", "it's", 'q"', "(", 5, [], {}, "tab\t"]));
    const name = `n${word(random)}`;
    return right(name, { name });
  },
  execution: (random, isRight) => {
    const [exec, stdout] = [word(random), word(random)];
    const scalars = several(random, 4, () =>
      random.pick<readonly [unknown, string]>([
        ["a b", "a b"],
        [7, "7"],
        [
          true,
          "true",
        ],
        ["", ""],
        [-1.5, "-1.5"],
        ["it's", "it's"],
      ]));
    const args = scalars.map(([value]) => value);
    const whole = { exec, args, env: { A: 1, B: "b c" }, stdout };
    if (!isRight) {
      const broken: unknown[] = [
        ...[{}, { args }, { exec: "" }, { exec: 5 }, { exec, script: "x" }, "text", [], 3, { ...whole, args: {} }],
        ...[{ ...whole, argz: [] }, { ...whole, args: [{}] }, { ...whole, env: [] }, { ...whole, env: { A: {} } }],
        ...[{ ...whole, stdout: 5 }, { ...whole, wd: [] }, { ...whole, args: [[]] }, { ...whole, modules: 5 }],
      ];
      return bad(random.pick(broken));
    }
    const means = { exec, args: scalars.map(([, text]) => text), env: { A: "1", B: "b c" }, stdout };
    return right(whole, means);
  },
  iteration: (random, isRight) => {
    if (!isRight) {
      return bad(random.pick<unknown>([
        {},
        { stop: 0 },
        { start: 3, stop: 3 },
        { stop: 1.5 },
        { values: [] },
        {
          stop: 2,
          values: ["a"],
        },
        { stop: 5, step: 2 },
        "5",
        [],
        { stop: 1e9 },
        { values: "abc" },
        { values: [{}] },
      ]));
    }
    const [start, count] = [random.between(-3, 3), random.between(1, 5)];
    if (random.chance(0.3)) {
      const values = Array.from({ length: count }, () => word(random));
      return right({ values }, { range: [0, count], values });
    }
    const isShort = random.chance(0.5);
    const first = isShort ? 0 : start;
    return right(isShort ? { stop: count } : { start, stop: start + count }, { range: [first, first + count] });
  },
  resources: (random, isRight) => {
    const [min, more] = [random.between(1, 4), random.between(0, 4)];
    if (!isRight) {
      const sizes = [0, -1, 1.5, {}, { min }, { min: 2, max: 1 }, { exact: 1, min: 1 }, [], { exact: 0 }, { mni: 1 }];
      const broken = sizes.map((numCores): object => ({ numCores }));
      broken.push({ numCores: 1, wt: "10:00" }, { numCores: 1, wt: "0s" }, { numcores: 1 }, {}, { wt: "1h" });
      return bad(random.pick(broken));
    }
    const [numCores, cores] = random.pick<readonly [unknown, readonly [number, number]]>([
      [min, [min, min]],
      [{ exact: min }, [min, min]],
      [{ min, max: min + more }, [min, min + more]],
    ]);
    if (random.chance(0.5)) return right({ numCores }, { cores });
    const [hours, seconds] = [random.between(0, 3), random.between(1, 90)];
    const wt = `${hours > 0 ? `${hours}h` : ""}${seconds}s`;
    return right({ numCores, wt }, { cores, timeLimitMs: (hours * 3600 + seconds) * 1000 });
  },
  dependencies: (random, isRight) => {
    if (!isRight) {
      return bad(random.pick<unknown>([
        { after: "a" },
        { after: [5] },
        { after: ["a:b"] },
        { after: ["a:1:2"] },
        {
          afer: [],
        },
        [],
        { after: [""] },
        { after: ["a b"] },
        { after: ["x:${it}y"] },
      ]));
    }
    const after = several(random, 3, () => `d${word(random)}${random.chance(0.3) ? `:${random.between(-2, 9)}` : ""}`);
    return right({ after }, { after: [...new Set(after)] });
  },
  graceMs: (random, isRight) => {
    if (!isRight) return bad(random.pick<unknown>([-1, 1.5, "soon", {}, true]));
    const graceMs = random.between(0, 9999);
    return right(graceMs, { graceMs });
  },
  retry: (random, isRight) => {
    if (!isRight) {
      return bad(random.pick<unknown>([0, -1, 1.5, { max: 0 }, { max: 1, on: ["never"] }, { mx: 1 }, []]));
    }
    const max = random.between(1, 5);
    return right(random.pick<unknown>([max, { max }, { max, on: ["exit"] }]), { retries: max });
  },
};

/** Parts that every job has. */
const needed = ["name", "execution"];

/** Makes a job, right or with one mistake, and compares what the parser makes of it. */
export function checkJob(random: Random): Verdict {
  const keys = Object.keys(parts).filter((key) => needed.includes(key) || random.chance(0.4));
  const mistaken = random.chance(0.4) ? random.pick([...keys, "unknown", "missing"]) : undefined;
  const job: Record<string, unknown> = {};
  const meaning: Record<string, unknown> = { cores: [1, 1], after: [] };
  for (const key of keys.toSorted(() => random.next() - 0.5)) {
    const { value, means } = parts[key]!(random, key !== mistaken);
    job[key] = value;
    if (means !== wrong) Object.assign(meaning, means);
  }
  if (mistaken === "unknown") job[random.pick(["exec", "iterate", "numCores", "after", "x", "Name", "wt"])] = 1;
  if (mistaken === "missing") delete job[random.pick(needed)];
  const told = `${JSON.stringify(job)} with ${mistaken ?? "nothing"} wrong`;
  let read: Meaning;
  try {
    read = meaningOf(job);
  } catch (error) {
    if (!(error instanceof JobDescriptionError)) throw new Error(`${told} throws ${error}`, { cause: error });
    if (mistaken === undefined) throw new Error(`${told} is refused: ${error.message}`);
    return "wrong";
  }
  if (mistaken !== undefined) throw new Error(`${told} is taken`);
  assertEquals<unknown>(read, meaning, told);
  return "right";
}

function meaningOf(job: unknown): Meaning {
  const { name, execution, iteration, resources, timeLimitMs, graceMs, retry, dependencies } = parseJob(job, {
    variables: variablesOf(1),
  });
  const { exec = "", args, env, stdout } = execution;
  const { min, max } = resources.cores as { readonly min: number; readonly max: number };
  const after = dependencies.map((one) =>
    one.kind === "job" ? `${one.job}${one.iteration === undefined ? "" : `:${one.iteration}`}` : one.kind
  );
  return {
    ...{ name, exec, args, env, cores: [min, max], after },
    ...(stdout === undefined ? {} : { stdout }),
    ...(iteration === undefined ? {} : { range: [iteration.start, iteration.stop] as const }),
    ...(iteration?.values === undefined ? {} : { values: iteration.values }),
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(graceMs === undefined ? {} : { graceMs }),
    ...(retry === undefined ? {} : { retries: retry.max }),
  };
}
