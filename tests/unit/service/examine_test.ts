import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { examineRequests } from "../../../src/service/examine.ts";
import { submitVariablesAt } from "../../../src/job/variables.ts";

const variables = (submitNumber: number) => submitVariablesAt(0, 0, submitNumber, "test");
const job = (name: string, more: object = {}) => ({ name, execution: { exec: "date" }, ...more });
const after = (...names: string[]) => ({ dependencies: { after: names } });
const submit = (...jobs: unknown[]) => ({ request: "submit", jobs });
const findingsOf = (requests: unknown[], nodes?: string) =>
  examineRequests(requests, { variables, ...(nodes === undefined ? {} : { nodes: parseNodeSpec(nodes) }) }).findings;
const placesOf = (...args: Parameters<typeof findingsOf>) =>
  findingsOf(...args).map(({ request, job, path }) => [request, job, path]);

Deno.test("examineRequests() counts and finds nothing in what is right", () => {
  const requests = [submit(job("a"), job("b", after("a"))), submit(job("c", after("b"))), { request: "listJobs" }];
  const { findings, submits, jobs, good } = examineRequests(requests, { variables });
  assertEquals([findings, submits, jobs], [[], 2, 3]);
  assertEquals(good.map(({ request, job, description }) => [request, job, description.name]), [
    [0, 0, "a"],
    [0, 1, "b"],
    [1, 0, "c"],
  ]);
});

Deno.test("examineRequests() finds wrong requests, duplicates, unknown jobs and wrong iterations", () => {
  const requests = [
    submit(job("a"), job("a"), job("b", after("nobody", "a:3"))),
    { request: "nonsense" },
    submit(),
    submit(job("b", { iteration: { stop: 2 }, ...after("x_${it}", "late") })),
    submit(job("late")),
  ];
  assertEquals(placesOf(requests), [
    [0, 1, "name"],
    [0, 2, "dependencies.after[0]"],
    [0, 2, "dependencies.after[1]"],
    [1, undefined, ""],
    [2, undefined, ""],
    [3, 0, "name"],
    [3, 0, "dependencies.after[0]"],
    [3, 0, "dependencies.after[1]"],
  ]);
  assertStringIncludes(findingsOf(requests)[6]!.problem, '"x_0"');
});

Deno.test("examineRequests() points to execution.stdin.from where that names a job or an iteration that is not there", () => {
  const reads = (from: string, more: object = {}) => ({
    ...{ name: `reads ${from}`.replace(/\W/g, "_"), execution: { exec: "cat", stdin: { from } } },
    ...more,
  });
  const jobs = [job("a"), reads("aa"), reads("a:3"), reads("late", after("a")), reads("none", after("none"))];
  assertEquals(placesOf([submit(...jobs)]), [
    [0, 1, "execution.stdin.from"],
    [0, 2, "execution.stdin.from"],
    [0, 3, "execution.stdin.from"],
    [0, 4, "dependencies.after[0]"],
  ]);
  const { problem } = findingsOf([submit(...jobs)])[0]!;
  assertStringIncludes(problem, 'after "aa" (execution.stdin.from): there is no job of that name');
  assertStringIncludes(problem, '(did you mean "a"?)');
});

Deno.test("examineRequests() finds every ring", () => {
  const ring = [job("a", after("b")), job("b", after("a")), job("c", after("d")), job("d", after("c")), job("e")];
  assertEquals(findingsOf([submit(...ring)]).map(({ problem }) => problem), [
    'Jobs wait for one another in a ring and could never run: "a" after "b" after "a"',
    'Jobs wait for one another in a ring and could never run: "c" after "d" after "c"',
  ]);
  const anyhow = [job("a", { dependencies: { after: ["x"], afterAny: ["x", "b"] } }), job("b", after("a")), job("x")];
  assertEquals(findingsOf([submit(...anyhow)]).map(({ path }) => path), ["dependencies.afterAny[1]"]);
});

Deno.test("examineRequests() finds what could never fit, only when nodes are given", () => {
  const requests = [submit(job("big", { resources: { numCores: 9 } }), job("small"))];
  assertEquals(findingsOf(requests), []);
  const [finding, ...more] = findingsOf(requests, "4,4");
  assertEquals([finding?.job, finding?.path, finding?.isInfeasible, more], [0, "resources", true, []]);
  assertStringIncludes(finding!.problem, "needs 9 cores, but the pool has 2 nodes with 8 cores");
});

Deno.test("examineRequests() fills variables in as the submit request of that number would", () => {
  const requests = [submit(job("j${rcnt}")), { request: "listJobs" }, submit(job("j${rcnt}", after("j1")))];
  const { findings, good } = examineRequests(requests, { variables });
  assertEquals([findings, good.map(({ description }) => description.name)], [[], ["j1", "j2"]]);
});

Deno.test("examineRequests() knows that removeJob frees a name", () => {
  const remove = { request: "removeJob", jobNames: ["a"] };
  assertEquals(findingsOf([submit(job("a")), remove, submit(job("a"))]), []);
  assertEquals(placesOf([submit(job("a")), remove, submit(job("b", after("a")))]), [[2, 0, "dependencies.after[0]"]]);
});
