import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { findJobProblems } from "../../../src/job/find_problems.ts";
import { submitVariablesAt } from "../../../src/job/variables.ts";

const variables = submitVariablesAt(0, 0, 1, "test");
const pathsOf = (job: unknown): string[] => findJobProblems(job, { variables }).problems.map(({ path }) => path).sort();

Deno.test("findJobProblems() finds nothing in a right job, and gives its description", () => {
  const { problems, description } = findJobProblems({ name: "a", execution: { exec: "date" } }, { variables });
  assertEquals(problems, []);
  assertEquals(description?.execution.exec, "date");
});

Deno.test("findJobProblems() finds all problems of one job, each with its own path", () => {
  const job = {
    name: "a b",
    execution: { exec: "date", args: ["x", {}, [], "y", {}], envv: {}, env: { A: true } },
    resources: { numCores: { exact: -1 }, numNodes: { min: 3, max: 2 } },
    retry: "x",
    dependencies: { after: ["ok", 5, ":"] },
    strange: 1,
  };
  assertEquals(pathsOf(job), [
    "dependencies.after[1]",
    "dependencies.after[2]",
    "execution.args[1]",
    "execution.args[2]",
    "execution.args[4]",
    "execution.env.A",
    "execution.envv",
    "name",
    "resources.numCores.exact",
    "resources.numNodes",
    "retry",
    "strange",
  ]);
});

Deno.test("findJobProblems() does not blame the user for what it mended away", () => {
  assertEquals(pathsOf({ name: "a", execution: { exec: 5, env: {} } }), ["execution.exec"]);
  assertEquals(pathsOf({ name: "a", execution: { exec: "x" }, resources: { numCores: { exact: 0 } } }), [
    "resources.numCores.exact",
  ]);
  assertEquals(pathsOf({ name: "a", execution: { exec: "x" }, iteration: { start: 1, stop: "x" } }), [
    "iteration.stop",
  ]);
});

Deno.test("findJobProblems() tells the path of the job as it was written in the message, too", () => {
  const { problems } = findJobProblems({ name: "a", execution: { exec: "x", args: [{}, {}] } }, { variables });
  assertEquals(problems.map(({ path }) => path), ["execution.args[0]", "execution.args[1]"]);
  for (const { path, message } of problems) assertStringIncludes(message, path);
});

Deno.test("findJobProblems() gives up on what is no object, and leaves the value alone", () => {
  assertEquals(pathsOf(7), [""]);
  assertEquals(pathsOf(null), [""]);
  const job = { name: "a", execution: { exec: "x", args: [{}] } };
  findJobProblems(job, { variables });
  assertEquals(job, { name: "a", execution: { exec: "x", args: [{}] } });
});

Deno.test("findJobProblems() gives what is left of a wrong job, so that others can be checked against it", () => {
  const { description } = findJobProblems({ name: "a", execution: {}, iteration: { stop: 3 } }, { variables });
  assert(description?.iteration?.stop === 3);
});

Deno.test("findJobProblems() names the place as it came, also in a job that has the name of a place", () => {
  const job = { name: "execution.args[0]", execution: { exec: "date", args: [{}, "good", {}] } };
  const { problems } = findJobProblems(job, { variables });
  assertEquals(problems.map(({ path, problem, isMissing }) => [path, problem, isMissing]), [
    ["execution.args[0]", problems[0]!.problem, false],
    ["execution.args[2]", problems[0]!.problem, false],
  ]);
  assertEquals(problems[1]!.message, `Job "execution.args[0]": execution.args[2] ${problems[1]!.problem}`);
});

Deno.test("findJobProblems() calls a job by the name that was written, however wrong, or by none", () => {
  const messagesOf = (job: unknown) => findJobProblems(job, { variables }).problems.map(({ message }) => message);
  const wrong = { execution: { exec: "date", x: 1 } };
  const beginnings = (job: unknown) => messagesOf(job).map((message) => message.slice(0, message.indexOf(":")));
  assertEquals(beginnings({ name: "a b", ...wrong }), ['Job "a b"', 'Job "a b"']);
  assertEquals(beginnings(wrong), ["Job without a name", "Job without a name"]);
  assertEquals(beginnings({ name: 5, ...wrong }), ["Job without a name", "Job without a name"]);
  assertEquals(beginnings({ name: "unnamed", ...wrong }), ['Job "unnamed"']);
});
