import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import type { QCGPJFuture } from "../../../src/api/future.ts";
import { JobDescriptionError, TaskFailedError, TaskOutputError, UnknownJobError } from "../../../src/errors.ts";
import type { JobInput } from "../../../src/job/input.ts";
import { epochMs, quiet } from "../../sim/virtual_clock.ts";
import { PilotHarness, stateOf } from "../runtime/pilot_harness.ts";
import { submitterTo } from "./support.ts";

const folder = "/wd/run/output";
const execution = { exec: "date" };
const kept: JobInput = { name: "a", execution, capture: "both" };

function begin(jobs: JobInput | JobInput[], options = {}): { stage: PilotHarness; future: QCGPJFuture } {
  const stage = new PilotHarness(options);
  return { stage, future: submitterTo(stage).submitter.submit(jobs) };
}

Deno.test("text(), bytes() and json() wait for the end and hand over what was captured", async () => {
  const { stage, future } = begin(kept);
  const [text, bytes, json, errors] = [future.text(), future.bytes(), future.json(), future.text({ stream: "stderr" })];
  await stage.start("a");
  assertEquals(stage.launcher.launched.get("a")!.plan.stdout, `${folder}/a.stdout`);
  stage.files.add(`${folder}/a.stdout`, "[1,\n2]\r\n");
  stage.files.add(`${folder}/a.stderr`, new Uint8Array([0xff, 10, 10]));
  assertEquals(await stateOf(text), "open");
  await stage.exit("a");
  assertEquals([await text, await json, await errors], ["[1,\n2]", [1, 2], "\ufffd\n"]);
  assertEquals((await bytes).length, 8);
  assertEquals([await future.value(), await future.task().text()], ["[1,\n2]", "[1,\n2]"]);
});

Deno.test("An output is read from the file that the user gave it; only the standard error, where only that is kept", async () => {
  const { stage, future } = begin({ name: "a", execution: { ...execution, stderr: "errors" } });
  await stage.start("a");
  stage.files.add("/wd/errors", "words\n");
  await stage.exit("a");
  assertEquals(await future.text(), "words");
  await assertRejects(() => future.text({ stream: "stdout" }), JobDescriptionError, 'capture: "stdout"');
});

Deno.test("An output that is kept nowhere is refused at once, before anything is waited for", async () => {
  const { future } = begin({ name: "a", execution });
  const error = await assertRejects(() => future.text(), JobDescriptionError);
  assertEquals(
    error.message,
    'The stdout of job "a" is not kept: submit it with capture: "stdout", or with a file, execution.stdout',
  );
  assertThrows(() => future.lines({ stream: "stderr" }), JobDescriptionError, 'capture: "stderr" or "both"');
  assertThrows(() => future.outputs(), JobDescriptionError, "is not kept");
});

Deno.test("A task that does not succeed rejects with how it ended, what was run and its last words", async () => {
  const { stage, future } = begin({ ...kept, execution: { exec: "sim", args: ["a b", "${root_wd}"] } });
  const text = future.text();
  text.catch(() => {});
  await stage.start("a");
  const { key, sink } = stage.launcher.launched.get("a")!;
  sink.exited(key, { code: 4 }, {}, undefined, { stdout: "out\n", stderr: "one\ntwo\n" });
  const error = await assertRejects(() => text, TaskFailedError);
  assertEquals(
    error.message,
    `Task "a" failed: exit code 4\n  command: sim 'a b' /wd\n  the end of its standard error:\n    one\n    two`,
  );
  const { taskName, state, failure, exitCode, signal, reason, command, stdoutTail, stderrTail, code } = error;
  assertEquals({ taskName, state, failure, exitCode, signal, reason, command, stdoutTail, stderrTail, code }, {
    ...{ taskName: "a", state: "FAILED", failure: "exit", exitCode: 4, signal: undefined, reason: "exit code 4" },
    ...{ command: "sim 'a b' /wd", stdoutTail: "out\n", stderrTail: "one\ntwo\n", code: "TASK_FAILED" },
  });
  assertEquals(await future.result(), { a: "FAILED" });
});

