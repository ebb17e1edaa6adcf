import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { JobDescriptionError, TaskFailedError, TaskOutputError } from "../../../src/errors.ts";
import { Jobs } from "../../../src/api/jobs.ts";
import type { JobInput } from "../../../src/job/input.ts";
import { defineTemplate } from "../../../src/template/define_template.ts";
import { PilotHarness } from "../runtime/pilot_harness.ts";
import { submitterTo } from "./support.ts";

const folder = "/wd/run/output";
const job = (name: string, more: object = {}): JobInput => ({ name, execution: { exec: "date" }, ...more });

/** Runs a captured task that writes a text. */
async function runWriting(stage: PilotHarness, name: string, text: string, exit = "0"): Promise<void> {
  await stage.start(name);
  stage.files.add(`${folder}/${name}.stdout`, text);
  await stage.exit(name, exit);
}

Deno.test("run() hands over both streams of one program, and forgets the job", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  const made = submitter.run("/bin/my prog", ["${it}", "${ncores}", "${jname}", "$${root_wd}", 5, true], { wd: "w" });
  await stage.settle();
  const [name] = [...stage.launcher.launched.keys()] as [string];
  const { plan } = stage.launcher.launched.get(name)!;
  assert(/^my_prog-[0-9a-f]{8}$/.test(name), name);
  assertEquals([plan.program, plan.cwd], ["/bin/my prog", "/wd/w"]);
  assertEquals(plan.args, ["${it}", "${ncores}", "${jname}", "$${root_wd}", "5", "true"]);
  stage.files.add(`${folder}/${name}.stderr`, "warning\n");
  await runWriting(stage, name, "words\n");
  const { text, bytes, stderr, info } = await made;
  assertEquals([text, bytes.length, stderr, info.state], ["words", 6, "warning", "SUCCEED"]);
  assertEquals([Object.keys(stage.manager.list()), stage.files.bytes.size], [[], 0]);
});

Deno.test("run() rejects with a TaskFailedError, and forgets the job all the same", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  const made = submitter.run("false", [], { name: "no", capture: "stdout" });
  made.catch(() => {});
  await stage.start("no");
  await stage.exit("no", "1");
  await assertRejects(() => made, TaskFailedError, 'Task "no" failed: exit code 1');
  assertEquals(Object.keys(stage.manager.list()), []);
});

Deno.test("run() gives what is kept, and cancels by its signal", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  const made = submitter.run("date", [], { name: "a", stdout: "out", capture: null });
  await stage.start("a");
  stage.files.add("/wd/out", "x\n");
  await stage.exit("a");
  const { text, stderr } = await made;
  assertEquals([text, stderr], ["x", ""]);
  const controller = new AbortController();
  const slow = submitter.run("sleep", [9], { name: "b", signal: controller.signal });
  slow.catch(() => {});
  await stage.start("b");
  controller.abort(new Error("enough"));
  await assertRejects(() => slow, Error, "enough");
  await stage.exit("b", "SIGTERM");
  assertEquals(Object.keys(stage.manager.list()), []);
});

Deno.test("run() refuses what it would misread, as a rejection", async () => {
  const { submitter } = submitterTo(new PilotHarness());
  const run = submitter.run.bind(submitter) as (...args: unknown[]) => Promise<unknown>;
  await assertRejects(() => run(["ls"]), TypeError, "run() takes the name of a program, not an array");
  await assertRejects(() => run("ls", "-l"), TypeError, "run() takes the arguments as a list");
  await assertRejects(() => run("ls", [], null), TypeError, "The options of run() must be an object");
  await assertRejects(() => run("ls", [], { cwd: "/" }), JobDescriptionError, "cwd");
});

Deno.test("map() gives outputs in the order of the jobs, and captures what says nothing of its output", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  const made = Array.fromAsync(submitter.map([job("a"), job("b", { capture: "both" })], { output: "json" }));
  await runWriting(stage, "b", "[2]");
  await runWriting(stage, "a", "1\n");
  assertEquals(await made, [1, [2]]);
  assertEquals(stage.files.bytes.size, 0, "what was given is forgotten");
});

