/**
 * What may be in a request file, and what is wrong with one before anything is run.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { parseRequestFile, RequestFileError } from "../../../src/cli/request_file.ts";
import { examineFile, locate } from "../../../src/cli/validate/validate.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";

const job = { name: "a", execution: { exec: "x" } };
const submit = { request: "submit", jobs: [job] };

function read(value: unknown, form?: "requests" | "any") {
  return parseRequestFile(JSON.stringify(value), "f.json", form).requests;
}

Deno.test("parseRequestFile() takes requests as they are", () => {
  const requests = read([submit, { request: "status" }], "requests");
  assertEquals(requests.map(({ value, steps }) => [value, steps]), [[submit, [0]], [{ request: "status" }, [1]]]);
  assertEquals(requests[0]!.jobSteps(2), [0, "jobs", 2]);
  assertEquals(read([]), []);
});

Deno.test("parseRequestFile() puts a request around jobs, and keeps where they stand", () => {
  const forms: [value: unknown, jobSteps: readonly unknown[]][] = [
    [submit, ["jobs", 0]],
    [job, []],
    [[job], [0]],
    [{ jobs: [job] }, ["jobs", 0]],
  ];
  for (const [value, steps] of forms) {
    const [request, ...more] = read(value);
    assertEquals([request!.value, request!.jobSteps(0), more], [submit, steps, []]);
  }
});

Deno.test("parseRequestFile() takes only an array of requests where QCG-PilotJob does", () => {
  for (const value of [submit, job, { jobs: [job] }, 3]) {
    const error = assertThrows(() => read(value, "requests"), RequestFileError);
    assertEquals(error.message, "f.json: Not an array of requests in json file");
  }
});

Deno.test("parseRequestFile() refuses what is neither requests nor jobs, at its place", () => {
  const refused: [value: unknown, told: string][] = [
    [[submit, job], "f.json:1:"],
    [[submit, null], "null stands where a request must"],
    [[null], "null stands where a request must"],
    [{ x: "b" }, "The file holds an object"],
    ["x", 'The file holds the text "x"'],
  ];
  for (const [value, told] of refused) {
    const { message, line } = assertThrows(() => read(value), RequestFileError);
    assertEquals([message.includes(told), line], [true, 1], message);
  }
});

Deno.test("examineFile() tells what is wrong with each job of a file in which one at least looks like a job", () => {
  assertEquals(check([job, { nam: "b" }, 5]), ["8 [1].name", "9 [1].nam", "8 [1].execution", "11 [2]"]);
});

Deno.test("parseRequestFile() says of values on lines of their own what to do with them", () => {
  const { message } = assertThrows(() => parseRequestFile('{"name": "a"}\r\n{"name": "b"}\n', "f"), RequestFileError);
  assertEquals(
    message.endsWith(
      "can be only one; this looks like JSON lines: make them one array, with [ ] around and commas between",
    ),
    true,
    message,
  );
});

Deno.test("parseRequestFile() says of a file without a word that it is empty", () => {
  for (const text of ["", "  \n\n"]) {
    const { message } = assertThrows(() => parseRequestFile(text, "f.json"), RequestFileError);
    assertEquals(message.endsWith("the file is empty; it must hold requests or jobs"), true, message);
  }
});

function check(value: unknown, nodes = "2"): string[] {
  const source = parseRequestFile(JSON.stringify(value, null, 1), "f");
  const { findings } = examineFile(source, { nodes: parseNodeSpec(nodes) });
  return findings.map((finding) => locate(source, finding)).map(({ line, path }) => `${line} ${path}`);
}

Deno.test("examineFile() finds nothing in a good file", () => {
  const requests = [submit, { request: "removeJob", jobNames: ["a"] }, submit, { request: "finish" }];
  assertEquals(check(requests), []);
  const numbered = { request: "submit", jobs: [{ ...job, name: "j${rcnt}" }] };
  assertEquals(check([numbered, numbered]), []);
});

Deno.test("examineFile() finds every wrong job and request, at its place", () => {
  const found = check([
    submit,
    submit,
    { request: "submit", jobs: [] },
    { request: "submit", jobs: [{ name: "b", execution: { exec: "x", args: [{}] } }, { name: 3 }] },
    { request: "control", command: "x" },
    { request: "submit", jobs: [{ ...job, name: "w", resources: { numCores: 3 } }] },
  ]);
  assertEquals(found, [
    "17 [1].jobs[0].name",
    "24 [2]",
    "36 [3].jobs[0].execution.args[0]",
    "41 [3].jobs[1].name",
    "40 [3].jobs[1].execution",
    "45 [4]",
    "57 [5].jobs[0].resources",
  ]);
});

Deno.test("examineFile() finds jobs that wait for nobody, and for one another", () => {
  const after = (name: string, other: string) => ({ ...job, name, dependencies: { after: [other] } });
  assertEquals(check([after("b", "nobody")]).length, 1);
  assertEquals(check([after("b", "c"), after("c", "b")]).length, 1);
  assertEquals(check([after("b", "c"), { ...job, name: "c" }]), []);
});
