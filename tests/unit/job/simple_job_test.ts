import { assertEquals, assertThrows } from "@std/assert";
import { JobDescriptionError } from "../../../src/errors.ts";
import { isSimpleJob, type SimpleJobInput, standardJob } from "../../../src/job/simple_job.ts";
import { parseJob } from "../../../src/job/parse.ts";

/** Jobs in the simple form, each with its standard form. */
const forms: readonly (readonly [simple: SimpleJobInput, standard: object])[] = [
  [{ exec: "date" }, { name: "made-up", execution: { exec: "date" } }],
  [
    { name: "a", exec: "sim", args: ["-x", 1], stdout: "out", wd: "w", modules: "gcc", model: "threads", login: false },
    {
      name: "a",
      execution: {
        exec: "sim",
        args: ["-x", 1],
        stdout: "out",
        wd: "w",
        modules: "gcc",
        model: "threads",
        login: false,
      },
    },
  ],
  [
    { name: "a", script: "date", numCores: 2, numNodes: { min: 1, max: 2 }, wt: "5m", nodeCrs: { gpu: 1 } },
    {
      name: "a",
      execution: { script: "date" },
      resources: { numCores: 2, numNodes: { min: 1, max: 2 }, wt: "5m", nodeCrs: { gpu: 1 } },
    },
  ],
  [{ name: "a", exec: "x", iteration: 4 }, { name: "a", execution: { exec: "x" }, iteration: { stop: 4 } }],
  [
    { name: "a", exec: "x", iteration: ["p", "q"], after: "b" },
    { name: "a", execution: { exec: "x" }, iteration: { values: ["p", "q"] }, dependencies: { after: ["b"] } },
  ],
  [
    { name: "a", exec: "x", iteration: { start: 2, stop: 4 }, after: ["b", "c"], retry: 2, env: { A: "1" } },
    {
      name: "a",
      execution: { exec: "x", env: { A: "1" } },
      iteration: { start: 2, stop: 4 },
      dependencies: { after: ["b", "c"] },
      retry: 2,
    },
  ],
];
for (const [simple, standard] of forms) {
  Deno.test(`standardJob() puts every key where it belongs: ${JSON.stringify(simple).slice(0, 70)}`, () => {
    const job = standardJob(simple, "made-up");
    assertEquals<unknown>(job, standard);
    assertEquals(parseJob(job, {}).name, job.name);
  });
}

Deno.test("standardJob() refuses a key that belongs nowhere, and suggests the near miss", () => {
  const job = { name: "a", exec: "x", stdot: "y" } as SimpleJobInput;
  const error = assertThrows(
    () => standardJob(job, "n"),
    JobDescriptionError,
    'stdot is unknown (did you mean "stdout"?)',
  );
  assertEquals([error.jobName, error.path], ["a", "stdot"]);
});

Deno.test("isSimpleJob() tells the simple form from the standard one, and from what is no job", () => {
  assertEquals([{ exec: "x" }, { script: "x" }].map(isSimpleJob), [true, true]);
  const others = [{ execution: { exec: "x" } }, { exec: "x", execution: {} }, {}, null, "exec", 5, []];
  assertEquals(others.map(isSimpleJob), others.map(() => false));
});
