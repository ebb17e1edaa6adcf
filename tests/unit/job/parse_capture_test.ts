import { assert, assertEquals, assertThrows } from "@std/assert";
import { JobDescriptionError } from "../../../src/errors.ts";
import type { JobDescription } from "../../../src/job/description.ts";
import { findDollarWarnings } from "../../../src/job/dollar_warnings.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { keepSources, placeFiles } from "../../../src/job/place_files.ts";
import { serializeJob } from "../../../src/job/serialize.ts";
import { submitVariables } from "./support.ts";

const execution = { exec: "date" };

function parse(job: object, spelling: "jobs" | "requests" = "jobs"): JobDescription {
  return parseJob({ name: "j", execution, ...job }, { variables: submitVariables, spelling });
}

function assertRefused(job: object, path: string, problem: string, spelling?: "requests"): void {
  const error = assertThrows(() => parse(job, spelling), JobDescriptionError);
  assertEquals([error.path, error.problem.includes(problem)], [path, true], error.problem);
}

Deno.test("parseJob() reads capture as a word or as an object, and states what is left out", () => {
  const rest = { maxBytes: 1 << 20, onOverflow: "fail", placed: [] } as const;
  assertEquals(parse({ capture: "stdout" }).capture, { streams: ["stdout"], ...rest });
  assertEquals(parse({ capture: "both" }).capture, { streams: ["stdout", "stderr"], ...rest });
  assertEquals(parse({ capture: {} }).capture, { streams: ["stdout"], ...rest });
  assertEquals(parse({ capture: { streams: "stderr", maxBytes: 7, onOverflow: "tail" } }).capture, {
    streams: ["stderr"],
    maxBytes: 7,
    onOverflow: "tail",
    placed: [],
  });
  assertEquals([parse({ capture: null }).capture, parse({}).capture], [undefined, undefined]);
});

Deno.test("parseJob() refuses a wrong capture, and suggests the near miss", () => {
  assertRefused({ capture: "stdot" }, "capture", '(did you mean "stdout"?)');
  assertRefused({ capture: 5 }, "capture", "an object such as");
  assertRefused({ capture: { stream: "both" } }, "capture.stream", '(did you mean "streams"?)');
  assertRefused({ capture: { placed: ["stdout"] } }, "capture.placed", "is unknown");
  assertRefused({ capture: { maxBytes: 0 } }, "capture.maxBytes", "must be at least 1");
  assertRefused({ capture: { onOverflow: "tial" } }, "capture.onOverflow", '(did you mean "tail"?)');
  assert(parse({ capture: "stdout", idleMs: 5 }).idleMs === 5, "a captured output can be watched");
});

Deno.test("parseJob() reads every form of stdin", () => {
  const input = (stdin: unknown, more: object = {}) => parse({ execution: { ...execution, stdin }, ...more }).execution;
  assertEquals(input("file").stdin, "file");
  assertEquals(input({ text: "${it} ${uniq} $$" }).input, { kind: "text", text: "${it} ${uniq} $$" });
  assertEquals(input({ base64: "AP8=" }).input, { kind: "bytes", base64: "AP8=" });
  assertEquals(input({ stream: true }).input, { kind: "stream" });
  assertEquals(input({ from: "a:3" }).input, { kind: "output", of: { kind: "job", job: "a", iteration: 3 } });
  const aligned = input({ from: "a:${it}" }, { iteration: { stop: 2 } });
  assertEquals(aligned.input, { kind: "output", of: { kind: "aligned", job: "a" } });
  assertEquals([input("").input, input(null).input, input("").stdin], [undefined, undefined, undefined]);
});

Deno.test("parseJob() leaves a text to be read as it is in request files, too", () => {
  const text = "$$ $jname ${jname}";
  const job = parse({ execution: { ...execution, stdin: { text } } }, "requests");
  assertEquals(job.execution.input, { kind: "text", text });
});

Deno.test("parseJob() makes a job wait for the one whose output it reads, once", () => {
  const stdin = { from: "a" };
  const after = { kind: "job", job: "a" } as const;
  assertEquals(parse({ execution: { ...execution, stdin } }).dependencies, [after]);
  const both = parse({ execution: { ...execution, stdin }, dependencies: { after: ["b", "a"], afterAny: ["a"] } });
  assertEquals(both.dependencies, [{ kind: "job", job: "b" }, after, { ...after, awaits: "end" }]);
});

