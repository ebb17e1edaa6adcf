/**
 * What tasks write and read through the library, with real processes and each launcher. The sanitizers of leaks are on.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ExecutorOptions, type JobInput, QCGPJExecutor, TaskFailedError, TaskOutputError } from "@qcg/pilotjob";
import { Scratch } from "../e2e/support/scratch.ts";

const script = (text: string, more: object = {}): JobInput["execution"] => ({ script: text, login: false, ...more });

/** Each way in which a task can be started, and where its outputs are then. */
const ways: readonly (readonly [string, ExecutorOptions])[] = [
  ["keeper", {}],
  ["native", { launcher: "native" }],
  ["direct", { launcher: "direct" }],
  ["keeper, no records", { durability: "memory" }],
  ["direct, no records", { launcher: "direct", durability: "memory" }],
];

for (const [way, options] of ways) {
  Deno.test(`Outputs are handed over, and inputs given, without a file of the user's (${way})`, async () => {
    await using scratch = new Scratch();
    {
      await using executor = new QCGPJExecutor({ wd: scratch.path, resources: 3, ...options });
      const { text, stderr, info } = await executor.run("sh", ["-c", "echo out; echo err >&2"], { wd: "deeper" });
      assertEquals([text, stderr, info.wd, info.attempts], ["out", "err", scratch.in("deeper"), 1]);

      const sweep = executor.submit({
        name: "sweep",
        iteration: { stop: 3 },
        execution: { exec: "expr", args: ["${it}", "+", "5"] },
        capture: "stdout",
      });
      const read = executor.submit([
        {
          name: "double",
          iteration: { stop: 3 },
          execution: script("read n; expr $n + $n", { stdin: { from: "sweep:${it}" } }),
        },
        { name: "cat", execution: { exec: "cat", stdin: { from: "double:2" } }, capture: "stdout" },
      ]);
      assertEquals((await Array.fromAsync(sweep.outputs({ as: "json" }))).map(({ output }) => output), [5, 6, 7]);
      assertEquals(await read.task("cat").text(), "14");

      const failing = executor.submit({
        name: "failing",
        execution: script("echo before; echo why >&2; exit 4"),
        capture: "both",
      });
      const error = await assertRejects(() => failing.text(), TaskFailedError);
      assertEquals([error.exitCode, error.stdoutTail, error.stderrTail], [4, "before\n", "why\n"]);
      assertEquals((await failing.exception())?.message, error.message);

      const given = executor.submit([
        { name: "text", execution: { exec: "wc", args: ["-c"], stdin: { text: "é\0${it}" } }, capture: "stdout" },
        {
          name: "bytes",
          execution: { exec: "wc", args: ["-c"], stdin: { bytes: new Uint8Array(100_000) } },
          capture: "stdout",
        },
      ]);
      assertEquals([await given.task("text").json(), await given.task("bytes").json()], [8, 100_000]);

      const again = executor.submit({
        name: "again",
        execution: script("echo $$; test -e again || { touch again; exit 1; }"),
        capture: "stdout",
        retry: 1,
      });
      assertEquals([(await again.text()).split("\n").length, again.info()["again"]!.attempts], [1, 2]);
    }
    const left = [...Deno.readDirSync(scratch.path)].map(({ name }) => name).toSorted();
    const records = options.durability === "memory" ? [] : [left.find((name) => name.startsWith(".qcgpjm-service-"))];
    assertEquals(left, [...records, "again", "deeper"]);
  });

  Deno.test(`Streams go into tasks no faster than they are read, and end with them (${way})`, async () => {
    await using scratch = new Scratch();
    await using executor = new QCGPJExecutor({ wd: scratch.path, resources: 3, ...options });
    let pulled = 0;
    let isCanceled = false;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => {
          pulled++;
          controller.enqueue(new Uint8Array(65_536));
        },
        cancel: () => void (isCanceled = true),
      }, { highWaterMark: 0 });
    const of = (name: string, stdin: ReadableStream<Uint8Array>, text: string): JobInput => ({
      ...{ name, execution: script(text, { stdin }), capture: "stdout" },
    });
    assertEquals(await executor.submit(of("head", endless(), "head -c 5 | wc -c")).text(), "5");
    assertEquals(isCanceled, true);
    pulled = 0;
    const others = new Set<string>();
    const deaf = executor.submit(of("deaf", endless(), "until [ -e heard ]; do sleep 0.02; done"));
    // The pilot does not wait for who reads nothing.
    while (others.size < 4) others.add((await executor.run("date", ["+%N"])).text);
    assertEquals(deaf.states(), { deaf: "EXECUTING" });
    assert(pulled <= 10, `${pulled} pieces were pulled that nobody read`);
    scratch.write("heard", "");
    assertEquals(await deaf.result(), { deaf: "SUCCEED" });
    const numbers = Array.from({ length: 2000 }, (_, n) => `${n}\n`);
    const counted = executor.submit(
      of("sum", ReadableStream.from(numbers).pipeThrough(new TextEncoderStream()), "wc -l"),
    );
    assertEquals(await counted.text(), "2000");
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array([65, 10])),
      pull: (controller) => controller.error(new Error("the disk broke")),
    });
    const failed = executor.submit(of("broken", broken, "cat"));
    assertStringIncludes((await failed.exception())!.reason!, "the stream that it reads failed: the disk broke");
    assertEquals((await failed.exception())!.failure, "input");
  });
}

Deno.test("lines() come while the task runs", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const future = executor.submit({
    name: "talk",
    execution: script("for i in 1 2 3; do echo line $i; while [ ! -e heard$i ]; do sleep 0.01; done; done; printf end"),
    capture: "stdout",
  });
  const heard: string[] = [];
  for await (const line of future.lines({ timeoutMs: 20_000 })) {
    heard.push(line);
    // It says the next word only when this one was heard.
    Deno.writeTextFileSync(scratch.in(`heard${heard.length}`), "");
  }
  assertEquals(heard, ["line 1", "line 2", "line 3", "end"]);
});

