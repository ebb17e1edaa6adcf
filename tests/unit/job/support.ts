/**
 * What the tests of the job layer share.
 *
 * @module
 */

import { assertThrows } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { JobDescriptionError } from "../../../src/errors.ts";
import type { JobDescription } from "../../../src/job/description.ts";
import { parseJob } from "../../../src/job/parse.ts";
import type { SubmitVariables } from "../../../src/job/variables.ts";

/** Submit variables with values that a test can recognise. */
export const submitVariables: SubmitVariables = {
  rcnt: "12",
  uniq: "u-1",
  sname: "local",
  date: "2026-01-02",
  time: "03:04:05",
  dateTime: "2026-01-02 03:04:05",
};

/** Parses as at submit. `parts` go on top of a minimal job called `tj`. */
export function parse(parts: Record<string, unknown>): JobDescription {
  return parseJob({ name: "tj", execution: { exec: "date" }, ...parts }, { variables: submitVariables });
}

/** The description as its serialised form states it: every size is named there. */
export function asStated({ resources, ...job }: JobDescription): JobDescription {
  const { hasDefaultCores: _, ...stated } = resources;
  return { ...job, resources: stated };
}

/** Parses what must be refused, and returns the error. */
export function refusal(parts: Record<string, unknown>): JobDescriptionError {
  return assertThrows(() => parse(parts), JobDescriptionError);
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: anyCharacter }).map((text) => text.replaceAll("\0", "")),
  fc.constantFrom("${it}", "$${itval}", "$$$${it}", "${rcnt}", "$HOME", "$$", "é"),
);
const filled = text.filter((text) => text !== "");
const scalar = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const argument = fc.oneof(scalar, fc.constant(null));
const count = fc.integer({ min: 1, max: 1000 });
const name = fc.stringMatching(/^[A-Za-z0-9_.\-/]{1,12}$/);
const optional = { requiredKeys: [] };

const range = fc.tuple(count, count).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
const size = fc.oneof(count, count.map((exact) => ({ exact })), range);
const scheduler = fc.oneof(
  fc.constantFrom("maximum-iters", "split-into", "SPLIT-INTO", { name: "Maximum-Iters" }),
  count.map((parts) => ({ name: "split-into", params: { parts } })),
);
const scheduled = fc.record({ min: count, scheduler }, { requiredKeys: ["scheduler"] });

function resources(iterative: boolean): fc.Arbitrary<Record<string, unknown>> {
  const wanted = iterative ? fc.oneof(size, scheduled) : size;
  const wt = fc.constantFrom("1h", "10m", "45s", "1h2m3s");
  const nodeCrs = fc.record({ GPU: count, mem: count }, optional);
  return fc.oneof(
    fc.record({ numCores: wanted, wt }, { requiredKeys: ["numCores"] }),
    fc.record({ numNodes: wanted, numCores: wanted, nodeCrs, wt }, { requiredKeys: ["numNodes"] }),
  );
}

const env = fc.dictionary(
  filled.map((name) => name.replaceAll("=", "")).filter((name) => name !== ""),
  fc.oneof(text, fc.integer()),
);
const common = {
  ...{ env, stdin: text, stdout: text, stderr: text, wd: text, venv: text },
  modules: fc.oneof(filled, fc.array(filled)),
  model: fc.constantFrom("default", "threads", "OpenMPI", "intelmpi", "srunmpi"),
  model_opts: fc.record({ mpirun: text, mpirun_args: fc.array(argument), srun_args: fc.array(argument) }, optional),
};
const execution = fc.oneof(
  fc.record({ exec: filled, args: fc.array(argument), ...common }, { requiredKeys: ["exec"] }),
  fc.record({ script: filled, ...common }, { requiredKeys: ["script"] }),
);

const iteration = fc.oneof(
  fc.tuple(fc.integer({ min: -50, max: 50 }), count).map(([start, n]) => ({ start, stop: start + n })),
  count.map((stop) => ({ stop })),
  fc.array(argument, { minLength: 1, maxLength: 20 }).map((values) => ({ values })),
);

/** Jobs in the standard form that are right, as users write them. */
export const validJobs: fc.Arbitrary<Record<string, unknown>> = fc.boolean().chain((iterative) => {
  const other = name.map((name) => `x${name}`);
  const indexed = fc.oneof(other.map((job) => `${job}:\${it}`), other.map((job) => `${job}_$\${it}`));
  const plain = fc.oneof(other, fc.tuple(other, fc.integer()).map(([job, index]) => `${job}:${index}`));
  const after = fc.array(iterative ? fc.oneof(plain, indexed) : plain);
  return fc.record({
    name: name.map((name) => `j${name}`),
    execution,
    resources: resources(iterative),
    ...(iterative && { iteration }),
    dependencies: fc.record({ after }, optional),
    attributes: fc.dictionary(filled, fc.jsonValue() as fc.Arbitrary<unknown>),
  }, { requiredKeys: ["name", "execution", ...(iterative ? ["iteration" as const] : [])] });
});