Deno.test("parseJob() refuses a wrong stdin", () => {
  const refused = (stdin: unknown, path: string, problem: string, more: object = {}) =>
    assertRefused({ execution: { ...execution, stdin }, ...more }, `execution.stdin${path}`, problem);
  refused(5, "", 'must be a path, or an object such as { "text": "yes" }');
  refused({ txt: "a" }, ".txt", '(did you mean "text"?)');
  refused({}, "", "with one of the keys text, base64, from");
  refused({ text: "a", from: "b" }, "", "with one of the keys text, base64, from");
  refused({ base64: "AP8" }, ".base64", "filled up with =");
  refused({ from: "j" }, ".from", "makes the job wait for itself");
  refused({ from: "a_${it}" }, ".from", 'or "job:${it}"', { iteration: { stop: 2 } });
  refused({ from: "a:b" }, ".from", "must be a job");
  refused({ stream: true }, "", 'is a stream, which can be read only once, but the job has "retry"', { retry: 1 });
  refused({ stream: true }, "", 'but the job has "iteration"', { iteration: { stop: 2 } });
  refused({ text: "x".repeat(2 ** 24 + 1) }, ".text", "must not have more than 16 MiB");
  assertRefused(
    { execution: { ...execution, stdin: { stream: true } } },
    "execution.stdin.stream",
    "is unknown",
    "requests",
  );
});

Deno.test("serializeJob() writes what parseJob() reads back, with the files", () => {
  const jobs = [
    {
      capture: { streams: "both", maxBytes: 9, onOverflow: "head" },
      execution: { ...execution, stdin: { text: "a\n" } },
    },
    { capture: "stderr", execution: { ...execution, stdin: { base64: "AP8=" } }, iteration: { stop: 3 } },
    { execution: { ...execution, stdin: { from: "a" } } },
    { execution: { ...execution, stdin: { stream: true } } },
  ];
  for (const job of jobs) {
    const placed = placeFiles(parse(job), "${root_wd}/run/output");
    const read = parseJob(JSON.parse(JSON.stringify(serializeJob(placed))), {});
    const { hasDefaultCores: _, ...resources } = placed.resources;
    assertEquals(read, { ...placed, resources });
  }
});

Deno.test("placeFiles() gives each task and stream a file of its own, and leaves those of the user", () => {
  const placed = placeFiles(parse({ capture: "both", execution: { exec: "date", stderr: "errors" } }), "/run/output");
  assertEquals(placed.execution.stdout, "/run/output/j.stdout");
  assertEquals([placed.execution.stderr, placed.capture?.placed], ["errors", ["stdout"]]);
  const sweep = placeFiles(parse({ capture: "stdout", iteration: { stop: 2 } }), "/run/output");
  assertEquals(sweep.execution.stdout, "/run/output/j:${it}.stdout");
  const text = placeFiles(parse({ execution: { exec: "cat", stdin: { text: "a" } } }), "/run/output");
  assertEquals(text.execution.input, { kind: "text", text: "a", file: "/run/output/j.stdin" });
  const plain = parse({});
  assert(placeFiles(plain, "/run/output") === plain, "what needs no file stays as it is");
});

Deno.test("placeFiles() makes one file name of any job's name, which stays in its folder and below 255 bytes", () => {
  const pathOf = (name: string) => placeFiles(parse({ name, capture: "stdout" }), "/o").execution.stdout;
  assertEquals([pathOf("a/../b"), pathOf(".."), pathOf("é")], [
    "/o/a%2F..%2Fb.stdout",
    "/o/%2E..stdout",
    "/o/%C3%A9.stdout",
  ]);
  const long = [pathOf(`${"x".repeat(300)}1`)!, pathOf(`${"x".repeat(300)}2`)!];
  assertEquals([long[0] === long[1], long.every((path) => path.length < 200)], [false, true]);
});

Deno.test("keepSources() keeps all of what a job of the same submit reads, and nothing else", () => {
  const reader = parse({ name: "r", execution: { exec: "wc", stdin: { from: "a" } } });
  const [a, b, r] = keepSources([parse({ name: "a" }), parse({ name: "b" }), reader]);
  assertEquals([a!.capture?.streams, b!.capture, r === reader], [["stdout"], undefined, true]);
  const file = parse({ name: "a", execution: { exec: "date", stdout: "f" } });
  assert(keepSources([file, reader])[0] === file, "what has a file is read there");
  const errors = keepSources([parse({ name: "a", capture: { streams: "stderr", maxBytes: 3 } }), reader])[0]!.capture;
  assertEquals([errors?.streams, errors?.maxBytes], [["stdout", "stderr"], 3]);
});

Deno.test("findDollarWarnings() says nothing of a text that is read as it is", () => {
  const job = { name: "a", execution: { exec: "echo", args: ["$$"], stdin: { text: "$$ ${it}" } } };
  assertEquals(findDollarWarnings(job, submitVariables).map(({ path }) => path), ["execution.args[0]"]);
});
