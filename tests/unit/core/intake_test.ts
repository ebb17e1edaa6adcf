import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Intake, type IntakeOptions } from "../../../src/core/intake.ts";
import { JobDescriptionError } from "../../../src/errors.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { readJob } from "../../traces/words.ts";
import { Pool, type PoolOptions } from "../../../src/resources/pool.ts";

type Options = Pick<IntakeOptions, "unknownDependency"> & PoolOptions;

function intakeOf(options: Options = {}): (text: string) => ReturnType<Intake["admit"]> {
  const intake = new Intake({ ...options, pool: new Pool(parseNodeSpec("a:4,b:4"), options) });
  return (text) => intake.admit(text.split("|").map(readJob));
}

function refusal(admit: (text: string) => unknown, text: string): JobDescriptionError {
  return assertThrows(() => admit(text), JobDescriptionError);
}

Deno.test("Intake.admit() numbers jobs and tasks densely, in the order of submission", () => {
  const admit = intakeOf();
  const numbers = (text: string) => admit(text).map(({ id, firstTask }) => [id, firstTask]);
  assertEquals(numbers("A x3 | B"), [[0, 0], [1, 3]]);
  assertEquals(numbers("C"), [[2, 4]]);
});

Deno.test("Intake.admit() lets in all or none", () => {
  const admit = intakeOf();
  refusal(admit, "A | B cores=9");
  refusal(admit, "A | B after=nobody");
  refusal(admit, "A | B after=C | C after=B");
  refusal(admit, "A | A");
  assertEquals(admit("A").map(({ id, firstTask }) => [id, firstTask]), [[0, 0]]);
});

Deno.test("Intake.admit() refuses names that are taken, and says what to do", () => {
  const admit = intakeOf();
  admit("A");
  const error = refusal(admit, "A");
  assertEquals([error.jobName, error.path], ["A", "name"]);
  assertStringIncludes(error.message, "remove the other one first");
  assertStringIncludes(refusal(admit, "B | B").message, "twice in this submit");
});

Deno.test("Intake.admit() looks dependencies up, in any order of one submit", () => {
  const admit = intakeOf();
  const [a, b, c] = admit("A x2..5 after=B | B x2..5 | C x3..5 after=B:${it},B:4,A") as [
    ReturnType<Intake["admit"]>[0],
    ReturnType<Intake["admit"]>[0],
    ReturnType<Intake["admit"]>[0],
  ];
  assertEquals([a.edges, b.edges], [[{ kind: "job", job: 1 }], []]);
  assertEquals(c.edges, [
    { kind: "aligned", job: 1, shift: 1 },
    { kind: "job", job: 1, offset: 2 },
    { kind: "job", job: 0 },
  ]);
});

Deno.test("Intake.admit() looks up one job for each iteration", () => {
  const admit = intakeOf();
  admit("p_1 | p_2");
  assertEquals(admit("q x1..3 after=p_${it}")[0]!.edges, [{ kind: "perTask", jobs: [0, 1] }]);
  const error = refusal(admit, "r x4 after=p_${it}");
  assertStringIncludes(error.message, '"p_0"');
});

Deno.test("Intake.admit() refuses unknown dependencies with the near miss, or lets them be omitted", () => {
  const admit = intakeOf();
  admit("simulate");
  const error = refusal(admit, "A after=simulat");
  assertEquals([error.jobName, error.path], ["A", "dependencies.after[0]"]);
  assertStringIncludes(error.message, '"simulate"');
  const lenient = intakeOf({ unknownDependency: "omit" });
  assertEquals(lenient("A after=nobody")[0]!.edges, [{ kind: "missing", name: "nobody" }]);
  assertEquals(lenient("B x2 after=n_${it}")[0]!.edges, [{ kind: "perTask", jobs: [-1, -1] }]);
});

Deno.test("Intake.admit() points to execution.stdin.from where that names a job that is not there", () => {
  const intake = new Intake({ pool: new Pool(parseNodeSpec("4")) });
  const jobs = [
    { name: "simulate", execution: { exec: "date" } },
    { name: "read", execution: { exec: "cat", stdin: { from: "simulat" } }, dependencies: { after: ["simulate"] } },
  ];
  const error = assertThrows(() => intake.admit(jobs.map((job) => parseJob(job, {}))), JobDescriptionError);
  assertEquals([error.jobName, error.path], ["read", "execution.stdin.from"]);
  assertStringIncludes(error.message, 'after "simulat" (execution.stdin.from)');
});

