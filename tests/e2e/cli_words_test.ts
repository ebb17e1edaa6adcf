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
  ["no-execution.json", '[{"name":"a"}]', ['1:2: [0].execution: Job "a": is missing; it says what to run']],
  ["request.json", '[{"request":"submitt"}]', ['Unknown request name: submitt (did you mean "submit"?)']],
  ["jobs.yaml", "jobs:\n  - name: a\n", [
    "jobs.yaml:1:1: ",
    "this looks like YAML, which is not read: convert it to JSON",
  ]],
  ["list", "- name: a\n", ["this looks like YAML"]],
  ["flat.json", '[{"name":"a","exec":"date","numCores":2,"after":["b"],"iterate":[0,3]}]', [
    '[0].exec: Job "a": is unknown here: write it as execution.exec\n',
    '[0].numCores: Job "a": is unknown here: write it as resources.numCores\n',
    '[0].after: Job "a": is unknown here: write it as dependencies.after\n',
    '[0].iterate: Job "a": is unknown here: write it as iteration: { "start": …, "stop": … }\n',
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

Deno.test("qcgpj run says where the arguments of a program belong", async () => {
  await using scratch = new Scratch();
  Deno.writeTextFileSync(scratch.in("jobs.json"), '[{"name":"b","execution":{"exec":"echo hello"}}]');
  const { code, err } = await call(["run", "jobs.json"], { cwd: scratch.path });
  assertEquals(code, 1);
  assertStringIncludes(err, 'program "echo hello" was not found on the PATH; put its arguments into args');
});