Deno.test("exception() gives the error of the first task that did not succeed, and undefined when all did", async () => {
  const { stage, future } = begin([{ name: "a", execution }, { name: "b", execution }, {
    name: "c",
    execution,
    dependencies: { after: ["b"] },
  }]);
  const exception = future.exception();
  await stage.run("a");
  await stage.start("b");
  assertEquals(await stateOf(exception), "open");
  await stage.exit("b", "SIGKILL");
  const { taskName, signal, message } = (await exception)!;
  assertEquals([taskName, signal, message], [
    "b",
    "SIGKILL",
    'Task "b" failed: killed by signal SIGKILL (9)\n  command: date',
  ]);
  assertEquals((await future.task("c").exception())?.state, "OMITTED");
  assertEquals(await future.task("a").exception(), undefined);
  await assertRejects(() => future.exception({ timeout: 1 } as never), TypeError, 'no option "timeout"');
});

Deno.test("await gives the future itself, so that a function may return one and a loop may give one", async () => {
  const { future } = begin(kept);
  const give = async () => await Promise.resolve(future);
  assertStrictEquals(await give(), future);
  assert(!("then" in future), "a future is no promise");
});

Deno.test("More than capture.maxBytes is cut at either end, or refused with what would do", async () => {
  for (const [onOverflow, expected] of [["head", "abcd"], ["tail", "wxyz"]] as const) {
    const { stage, future } = begin({ name: "a", execution, capture: { maxBytes: 4, onOverflow } });
    await stage.start("a");
    stage.files.add(`${folder}/a.stdout`, "abcdefwxyz");
    await stage.exit("a");
    assertEquals(await future.text(), expected);
    assertEquals(await Array.fromAsync(future.lines()), ["abcdefwxyz"]);
  }
  const { stage, future } = begin({ name: "a", execution, capture: { maxBytes: 4 } });
  await stage.start("a");
  stage.files.add(`${folder}/a.stdout`, "abcdefwxyz");
  await stage.exit("a");
  const error = await assertRejects(() => future.text(), TaskOutputError);
  assertEquals([error.taskName, error.message.includes("wrote 10 bytes to its stdout, more than the 4")], ["a", true]);
  assert(error.message.includes("capture: { maxBytes: 10 }"), error.message);
});

Deno.test("json() names the task, the place and how the text begins", async () => {
  const { stage, future } = begin(kept);
  await stage.start("a");
  stage.files.add(`${folder}/a.stdout`, `{"a": 1,\n 'b': 2}${"x".repeat(100)}`);
  await stage.exit("a");
  const { message, cause } = await assertRejects(() => future.json(), TaskOutputError);
  assert(
    /^The output of task "a" is no JSON: line 2, column 2: .*; it begins with "\{\\"a\\": 1,\\n 'b'.*…"$/.test(message),
    message,
  );
  assert(cause instanceof SyntaxError);
});

Deno.test("An output whose file is gone, or whose job was removed, is told", async () => {
  const { stage, future } = begin(kept);
  await stage.run("a");
  await assertRejects(() => future.text(), TaskOutputError, `cannot be read from ${folder}/a.stdout: there is no such`);
  stage.files.add(`${folder}/a.stdout`, "x");
  stage.files.add(`${folder}/a.stderr`, "x");
  stage.manager.remove(["a"]);
  assertEquals([...stage.files.bytes.keys()], [], "what was kept of a removed job is removed");
  await assertRejects(() => future.text(), UnknownJobError, "was removed");
  await assertRejects(() => future.exception(), UnknownJobError, "was removed");
});

