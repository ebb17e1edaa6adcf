/**
 * What the command line says to odd input: each sentence names the thing, where it is, and what would be right.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { call } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const files: readonly (readonly [name: string, text: string, sentences: readonly string[]])[] = [
  ["no-execution.json", '[{"name":"a"}]', ["1:2: [0].execution: is missing; it says what to run"]],
  ["request.json", '[{"request":"submitt"}]', ['Unknown request name: submitt (did you mean "submit"?)']],
  ["jobs.yaml", "jobs:\n  - name: a\n", [
    "jobs.yaml:1:1: ",
    "this looks like YAML, which is not read: convert it to JSON",
  ]],
  ["list", "- name: a\n", ["this looks like YAML"]],
  ["flat.json", '[{"name":"a","exec":"date","numCores":2,"after":["b"],"iterate":[0,3]}]', [
    '[0].exec: is unknown here: write it as execution.exec (job "a")\n',
    '[0].numCores: is unknown here: write it as resources.numCores (job "a")\n',
    '[0].after: is unknown here: write it as dependencies.after (job "a")\n',
    '[0].iterate: is unknown here: write it as iteration: { "start": …, "stop": … } (job "a")\n',
  ]],
];
for (const [name, text, sentences] of files) {
  Deno.test(`qcgpj validate and run answer ${name}`, async () => {
    await using scratch = new Scratch();
    Deno.writeTextFileSync(scratch.in(name), text);
    for (const command of ["validate", "run"]) {
      const { code, out, err } = await call([command, name], { cwd: scratch.path });
      assertEquals(code, 2);
      for (const sentence of sentences) assertStringIncludes(out + err, sentence);
    }
  });
}

Deno.test("qcgpj validate tells problems in the order of the file, each path once", async () => {
  await using scratch = new Scratch();
  const text = '[{"name": "a",\n "execution": {"exec": "x",\n "args": [[]],\n "env": {"": "v"}},\n "resourcs": {}}]';
  Deno.writeTextFileSync(scratch.in("jobs.json"), text);
  const { out } = await call(["validate", "jobs.json"], { cwd: scratch.path });
  const lines = out.trimEnd().split("\n");
  assertEquals(lines.map((line) => line.split(":")[1]), ["3", "4", "5"]);
  for (const line of lines) assertEquals(line.split("execution.").length <= 2, true, line);
});

const calls: readonly (readonly [args: readonly string[], code: number, sentence: string])[] = [
  [["version"], 0, "qcgpj "],
  [["each", "-j", "99999999", "true", ":::", "1"], 2, "Option -j, --jobs must be 65536 or less, not 99999999"],
  [["each", "--resume-failed", "true", ":::", "1"], 2, "--resume-failed needs the directory of the run"],
  [["run", "--resume", "nowhere"], 2, "There is no run to go on with in "],
];
for (const [args, code, sentence] of calls) {
  Deno.test(`qcgpj ${args.join(" ")} answers in a sentence`, async () => {
    await using scratch = new Scratch();
    const ended = await call(args, { cwd: scratch.path });
    assertStringIncludes(ended.out + ended.err, sentence);
    assertEquals(ended.code, code);
  });
}

Deno.test("qcgpj run says where the arguments of a program belong, and how a program that lies here is named", async () => {
  await using scratch = new Scratch();
  scratch.write("step.sh", "#!/bin/sh\n", 0o755);
  const jobs = ["echo hello", "step.sh"].map((exec, i) => ({ name: `job${i}`, execution: { exec } }));
  scratch.write("jobs.json", JSON.stringify(jobs));
  const { code, err } = await call(["run", "jobs.json"], { cwd: scratch.path });
  assertEquals(code, 1);
  assertStringIncludes(err, 'program "echo hello" was not found on the PATH; put its arguments into args');
  assertStringIncludes(err, 'for the file in the working directory write "./step.sh"');
});

Deno.test("qcgpj service says that nothing was run when every submit was refused, and why; not when one was taken", async () => {
  await using scratch = new Scratch();
  const submit = (name: string, execution: object) => ({ request: "submit", jobs: [{ name, execution }] });
  const refused = [submit("a", {}), submit("b", { exec: "true", argz: [] })];
  scratch.write("refused.json", JSON.stringify(refused));
  const none = await call(["service", "--file-path", "refused.json"], { cwd: scratch.path });
  assertEquals(none.code, 0);
  assertStringIncludes(none.err, "nothing was run, as all 2 submits were refused: ");
  assertStringIncludes(none.err, 'Job "a": execution needs a program ("exec") or a "script"');
  scratch.write("taken.json", JSON.stringify([...refused, submit("c", { exec: "true" })]));
  assertEquals((await call(["service", "--file-path", "taken.json"], { cwd: scratch.path })).err, "");
});

Deno.test("qcgpj run --resume says that the definition of a job has changed, and what to do", async () => {
  await using scratch = new Scratch();
  const write = (exec: string) => scratch.write("jobs.json", JSON.stringify([{ name: "a", execution: { exec } }]));
  write("true");
  assertEquals((await call(["run", "jobs.json"], { cwd: scratch.path })).code, 0);
  assertEquals((await call(["run", "jobs.json", "--resume", "."], { cwd: scratch.path })).code, 0);
  write("date");
  const { code, err } = await call(["run", "jobs.json", "--resume", "."], { cwd: scratch.path });
  assertEquals(code, 1);
  assertStringIncludes(
    err,
    'Job "a" has another definition than in the run that is resumed, which goes on with its own',
  );
  assertStringIncludes(err, "give the new job another name, or run the file anew without --resume");
});

Deno.test("An unknown option gets no near miss that is far: --results is not --resume, --resum is", async () => {
  assertEquals((await call(["run", "--results", "x"])).err.includes("did you mean"), false);
  assertStringIncludes((await call(["run", "--resume-dir", "x"])).err, '"--resume-dir" is unknown');
  assertStringIncludes((await call(["run", "--reusme", "x"])).err, 'did you mean "--resume"?');
});
