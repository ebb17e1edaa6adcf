/**
 * The texts of refused requests are QCG-PilotJob's to the letter: hundreds of wrong requests, each with what it said.
 * `tests/e2e/qcg_pilotjob_test.ts` holds the recorded texts against QCG-PilotJob itself.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import refusals from "../../fixtures/refusals.json" with { type: "json" };
import { findSubmitRefusal } from "../../../src/service/refusals/submit_refusal.ts";
import { exchangeMessage } from "../../../src/service/reply.ts";
import { jobOf, serve, type Served } from "./support.ts";

/** As when the texts were recorded: `a` and the two iterations of `it` have succeeded, `slow` runs. */
function surroundings(): Served {
  const served = serve("n1:4,n2:4");
  const { pilot } = served;
  pilot.take(jobOf("a"), jobOf("it", { iteration: { stop: 2 } }), jobOf("slow"));
  for (const name of ["a", "it:0", "it:1"]) pilot.run(name);
  pilot.start("slow");
  return served;
}

/** What is refused in a reply: its message, or what is said of single names. */
function refusedIn({ code, message, data = {} }: ReturnType<Served["ask"]>): unknown {
  if (code === 1) return message;
  const { errors, jobs = {} } = data as { readonly errors?: object; readonly jobs?: object };
  if (errors !== undefined) return errors;
  const answers = Object.entries(jobs) as [string, { readonly status: number; readonly message?: string }][];
  return Object.fromEntries(answers.flatMap(([name, one]) => one.status === 1 ? [[name, one.message]] : []));
}

Deno.test("Service.answer() refuses in the words of QCG-PilotJob, to the letter", () => {
  const differing = refusals.flatMap(([request, refusal]) => {
    const ours = refusedIn(surroundings().service.answerText(JSON.stringify(request)).reply);
    return JSON.stringify(ours) === JSON.stringify(refusal) ? [] : [{ request, refusal, ours }];
  });
  assertEquals(differing, []);
  assertEquals(refusals.length > 300, true);
});

Deno.test("A refused submit says in its data and in the log what is wrong in our words too", () => {
  const { ask } = serve();
  const reply = ask("submit", { jobs: [jobOf("a", { execution: { exec: "x", argz: [] } })] });
  const { message, data } = reply;
  assertEquals(message, "Wrong submit request: JobExecution.__init__() got an unexpected keyword argument 'argz'");
  const { reason, path } = data as { readonly reason: string; readonly path: string };
  assertEquals(path, "execution.argz");
  assertStringIncludes(reason, 'did you mean "args"');
  assertStringIncludes(exchangeMessage("submit", reply).text, `refused: ${message} (${reason})`);
});

Deno.test("A submit that QCG-PilotJob would take is refused in our words alone", () => {
  const { message, data } = serve("n0:4").ask("submit", { jobs: [jobOf("a", { resources: { numCores: true } })] });
  assertEquals(
    message,
    'Wrong submit request: Job "a": resources.numCores must be a number or an object such as { "exact": 4 } or ' +
      '{ "min": 1, "max": 4 }, not true',
  );
  assertEquals<unknown>(data, { error: "JOB_DESCRIPTION", job: "a", path: "resources.numCores" });
  const others: readonly (readonly [job: object, path: string])[] = [
    [{ resources: { numCores: { min: 1, scheduler: { name: "maximum-iters" } } } }, "resources.numCores.scheduler"],
    [{ resources: { numCores: { exact: 0 } } }, "resources.numCores.exact"],
    [{ resources: { numNodes: { min: 1 } } }, "resources.numNodes"],
    [{ resources: { numCores: 1, nodeCrs: { mem: 1 } } }, "resources.nodeCrs"],
    [{ iteration: { start: true, stop: 2 } }, "iteration.start"],
    [{ iteration: { values: ["a", []] } }, "iteration.values[1]"],
    [{ execution: { exec: "x", stderr: 1 } }, "execution.stderr"],
    [{ execution: { exec: "x", wd: [] } }, "execution.wd"],
  ];
  for (const [job, path] of others) {
    assertEquals((serve("n0:4").ask("submit", { jobs: [jobOf("a", job)] }).data as { path: string }).path, path);
  }
});

Deno.test("The name in a refusal has its variables filled in", () => {
  const { ask } = surroundings();
  ask("submit", { jobs: [jobOf("b_${rcnt}")] });
  assertEquals(ask("submit", { jobs: [jobOf("b_1", { iteration: { stop: 3 } })] }).message, "Job b_1 already exist");
  assertEquals(ask("submit", { jobs: [jobOf("b$rcnt:1")] }).message, "Wrong submit request: Invalid job name b3:1");
});

Deno.test("findSubmitRefusal() has an answer, or none, for whatever jobs there are", () => {
  const loose = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>({ exec: "x" }, { stop: 2 }, { after: ["a:1"] }));
  const jobs = fc.array(fc.record({
    name: fc.oneof(fc.constantFrom("a", "b", "${x}"), fc.jsonValue()),
    execution: loose,
    resources: fc.oneof(loose, fc.record({ numCores: loose, numNodes: loose, wt: loose }, { requiredKeys: [] })),
    iteration: loose,
    dependencies: loose,
  }, { requiredKeys: ["name", "execution"] }));
  fc.assert(fc.property(jobs, (jobs) => {
    const refusal = findSubmitRefusal(jobs, { variables: new Map(), find: () => undefined, nodeCores: [4, 2] });
    assertEquals(refusal === undefined || refusal.length > 0, true);
  }));
});