Deno.test("A task that writes more than is captured fails and is stopped; others keep either end of it", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path, resources: 2 });
  const of = (name: string, text: string, onOverflow: "head" | "tail" | "fail"): JobInput => ({
    ...{ name, execution: script(text), capture: { maxBytes: 10, onOverflow } },
  });
  const endless = executor.submit(of("endless", "yes", "fail"));
  const error = await assertRejects(() => endless.text(), TaskFailedError);
  assertEquals([error.failure, endless.states()], ["output", { endless: "FAILED" }]);
  assertStringIncludes(error.message, "more than the 10 that are captured (capture.maxBytes)");
  const quick = executor.submit(of("quick", "seq 10", "fail"));
  assertEquals((await quick.exception())?.failure, "output");
  assertEquals(await executor.submit(of("head", "seq 100", "head")).text(), "1\n2\n3\n4\n5");
  assertEquals(await executor.submit(of("tail", "seq 100", "tail")).text(), "98\n99\n100");
});

Deno.test("Of a file that is added to all that it holds is handed over", async () => {
  await using scratch = new Scratch();
  scratch.write("log", "before\n");
  await using executor = new QCGPJExecutor({ wd: scratch.path, resources: 1 });
  const adding = executor.submit({
    name: "adding",
    iteration: { stop: 2 },
    execution: { exec: "echo", args: ["${it}"], stdout: { path: "log", append: true } },
  });
  await adding.result();
  const last = adding.task(1);
  assertEquals(await last.text(), "before\n0\n1");
  assertEquals(new TextDecoder().decode(await last.bytes()), "before\n0\n1\n");
  assertEquals(await Array.fromAsync(last.lines()), ["before", "0", "1"]);
});

Deno.test("What is not handed over of an endless output is given back to the disk", async () => {
  await using scratch = new Scratch();
  await using executor = new QCGPJExecutor({ wd: scratch.path });
  const future = executor.submit({
    name: "yes",
    execution: script("yes | head -c 300000000; sleep 0.5; echo end"),
    capture: { maxBytes: 4, onOverflow: "tail" },
  });
  assertEquals(await future.text(), "end");
  const { size, blocks } = Deno.statSync(future.info()["yes"]!.stdout!);
  assertEquals(size, 300_000_004);
  assert(blocks! * 512 < 150e6, `${blocks! * 512} bytes are on the disk`);
});

Deno.test("What was captured can be had after a resume, and jobs go on that read and write by the library", async () => {
  await using scratch = new Scratch();
  {
    const first = new QCGPJExecutor({ wd: scratch.path, resources: 1 });
    const future = first.submit([
      { name: "done", execution: { exec: "seq", args: [3] }, capture: "stdout" },
      {
        name: "cut",
        execution: script("test -e go && cat", { stdin: { text: "words" } }),
        capture: "stdout",
        dependencies: { after: ["done"] },
      },
      { name: "sum", execution: { exec: "wc", args: ["-c"], stdin: { from: "cut" } }, capture: "stdout" },
    ]);
    assertEquals(await future.task("done").text(), "1\n2\n3");
    await future.result();
    await first.shutdown();
  }
  scratch.write("go", "");
  await using second = new QCGPJExecutor({ wd: scratch.path, resume: { path: scratch.path, rerun: "failed" } });
  assertEquals(await second.task("done").text(), "1\n2\n3");
  assertEquals(await second.task("sum").json(), 5);
  second.manager.remove(["done", "cut", "sum"]);
  const folder = [...Deno.readDirSync(scratch.path)].find(({ name }) => name.startsWith(".qcgpjm"))!.name;
  assertEquals([...Deno.readDirSync(scratch.in(`${folder}/output`))], []);
});

Deno.test("Without records outputs are gone when the executor is closed, and that is told", async () => {
  await using scratch = new Scratch();
  const executor = new QCGPJExecutor({ wd: scratch.path, durability: "memory" });
  const future = executor.submit({ name: "a", execution: { exec: "date" }, capture: "stdout" });
  const early = future.text();
  await executor.shutdown();
  assert((await early).length > 5);
  await assertRejects(() => future.text(), TaskOutputError, "cannot be read from");
});

for (const launcher of ["keeper", "native", "direct"] as const) {
  Deno.test(`A permission scope and a sandbox do not stand in the way of what the library keeps (${launcher})`, async () => {
    await using scratch = new Scratch();
    const permissions = { run: ["cat", "seq", "sh"], read: ["/usr"], write: ["."] };
    const options = { wd: scratch.path, resources: 1, permissions, sandbox: "auto", launcher } as const;
    await using executor = new QCGPJExecutor(options);
    const twice = "test -e tried && echo second || { echo first; touch tried; exit 1; }";
    const future = executor.submit([
      { name: "a", execution: { exec: "seq", args: [2] }, capture: "stdout" },
      { name: "b", execution: { exec: "cat", stdin: { from: "a" } }, capture: "stdout" },
      { name: "c", execution: { exec: "cat", stdin: { text: "text" } }, capture: "stdout" },
      { name: "d", execution: { exec: "sh", args: ["-c", twice] }, capture: "stdout", retry: 1 },
    ]);
    const texts = await Promise.all(["a", "b", "c", "d"].map((name) => future.task(name).text()));
    assertEquals(texts, ["1\n2", "1\n2", "text", "second"]);
    assertEquals(Deno.readTextFileSync(`${future.info()["d"]!.stdout!}.attempt-1`), "first\n");
  });
}