Deno.test("lines() gives each line as it comes, and throws after the last if the task failed", async () => {
  const { stage, future } = begin(kept);
  const lines = future.lines();
  const next = async (): Promise<unknown> => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    lines.next().then(resolve, resolve);
    for (let i = 0; i < 5; i++) await stage.clock.advanceTo(stage.clock.nowMs() + 100);
    return await promise;
  };
  // Of an earlier run.
  stage.files.add(`${folder}/a.stdout`, "");
  const first = next();
  await stage.start("a");
  stage.files.add(`${folder}/a.stdout`, "one\ntw");
  assertEquals(await first, { value: "one", done: false });
  stage.files.add(`${folder}/a.stdout`, "o\nthree");
  assertEquals(await next(), { value: "two", done: false });
  await stage.exit("a", "3");
  assertEquals(await next(), { value: "three", done: false });
  const error = await next();
  assert(error instanceof TaskFailedError && error.exitCode === 3);
  assertEquals([await next(), stage.files.following], [{ value: undefined, done: true }, 0]);
});

Deno.test("lines() of a job that may be tried again are those of the last attempt", async () => {
  const { stage, future } = begin({ ...kept, retry: 1 });
  const lines = Array.fromAsync(future.lines());
  await stage.start("a");
  stage.files.add(`${folder}/a.stdout`, "wrong\n");
  await stage.clock.advanceTo(epochMs + 1000);
  await stage.exit("a", "1");
  const { plan } = stage.launcher.launched.get("a")!;
  assertEquals(plan.keep?.[0], { from: `${folder}/a.stdout`, to: `${folder}/a.stdout.attempt-1` });
  stage.files.remove(`${folder}/a.stdout`);
  await stage.start("a");
  stage.files.add(`${folder}/a.stdout`, "right\n");
  await stage.exit("a");
  assertEquals([await lines, await future.text()], [["right"], "right"]);
});

Deno.test("lines() and text() give up at their limit and leave the task alone", async () => {
  const { stage, future } = begin(kept);
  await stage.start("a");
  const lines = future.lines({ timeoutMs: 300 }).next();
  const text = future.text({ timeoutMs: 300 });
  for (const promise of [lines, text]) promise.catch(() => {});
  for (let i = 0; i < 10; i++) await stage.clock.advanceTo(stage.clock.nowMs() + 100);
  for (const promise of [lines, text]) {
    const error = await assertRejects(() => promise, DOMException, 'waiting for task "a"');
    assertEquals(error.name, "TimeoutError");
  }
  assertEquals([future.states(), stage.files.following], [{ a: "EXECUTING" }, 0]);
});

Deno.test("outputs() gives what each iteration wrote, in their order or as they end", async () => {
  const job: JobInput = { name: "s", iteration: { start: 5, stop: 8 }, execution, capture: "stdout" };
  const { stage, future } = begin(job);
  const inOrder = Array.fromAsync(future.outputs({ as: "json" }));
  const asTheyEnd = Array.fromAsync(future.outputs({ order: "ends" }));
  await stage.start("s:5", "s:6", "s:7");
  for (const index of [7, 5, 6]) {
    stage.files.add(`${folder}/s:${index}.stdout`, `${index}0\n`);
    await stage.exit(`s:${index}`);
  }
  assertEquals(await inOrder, [5, 6, 7].map((n) => ({ name: `s:${n}`, iteration: n, output: n * 10 })));
  assertEquals((await asTheyEnd).map(({ name, output }) => `${name} ${output}`), ["s:7 70", "s:5 50", "s:6 60"]);
  assertEquals(await future.task(6).text(), "60");
  assertEquals(future.tasks().map(({ name }) => name), ["s:5", "s:6", "s:7"]);
});

