/**
 * `qcgpj validate`: all problems of a file, each with its place.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, writeJobs } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const validate = (scratch: Scratch, ...args: string[]) => call(["validate", ...args], { cwd: scratch.path });

const wrongFile = `[
  { "request": "submit", "jobs": [
    { "name": "a", "execution": { "exec": "date", "args": ["x", {}, []], "envv": 1 }, "retry": "x" },
    { "name": "b", "execution": {}, "dependencies": { "after": ["nope", "a:3"] } },
    { "name": "a", "execution": { "exec": "date" } },
    { "name": "e", "execution": { "exec": "date" }, "dependencies": { "after": ["f"] } },
    { "name": "f", "execution": { "exec": "date" }, "dependencies": { "after": ["e"] } },
    { "name": "big", "execution": { "exec": "date" }, "resources": { "numCores": 9 } }
  ] },
  { "request": "nonsense" }
]
`;

Deno.test("qcgpj validate exits with 0 and says so when nothing is wrong", async () => {
  await using scratch = new Scratch();
  writeJobs(scratch, "jobs.json", [{ name: "a", execution: { exec: "date" } }]);
  assertEquals(await validate(scratch, "jobs.json"), {
    code: 0,
    out: "",
    err: "Nothing is wrong: 1 job in 1 request\n",
  });
  assertEquals(JSON.parse((await validate(scratch, "jobs.json", "--json")).out), {
    isValid: true,
    jobs: 1,
    submits: 1,
    problems: [],
    warnings: [],
  });
});

Deno.test("qcgpj validate tells everything that is wrong, with file, line, column and path", async () => {
  await using scratch = new Scratch();
  scratch.write("jobs.json", wrongFile);
  const { code, out, err } = await validate(scratch, "jobs.json", "--nodes", "4");
  assertEquals([code, err], [2, "11 problems\n"]);
  const found = out.trimEnd().split("\n").map((line) =>
    /^jobs\.json:(\d+):\d+: (\S+): /.exec(line)?.slice(1).join(" ")
  );
  assertEquals(found.toSorted(), [
    "10 [1]",
    "3 [0].jobs[0].execution.args[1]",
    "3 [0].jobs[0].execution.args[2]",
    "3 [0].jobs[0].execution.envv",
    "3 [0].jobs[0].retry",
    "4 [0].jobs[1].dependencies.after[0]",
    "4 [0].jobs[1].dependencies.after[1]",
    "4 [0].jobs[1].execution",
    "5 [0].jobs[2].name",
    "6 [0].jobs[3].dependencies.after[0]",
    "8 [0].jobs[5].resources",
  ]);
});

Deno.test("qcgpj validate --json gives the same to programs", async () => {
  await using scratch = new Scratch();
  scratch.write("jobs.json", wrongFile);
  const { code, out } = await validate(scratch, "jobs.json", "--json");
  const { isValid, jobs, submits, problems } = JSON.parse(out);
  assertEquals([code, isValid, jobs, submits, problems.length], [2, false, 6, 1, 10]);
  const unknown = problems.find((one: { path: string }) => one.path.endsWith("envv"));
  assertEquals([unknown.line, unknown.column, unknown.job], [3, wrongFile.split("\n")[2]!.indexOf('"envv"') + 1, "a"]);
  assertStringIncludes(unknown.problem, '(did you mean "env"?)');
});

Deno.test("qcgpj validate tells line and column of what is no JSON, also on a pipe, and which file is none", async () => {
  await using scratch = new Scratch();
  scratch.write("jobs.json", '[{"request": "submit",\n "jobs": [1,,2]}]');
  const { code, out } = await validate(scratch, "jobs.json");
  assertEquals([code, out], [2, 'jobs.json:2:13: [0].jobs[1]: a value must stand here, not ","\n']);
  const piped = await call(["validate", "-"], { cwd: scratch.path, input: '[{"name": "a",}]' });
  assertEquals([piped.code, piped.out], [2, '-:1:14: [0]: no comma may stand before "}"\n']);
  const gone = await validate(scratch, "gone.json");
  assertEquals([gone.code, gone.out], [2, "gone.json: There is no such file\n"]);
  assertEquals((await validate(scratch)).code, 2);
});