Deno.test("map() gives outputs as they come when their order does not matter", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  const made = Array.fromAsync(submitter.map([job("a"), job("b"), job("c")], { output: "text", unordered: true }));
  for (const name of ["c", "a", "b"]) await runWriting(stage, name, `${name}!\n`);
  assertEquals(await made, ["c!", "a!", "b!"]);
});

Deno.test("map() throws at the first output that fails, and cancels what was submitted ahead", async () => {
  const stage = new PilotHarness({ spec: "n0:1" });
  const { submitter } = submitterTo(stage);
  const made = Array.fromAsync(submitter.map([job("a"), job("b")], { output: "text" }));
  made.catch(() => {});
  await stage.start("a");
  await stage.exit("a", "2");
  await assertRejects(() => made, TaskFailedError, 'Task "a" failed: exit code 2');
  await stage.start("b");
  await stage.exit("b", "SIGTERM");
  assertEquals(stage.manager.list()["b"]?.status, "CANCELED");
});

Deno.test("map() gives up when all of it takes too long, also while the source does not answer", async () => {
  for (const endless of [[job("a")], unanswered()]) {
    const stage = new PilotHarness();
    const { submitter } = submitterTo(stage);
    const made = Array.fromAsync(submitter.map(endless, { timeoutMs: 500 }));
    made.catch(() => {});
    await stage.settle();
    await stage.clock.advanceTo(stage.clock.nowMs() + 500);
    const error = await assertRejects(() => made, DOMException, "Timed out after 500 ms going through map()");
    assertEquals(error.name, "TimeoutError");
  }
});

async function* unanswered(): AsyncGenerator<JobInput> {
  await new Promise(() => {});
  yield job("never");
}

Deno.test("value() gives what the template's parser makes of the output, and names the task that it refuses", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  const parse = (text: string): { readonly n: number } => {
    if (text === "") throw new Error("nothing there");
    return { n: Number(text) };
  };
  const template = defineTemplate("{'name': '$name', 'execution': {'exec': 'date'}}", { output: parse });
  const [good, bad] = [submitter.submit(template, { name: "a" }), submitter.submit(template, { name: "b" })];
  await runWriting(stage, "a", "5\n");
  await runWriting(stage, "b", "\n");
  const value: { readonly n: number } = await good.value();
  assertEquals([value, await good.task().value(), await good.text()], [{ n: 5 }, { n: 5 }, "5"]);
  const error = await assertRejects(() => bad.value(), TaskOutputError);
  assertEquals(
    error.message,
    'The output of task "b" is refused by the template\'s parser: nothing there; it begins with nothing: it is empty',
  );
  assert(error.cause instanceof Error);
});

Deno.test("A job reads text, bytes and the output of another job from files that the run keeps", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  submitter.submit([
    job("text", { execution: { exec: "cat", stdin: { text: "a\0${it}" } } }),
    job("bytes", { execution: { exec: "cat", stdin: { bytes: new Uint8Array([1, 255]) } } }),
    job("from", { execution: { exec: "cat", stdin: { from: "text" } } }),
  ]);
  await stage.run("text", "bytes");
  await stage.settle();
  const planOf = (name: string) => stage.launcher.launched.get(name)!.plan;
  assertEquals(planOf("text").preparation?.input, { path: `${folder}/text.stdin`, base64: "YQAke2l0fQ==" });
  assertEquals(planOf("bytes").preparation?.input, { path: `${folder}/bytes.stdin`, base64: "Af8=" });
  assertEquals([planOf("text").stdin, planOf("text").stdout], [`${folder}/text.stdin`, `${folder}/text.stdout`]);
  assertEquals([planOf("from").stdin, planOf("from").preparation], [`${folder}/text.stdout`, undefined]);
});

