/**
 * What stands in a request file reaches the program as it was written.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { call } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const job = `{"name": "n", "iteration": {"values": [1.0, 18446744073709551615]},
  "execution": {"exec": "echo", "args": [9007199254740993, 100000.0, 1e5, "\${itval}"], "stdout": "out.\${it}"}}`;
const outputs = ["9007199254740993 100000.0 1e5 1.0\n", "9007199254740993 100000.0 1e5 18446744073709551615\n"];

Deno.test("qcgpj run passes numbers of a file on as they are written there", async () => {
  await using scratch = new Scratch();
  Deno.writeTextFileSync(`${scratch.path}/jobs.json`, `[${job}]`);
  const { code, err } = await call(["run", "jobs.json"], { cwd: scratch.path });
  assertEquals(code, 0, err);
  assertEquals([0, 1].map((it) => Deno.readTextFileSync(`${scratch.path}/out.${it}`)), outputs);
});

Deno.test("qcgpj run - and qcgpj service pass numbers on as they are written", async () => {
  await using scratch = new Scratch();
  const submit = `{"request": "submit", "jobs": [${job}]}`;
  await call(["run", "-"], { cwd: scratch.path, input: submit.replaceAll("\n", " ") });
  assertEquals([0, 1].map((it) => Deno.readTextFileSync(`${scratch.path}/out.${it}`)), outputs);
  Deno.writeTextFileSync(
    `${scratch.path}/requests.json`,
    `[${submit}, {"request": "control", "command": "finishAfterAllTasksDone"}]`,
  );
  Deno.mkdirSync(`${scratch.path}/wd`);
  const { code, err } = await call(["service", "--file-path", "requests.json", "--wd", "wd"], { cwd: scratch.path });
  assertEquals(code, 0, err);
  assertEquals([0, 1].map((it) => Deno.readTextFileSync(`${scratch.path}/wd/out.${it}`)), outputs);
});

Deno.test("qcgpj refuses a key that stands twice, and names both places", async () => {
  await using scratch = new Scratch();
  const text = '[{"name": "a",\n  "execution": {"exec": "touch", "args": ["x"],\n    "exec": "date"}}]';
  Deno.writeTextFileSync(`${scratch.path}/jobs.json`, text);
  const sentence =
    'jobs.json:3:5: [0].execution: the key "exec" stands twice in one object, first at line 2, column 17';
  for (const args of [["run", "jobs.json"], ["validate", "jobs.json"], ["plan", "jobs.json"]]) {
    const { code, out, err } = await call(args, { cwd: scratch.path });
    assertEquals(code === 0, false, args[0]);
    assertStringIncludes(out + err, sentence);
  }
  const { out } = await call(["run", "-"], {
    cwd: scratch.path,
    input: '{"request": "status", "request": "status"}\n',
  });
  assertStringIncludes(out, 'the key \\"request\\" stands twice');
});

Deno.test("qcgpj run reads dollars of a file as QCG-PilotJob does, and validate warns of them", async () => {
  await using scratch = new Scratch();
  const file = [{
    name: "w",
    iteration: { stop: 2 },
    execution: { script: 'V=7; echo $$V $it "$${it}" $$$$$$$$it', wd: "w$it", stdout: "out" },
  }];
  Deno.writeTextFileSync(`${scratch.path}/jobs.json`, JSON.stringify(file));
  const { code, err } = await call(["run", "jobs.json"], { cwd: scratch.path });
  assertEquals(code, 0, err);
  const texts = [0, 1].map((it) => Deno.readTextFileSync(`${scratch.path}/w${it}/out`).replace(/\d+it/, "PIDit"));
  assertEquals(texts, ["7 0 0 PIDit\n", "7 1 1 PIDit\n"]);
  const validated = await call(["validate", "jobs.json"], { cwd: scratch.path });
  assertEquals(validated.code, 0);
  assertStringIncludes(validated.out, 'warning: [0].execution.wd is read as in QCG-PilotJob: it becomes "w${it}"');
  assertStringIncludes(validated.err, "Nothing is wrong: 1 job in 1 request, 2 warnings");
  const { warnings } = JSON.parse((await call(["validate", "jobs.json", "--json"], { cwd: scratch.path })).out);
  assertEquals(warnings.map(({ path }: { path: string }) => path), ["[0].execution.script", "[0].execution.wd"]);
});

Deno.test("qcgpj run names the near miss of a misspelt key, also of the only job of a file", async () => {
  await using scratch = new Scratch();
  Deno.writeTextFileSync(`${scratch.path}/job.json`, '{"name": "a", "exection": {"exec": "true"}}');
  const { code, err } = await call(["run", "job.json"], { cwd: scratch.path });
  assertEquals(code, 2);
  assertStringIncludes(err, "exection");
  assertStringIncludes(err, 'did you mean "execution"?');
});