Deno.test("outputs() throws at the first task that did not succeed, and at its limit", async () => {
  const job: JobInput = { name: "s", iteration: { stop: 3 }, execution, capture: "stdout" };
  const { stage, future } = begin(job);
  const given: string[] = [];
  const loop = async () => {
    for await (const { output } of future.outputs()) given.push(output);
  };
  const all = loop();
  all.catch(() => {});
  await stage.start("s:0", "s:1", "s:2");
  stage.files.add(`${folder}/s:0.stdout`, "x");
  await stage.exit("s:0");
  await stage.exit("s:1", "9");
  await assertRejects(() => all, TaskFailedError, 'Task "s:1" failed: exit code 9');
  assertEquals(given, ["x"]);
  const { stage: other, future: slow } = begin(job);
  const limited = Array.fromAsync(slow.outputs({ timeoutMs: 50, order: "ends" }));
  limited.catch(() => {});
  await other.clock.advanceTo(other.clock.nowMs() + 100);
  await assertRejects(() => limited, DOMException, "Timed out");
});

Deno.test("task() finds one task by its index or name, and says what is there instead", () => {
  const { future: list } = begin([kept, { name: "s", iteration: { stop: 2 }, execution, capture: "stdout" }]);
  assertEquals([list.task("a").name, list.task("s:1").iteration, list.task("s:1").name], ["a", 1, "s:1"]);
  assertThrows(() => list.task("st:1"), UnknownJobError, 'no task "st:1" in this submit (did you mean "s:1"?)');
  assertThrows(() => list.task("s"), TypeError, 'task("s") means one task, but job "s" has 2 iterations');
  assertThrows(() => list.task("s:2"), RangeError, "it has 0 to 1");
  assertThrows(() => list.task("a:0"), RangeError, "it has no iterations");
  assertThrows(() => list.task(0), TypeError, "the submit has 2 jobs");
  assertThrows(() => list.task(null as never), TypeError, "not null");
  const { future: sweep } = begin({ name: "s", iteration: { stop: 2 }, execution, capture: "stdout" });
  assertThrows(() => sweep.task(2), RangeError, 'Job "s" has no iteration 2: it has 0 to 1');
  assertThrows(
    () => sweep.lines(),
    TypeError,
    'lines() means one task, but job "s" has 2 iterations: take future.task(0)',
  );
});

Deno.test("TaskFuture tells and stops one task of a submit", async () => {
  const { stage, future } = begin({ name: "s", iteration: { stop: 2 }, execution, capture: "stdout" });
  const [first, second] = future.tasks();
  await stage.start("s:0", "s:1");
  const result = second!.result();
  assertEquals([first!.state(), first!.done(), first!.running(), first!.info().pid], ["EXECUTING", false, true, 100]);
  assertEquals(second!.cancel(), true);
  await quiet();
  await stage.exit("s:1", "SIGTERM");
  assertEquals([await result, second!.cancel(), (await second!.exception())?.state], ["CANCELED", false, "CANCELED"]);
  assertEquals(first!.state(), "EXECUTING");
  await stage.exit("s:0");
  assertEquals([await first!.result(), await future.result()], ["SUCCEED", { s: "FAILED" }]);
});

Deno.test("text() and lines() wait for a file system that does not answer no longer than their limit", async () => {
  const { stage, future } = begin(kept);
  await stage.start("a");
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const { files } = stage;
  const [read, follow] = [files.read.bind(files), files.follow.bind(files)];
  files.read = ((...args: Parameters<typeof read>) => answered.then(() => read(...args))) as never;
  files.follow = ((path: string) => {
    const pieces = follow(path);
    return { read: () => answered.then(() => pieces.read()), close: () => pieces.close() };
  }) as never;
  files.add(`${folder}/a.stdout`, "late\n");
  const lines = future.lines({ timeoutMs: 300 }).next();
  lines.catch(() => {});
  await stage.exit("a");
  const [text, patient, all] = [future.text({ timeoutMs: 300 }), future.text(), Array.fromAsync(future.lines())];
  text.catch(() => {});
  for (let i = 0; i < 5; i++) await stage.clock.advanceTo(stage.clock.nowMs() + 100);
  await assertRejects(() => text, DOMException, `Timed out after 300 ms reading ${folder}/a.stdout`);
  await assertRejects(() => lines, DOMException, 'reading what task "a" writes');
  answer();
  assertEquals([await patient, await all, files.following], ["late", ["late"], 0]);
});