Deno.test("Each iteration reads the output of the same iteration", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  submitter.submit([
    job("s", { iteration: { start: 2, stop: 4 } }),
    job("r", { iteration: { start: 2, stop: 4 }, execution: { exec: "cat", stdin: { from: "s:${it}" } } }),
    job("one", { execution: { exec: "cat", stdin: { from: "s:3" } } }),
  ]);
  await stage.run("s:2", "s:3");
  await stage.settle();
  const stdinOf = (name: string) => stage.launcher.launched.get(name)?.plan.stdin;
  assertEquals(stdinOf("r:2"), `${folder}/s:2.stdout`);
  assertEquals([stdinOf("r:3"), stdinOf("one")], [`${folder}/s:3.stdout`, `${folder}/s:3.stdout`]);
});

Deno.test("What cannot be read from another job is refused at the submit, and told at the start", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  const from = (name: string, source: string) => job(name, { execution: { exec: "cat", stdin: { from: source } } });
  submitter.submit([job("plain"), job("kept", { capture: "stdout" })]);
  const refused = (jobs: JobInput[], message: string) =>
    assertThrows(() => submitter.submit(jobs), JobDescriptionError, message);
  refused(
    [from("r", "plain")],
    'Job "r" cannot read from "plain" (execution.stdin.from): the output of job "plain" is not kept',
  );
  refused(
    [job("s", { iteration: { stop: 2 } }), from("r", "s")],
    'name one of them ("s:0"), or each for each ("s:${it}")',
  );
  refused([from("r", "nobody")], "there is no job of that name");
  await stage.run("plain", "kept");
  stage.pilot.pause();
  const future = submitter.submit(from("r", "kept"));
  await stage.settle();
  stage.manager.remove(["kept"]);
  stage.pilot.unpause();
  assertEquals(await future.result(), { r: "FAILED" });
  assertEquals(
    future.info()["r"]!.reason,
    'it reads the output of "kept", of which nothing is known any more: that job was removed',
  );
});

Deno.test("A stream is held until its job has ended, and refused where somebody reads it", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  let isCanceled = false;
  const stream = new ReadableStream<Uint8Array>({ cancel: () => void (isCanceled = true) });
  const future = submitter.submit(job("a", { execution: { exec: "cat", stdin: stream } }));
  assertEquals([stage.files.streams.has("a"), isCanceled], [true, false]);
  future.cancel();
  await stage.settle();
  assertEquals([stage.files.streams.has("a"), isCanceled], [false, true]);
  const locked = new ReadableStream<Uint8Array>();
  locked.getReader();
  assertThrows(
    () => submitter.submit(job("b", { execution: { exec: "cat", stdin: locked } })),
    JobDescriptionError,
    'Job "b": execution.stdin is a stream that somebody reads already',
  );
  assertThrows(
    () => submitter.submit(job("b", { execution: { exec: "cat", stdin: { bytes: "no" } } })),
    JobDescriptionError,
    'execution.stdin.bytes must be a Uint8Array, not the text "no"',
  );
});

Deno.test("Jobs takes jobs as objects, and says so to who writes them as in Python", () => {
  const jobs = new Jobs() as unknown as Record<"add" | "addStd", (...values: unknown[]) => void>;
  for (
    const [values, told] of [[["a", "date"], 'the text "a"'], [[], "undefined"], [[{}, ["x"]], "an array"]] as const
  ) {
    assertThrows(
      () => jobs.add(...values),
      TypeError,
      `such as { name: "hello", exec: "echo", args: ["hello"] }, not ${told}`,
    );
    assertThrows(() => jobs.addStd(...values), TypeError, `execution: { exec: "date" } }, not ${told}`);
  }
});

Deno.test("Jobs takes bytes and streams to read", () => {
  const jobs = new Jobs().add({ name: "a", exec: "cat", stdin: { bytes: new Uint8Array([1]) } });
  assertEquals(jobs.jobs()[0]!.execution.stdin, { bytes: undefined, base64: "AQ==" } as never);
  const stream = new ReadableStream<Uint8Array>();
  assert(new Jobs().add({ name: "a", exec: "cat", stdin: stream }).jobs()[0]!.execution.stdin === stream);
});