Deno.test("Intake.admit() names the ring of jobs that wait for one another, also by single iterations", () => {
  const admit = intakeOf();
  assertStringIncludes(
    refusal(admit, "A after=B | B after=C | C after=A").message,
    '"A" after "B" after "C" after "A"',
  );
  refusal(admit, "A x2 after=B:${it} | B x2 after=A:${it}");
  refusal(admit, "A_0 x1 after=B | B x1 after=A_${it}");
  refusal(admit, "A x2 after=B:1 | B x2 after=A:0");
});

Deno.test("Intake.admit() refuses what could never run, with a reason; the reserved core does not count", () => {
  const admit = intakeOf();
  admit("A cores=8 | B nodes=2 | C nodes=2 cores=4 | D cores=2-100");
  const error = refusal(admit, "E cores=9");
  assertEquals(error.path, "resources");
  assertEquals(
    error.message,
    'Not enough resources for job "E": it needs 9 cores, but the pool has 2 nodes with 8 cores',
  );
  const reserved = intakeOf({ reserveCore: true });
  for (const job of ["A cores=8", "B nodes=2", "C nodes=2 cores=4"]) refusal(reserved, job);
  reserved("D cores=7 | E nodes=1 | F nodes=2 cores=3");
});

Deno.test("Intake.admit() divides by iteration schedulers what tasks can get, without the reserved core", () => {
  const sizes = (options: Options, text: string) =>
    intakeOf(options)(text)[0]!.requests.map(({ count, request }) => `${count}x${request.cores!.min}`).join(" ");
  assertEquals(sizes({}, "A x2 split=2"), "2x4");
  assertEquals(sizes({ reserveCore: true }, "A x2 split=2"), "2x3");
  assertEquals(sizes({}, "A x3 maxiters=1"), "1x2 2x3");
});

Deno.test("Intake.admit() takes a chain of a hundred thousand jobs", () => {
  const intake = new Intake({ pool: new Pool(parseNodeSpec("1")) });
  const [first] = [readJob("j")];
  const jobs = Array.from({ length: 100_000 }, (_, i) => ({
    ...first!,
    name: `j${i}`,
    dependencies: i === 0 ? [] : [{ kind: "job" as const, job: `j${i - 1}` }],
  }));
  assertEquals(intake.admit(jobs.toReversed()).length, 100_000);
  assert(intake.find("j99999") !== undefined && intake.size === 100_000);
});

Deno.test("Intake.hasGpuJobs once a job has asked for GPUs, whatever the later ones ask for", () => {
  const intake = new Intake({ pool: new Pool(parseNodeSpec("a:4:gpu=1")) });
  const job = (name: string, resources: object) => parseJob({ name, execution: { exec: "x" }, resources }, {});
  intake.admit([job("a", { numCores: 1 })]);
  assertEquals(intake.hasGpuJobs, false);
  intake.admit([job("b", { numNodes: 1, numCores: 1, nodeCrs: { gpu: 1 } }), job("c", { numCores: 1 })]);
  assertEquals(intake.hasGpuJobs, true);
});

Deno.test("Intake.forget() frees a name", () => {
  const intake = new Intake({ pool: new Pool(parseNodeSpec("1")) });
  intake.admit([readJob("A"), readJob("B")]);
  intake.forget("A");
  assertEquals([[...intake.names()], intake.find("A"), intake.size], [["B"], undefined, 1]);
  assertEquals(intake.admit([readJob("A")])[0]!.id, 2);
});

Deno.test("Intake.restore() keeps the numbers of all tasks, so that new jobs get others", () => {
  const pool = new Pool(parseNodeSpec("a:4"));
  const before = new Intake({ pool }).admit(["A", "B x5"].map(readJob));
  const intake = new Intake({ pool });
  intake.restore(before, new Set([1]));
  assertEquals(intake.admit(["B x2"].map(readJob)).map(({ id, firstTask }) => [id, firstTask]), [[2, 6]]);
  assertThrows(() => intake.admit(["A"].map(readJob)), JobDescriptionError, "already exists");
});
