import "../support/empty_home.ts";
import { assert, assertEquals, assertFalse, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  asCompleted,
  BasicTemplate,
  ExecutorClosedError,
  type ExecutorOptions,
  JobDescriptionError,
  JournalError,
  PermissionScopeError,
  QCGPJExecutor,
  type QCGPJFuture,
  type ShutdownOptions,
  wait,
} from "@qcg/pilotjob";
import { JournalFile } from "../../src/deno/files/journal/journal_file.ts";
import { replaceMethod } from "../sim/replace.ts";
import { processesWith, until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const { template } = BasicTemplate;

/** An executor in a folder of its own, with two cores. */
function executorIn(scratch: Scratch, options: ExecutorOptions = {}): QCGPJExecutor {
  return new QCGPJExecutor({ wd: scratch.path, resources: "2", ...options });
}

function sleep(executor: QCGPJExecutor, name: string, seconds = "600"): QCGPJFuture {
  return executor.submit(template, { name, exec: "sleep", args: [seconds] });
}

Deno.test("submit() throws before anything is queued", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch);
  executor.submit(template, { name: "taken", exec: "true" });
  assertThrows(() => executor.submit(template, { name: "taken", exec: "true" }), JobDescriptionError, "already exists");
  assertThrows(() => executor.submit(template, { name: "a:b", exec: "true" }), JobDescriptionError, '":"');
  const wide = () => "{'name': 'wide', 'execution': {'exec': 'true'}, 'resources': {'numCores': 3}}";
  const error = assertThrows(() => executor.submit(wide), JobDescriptionError);
  assertEquals(
    error.message,
    'Not enough resources for job "wide": it needs 3 cores, but the pool has 1 node with 2 cores',
  );
  assertEquals(Object.keys(executor.manager.list()), ["taken"]);
});

Deno.test("A list of jobs that names a job nobody knows is refused as a whole, with the near miss", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch);
  const job = (name: string, after: string[]) => ({ name, execution: { exec: "true" }, dependencies: { after } });
  executor.manager.submit(job("prepare", []));
  const submit = () => executor.manager.submit([job("a", []), job("b", ["prepar"])]);
  assertThrows(submit, JobDescriptionError, 'did you mean "prepare"');
  assertEquals(Object.keys(executor.manager.list()), ["prepare"]);
  const ring = () => executor.manager.submit([job("a", ["b"]), job("b", ["a"])]);
  assertThrows(ring, JobDescriptionError, '"a" after "b" after "a"');
});

Deno.test("result() with a timeout rejects with TimeoutError and leaves the job alone", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch);
  const future = sleep(executor, "long");
  const error = await assertRejects(() => future.result({ timeoutMs: 20 }), DOMException);
  assertEquals(error.name, "TimeoutError");
  const reason = new Error("enough");
  const controller = new AbortController();
  const waiting = future.result({ signal: controller.signal });
  controller.abort(reason);
  assertEquals(await waiting.catch((thrown) => thrown), reason);
  assert(future.running());
  assert(future.cancel());
  assertEquals(await future.result(), { long: "CANCELED" });
});

Deno.test("A failed job resolves, and info() tells why, where and with which files", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch);
  const exits = executor.submit(template, { name: "exits", exec: "sh", args: ["-c", "exit 7"], stdout: "logs/o" });
  const dies = executor.submit(template, { name: "dies", exec: "sh", args: ["-c", "kill -SEGV $$"] });
  const missing = executor.submit(template, { name: "missing", exec: "no-such-program" });
  assertEquals(await exits.result(), { exits: "FAILED" });
  assertEquals(await dies.result(), { dies: "FAILED" });
  assertEquals(await missing.result(), { missing: "FAILED" });
  const report = exits.info()["exits"]!;
  assertEquals([report.exitCode, report.reason, report.attempts], [7, "exit code 7", 1]);
  assertEquals(report.stdout, scratch.in("logs/o"));
  assertEquals(report.nodes.length, 1);
  assert(report.queuedAtMs <= report.scheduledAtMs! && report.startedAtMs! <= report.endedAtMs!);
  assertEquals(dies.info()["dies"]!.signal, "SIGSEGV");
  assertEquals(missing.info()["missing"]!.startedAtMs, undefined);
  assert(missing.info()["missing"]!.reason!.includes('"no-such-program"'));
});

Deno.test("cancel() stops a task with everything that it started", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch, { graceMs: 200 });
  const mark = `pilotjob-tree-${crypto.randomUUID()}`;
  const script = `trap '' TERM; sh -c 'trap "" TERM; sleep 600 # ${mark}' & echo up > up; wait; sleep 600`;
  const future = executor.submit(template, { name: "tree", exec: "sh", args: ["-c", script] });
  await until(() => processesWith(mark).length >= 2, "the tree is up");
  assert(future.cancel());
  assertEquals(await future.result(), { tree: "CANCELED" });
  assertEquals(processesWith(mark), []);
  assertEquals(future.info()["tree"]!.signal, "SIGKILL");
});

Deno.test("With launcher: direct tasks are started by Deno.Command, and stopped with everything that they started", async () => {
  await using scratch = new Scratch();
  await QCGPJExecutor.scope({ wd: scratch.path, launcher: "direct", graceMs: 200 }, async (executor) => {
    const mark = `pilotjob-direct-${crypto.randomUUID()}`;
    const script = `sh -c 'sleep 600; :' ${mark} & wait`;
    const future = executor.submit(template, { name: "t", exec: "sh", args: ["-c", script, mark] });
    await until(() => processesWith(mark).length >= 2, "the tree is up");
    future.cancel();
    assertEquals(await future.result(), { t: "CANCELED" });
    assertEquals(processesWith(mark), []);
    assertEquals(future.info()["t"]!.cpuMs, undefined, "Deno.Command does not tell the CPU time");
  });
});

Deno.test("cancel() of a queued job leaves the running one alone", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch, { resources: "1" });
  const first = sleep(executor, "first");
  const second = sleep(executor, "second");
  await until(() => first.states()["first"] === "EXECUTING", "the first runs");
  assertEquals(second.states(), { second: "QUEUED" });
  second.cancel();
  assertEquals(await second.result(), { second: "CANCELED" });
  assert(first.running());
  first.cancel();
});

Deno.test("A future gives the tasks of an iterative job as they end, those that ended before first", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch);
  const many = () =>
    "{'name': 'many', 'iteration': {'start': 3, 'stop': 8}, 'execution': {'exec': 'sh', 'args': ['-c', 'exit $${it}']}}";
  const future = executor.submit(many);
  const seen = await Array.fromAsync(future, (task) => [task.name, task.state, task.exitCode]);
  const expected = [3, 4, 5, 6, 7].map((it) => [`many:${it}`, "FAILED", it]);
  assertEquals(seen.sort(), expected);
  assertEquals(await future.result(), { many: "FAILED" });
  assertEquals((await Array.fromAsync(future)).length, 5, "a second look finds them all ended");
  assertEquals(future.info()["many"]!.iterations, { start: 3, stop: 8, total: 5, finished: 5, failed: 5 });
});

Deno.test("addDoneCallback() calls back once, and at once when all is over", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch);
  const future = executor.submit(template, { name: "tj", exec: "true" });
  const seen: string[] = [];
  future.addDoneCallback((f) => seen.push(`early ${f.done()}`));
  await future.result();
  const { promise, resolve } = Promise.withResolvers<void>();
  future.addDoneCallback((f) => {
    seen.push(`late ${f.done()}`);
    resolve();
  });
  await promise;
  assertEquals(seen, ["early true", "late true"]);
});

Deno.test("wait() returns at the first end, the first failure, the last end, or when the time is up", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch, { resources: "4" });
  const good = executor.submit(template, { name: "good", exec: "true" });
  const long = sleep(executor, "long");
  const first = await wait([good, long], { returnWhen: "FIRST_COMPLETED" });
  assertEquals([first.done.has(good), first.notDone.has(long)], [true, true]);
  const bad = executor.submit(template, { name: "bad", exec: "false" });
  const failed = await wait([good, long, bad], { returnWhen: "FIRST_EXCEPTION" });
  assertEquals(failed.done.has(bad), true);
  assertEquals((await wait([good, long], { timeoutMs: 10 })).notDone.size, 1);
  long.cancel();
  assertEquals((await wait([good, long, bad])).notDone.size, 0);
  assertEquals((await wait([])).done.size, 0);
});

Deno.test("asCompleted() gives each future once, as it is done, and times out", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch, { resources: "3" });
  const slow = sleep(executor, "slow");
  const quick = executor.submit(template, { name: "quick", exec: "true" });
  const names: string[] = [];
  for await (const future of asCompleted([slow, quick, quick])) {
    names.push(...future.jobNames);
    slow.cancel();
  }
  assertEquals(names, ["quick", "slow"]);
  const stuck = sleep(executor, "stuck");
  const error = await assertRejects(() => Array.fromAsync(asCompleted([stuck], { timeoutMs: 10 })), DOMException);
  assertEquals(error.name, "TimeoutError");
  stuck.cancel();
});

Deno.test("map() gives results in order, reads no further ahead than the window, and forgets what it gave", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch);
  let read = 0;
  function* parameters() {
    for (let i = 0; i < 40; i++) {
      read++;
      yield { name: `t${i}`, exec: i % 2 === 0 ? "true" : "false" };
    }
  }
  let given = 0;
  for await (const result of executor.map(template, parameters(), { window: 5 })) {
    assertEquals(result, { [`t${given}`]: given % 2 === 0 ? "SUCCEED" : "FAILED" });
    given++;
    assert(read - given <= 5, `${read} read but only ${given} given`);
  }
  assertEquals(given, 40);
  assertEquals(executor.manager.list(), {});
});

Deno.test("map() cancels what it submitted ahead when the loop is left", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch);
  const parameters = [{ name: "quick", exec: "true" }, { name: "slow", exec: "sleep", args: ["600"] }];
  for await (const result of executor.map(template, parameters)) {
    assertEquals(result, { quick: "SUCCEED" });
    break;
  }
  assertEquals(await executor.manager.wait4("slow"), { slow: "CANCELED" });
});

Deno.test("shutdown() takes no more jobs, waits for the work, and may be called again", async () => {
  await using scratch = new Scratch();
  const executor = executorIn(scratch);
  const future = sleep(executor, "short", "0.1");
  const queued = [sleep(executor, "a"), sleep(executor, "b"), sleep(executor, "c")];
  const waiting = executor.shutdown();
  assertThrows(() => executor.submit(template, { name: "late", exec: "true" }), ExecutorClosedError);
  assertFalse(future.done());
  for (const one of queued) one.cancel();
  await waiting;
  assertEquals(await future.result(), { short: "SUCCEED" });
  await executor.shutdown();
});

Deno.test("shutdown({ cancelFutures }) cancels what does not run yet, shutdown({ wait: false }) returns at once", async () => {
  await using scratch = new Scratch();
  const executor = executorIn(scratch, { resources: "1" });
  const wait = ["-c", "until [ -e go ]; do sleep 0.02; done"];
  const running = executor.submit(template, { name: "running", exec: "sh", args: wait });
  const queued = sleep(executor, "queued");
  await until(() => running.states()["running"] === "EXECUTING", "the first runs");
  await executor.shutdown({ wait: false, cancelFutures: true });
  assert(running.running());
  assertEquals(await queued.result(), { queued: "CANCELED" });
  assertEquals(queued.info()["queued"]!.reason, "canceled by the shutdown");
  scratch.write("go", "");
  assertEquals(await running.result(), { running: "SUCCEED" });
  await executor.shutdown();
});

Deno.test("An error inside scope() cancels what is queued and running, and is thrown on", async () => {
  await using scratch = new Scratch();
  const mark = `pilotjob-scope-${crypto.randomUUID()}`;
  const futures: QCGPJFuture[] = [];
  await assertRejects(
    () =>
      QCGPJExecutor.scope({ wd: scratch.path, resources: "1" }, async (executor) => {
        const { submit } = {
          submit: (name: string) => executor.submit(template, { name, exec: "sleep", args: ["600"] }),
        };
        futures.push(submit("running"), submit(`queued-${mark}`));
        await until(() => futures[0]!.states()["running"] === "EXECUTING", "the first runs");
        throw new Error("stop it all");
      }),
    Error,
    "stop it all",
  );
  assertEquals(futures.map((future) => Object.values(future.states())), [["CANCELED"], ["CANCELED"]]);
  assertEquals(processesWith(mark), []);
});

Deno.test("The constructor refuses what it does not know", () => {
  const options = { resource: "2" } as unknown as ExecutorOptions;
  assertThrows(() => new QCGPJExecutor(options), TypeError, 'did you mean "resources"');
  assertThrows(() => new QCGPJExecutor({ graceMs: -1 }), RangeError, "graceMs");
  const env = (variables: Record<string, unknown>) => () => new QCGPJExecutor({ env: variables } as ExecutorOptions);
  assertThrows(env({ A: 1 }), TypeError, 'Option "env.A" must be a text without NUL, got the number 1');
  assertThrows(env({ "A=B": "1" }), TypeError, 'the name "A=B"');
  assertThrows(() => new QCGPJExecutor({ graceMs: 1n } as unknown as ExecutorOptions), TypeError, "got a bigint");
  assertThrows(() => new QCGPJExecutor(null as unknown as ExecutorOptions), TypeError, "got null");
});

Deno.test("Options that have no effect are told, on the standard error and in the log", async () => {
  await using scratch = new Scratch();
  const told: string[] = [];
  {
    using _console = replaceMethod(console, "warn", () => (text) => void told.push(text));
    const otherArgs = ["--id", "told", "--net", "--show-progress", "--log", "warning"];
    await using executor = executorIn(scratch, { otherArgs, wrapperRtStats: "wrapper" });
    await executor.submit(template, { name: "yes", exec: "true" }).result();
    await using _unrecorded = executorIn(scratch, { durability: "memory", logLevel: "debug", otherArgs: ["--tags=a"] });
  }
  assertEquals(told.map((line) => line.replace(/^QCG-PilotJob: ((option )?\S+).*$/, "$1")), [
    ...["--show-progress", "--net", 'option "wrapperRtStats"'],
    ...["--tags", 'option "logLevel"'],
  ]);
  const log = scratch.read(".qcgpjm-service-told/service.log").trimEnd().split("\n");
  assertEquals(log.map((line, i) => line.endsWith(told[i]!.replace("QCG-PilotJob: ", ""))), [true, true, true]);
});

Deno.test("Nothing runs without its records: a folder that another run has is refused again and again", async () => {
  await using scratch = new Scratch();
  const otherArgs = ["--id", "same"];
  await using first = executorIn(scratch, { otherArgs });
  await first.submit(template, { name: "first", exec: "true" }).result();
  await using second = executorIn(scratch, { otherArgs });
  for (let i = 0; i < 2; i++) {
    assertThrows(() => second.submit(template, { name: `second${i}`, exec: "true" }), JournalError, "is writing it");
  }
  const log = scratch.read(".qcgpjm-service-same/service.log");
  assertEquals(log.match(/available resources/g)?.length, 1, log);
});

Deno.test("Who does not wait for the shutdown is not troubled by how it ends; who waits is told", async () => {
  await using scratch = new Scratch();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  using _close = replaceMethod(JournalFile.prototype, "close", (original) =>
    async function () {
      await original.call(this);
      resolve();
      throw new JournalError("the last records are lost", { path: "journal" });
    });
  const executor = executorIn(scratch);
  const future = executor.submit(template, { name: "quick", exec: "true" });
  await executor.shutdown({ wait: false });
  assertEquals(await future.result(), { quick: "SUCCEED" });
  await closed; // A rejection that nobody hears would end the test right after.
  await assertRejects(() => executor.shutdown(), JournalError, "the last records are lost");
});

Deno.test("A final status that cannot be written fails neither a future nor the shutdown, and is told", async () => {
  await using scratch = new Scratch();
  const wd = scratch.in("gone");
  const executor = executorIn(scratch, { wd });
  const future = executor.submit(template, { name: "quick", exec: "sleep", args: ["0.5"] });
  await executor.shutdown({ wait: false });
  // Moved away in one step: to remove a folder that is being written to would be a race.
  await Deno.rename(wd, `${wd}.away`);
  assertEquals(await future.result(), { quick: "SUCCEED" });
  const warned: string[] = [];
  using _warn = replaceMethod(console, "warn", () => (text: string) => void warned.push(text));
  await executor.shutdown();
  // That the journal is gone is told, too, if there was a look at it.
  assertEquals(warned.filter((text) => text.includes("Cannot write the final status")).length, 1, warned.join("\n"));
});

Deno.test("An executor that never had a job leaves nothing and needs no folder", async () => {
  await using scratch = new Scratch();
  await new QCGPJExecutor({ wd: scratch.in("no"), enableRtStats: true }).shutdown();
  assertEquals([...Deno.readDirSync(scratch.path)], []);
});

Deno.test("The manager answers in QCG-PilotJob's shapes", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch, { resources: "n1:2,n2:3" });
  const { manager } = executor;
  const job = { name: "many", execution: { exec: "true" }, iteration: { stop: 2 }, resources: { numCores: 2 } };
  assertEquals(manager.submit([job]), ["many"]);
  assertEquals(manager.status("many"), { jobs: { many: { status: 0, data: { jobName: "many", status: "QUEUED" } } } });
  assertEquals(await manager.wait4(["many", "many:1"]), { many: "SUCCEED", "many:1": "SUCCEED" });
  const { data } = manager.info("many", { withChilds: true }).jobs["many"]!;
  assertEquals(data.iterations, { start: 0, stop: 2, total: 2, finished: 2, failed: 0 });
  assertEquals(data.childs!.map((child) => [child.iteration, child.state, child.runtime!.allocation]), [
    [0, "SUCCEED", "n1[0:1]"],
    [1, "SUCCEED", "n2[0:1]"],
  ]);
  assertEquals(manager.cancel("many"), { canceled: 0, errors: { many: "Job many has ended already (SUCCEED)" } });
  assertEquals(manager.remove("many"), { removed: 1, errors: {} });
  assertEquals(manager.list(), {});
  await manager.wait4all();
});

Deno.test("Every attempt has a record of its own in the job report, told by its number", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch, { otherArgs: ["--id", "retries"] });
  // Fails until the file is there, which the second attempt makes.
  const script = 'test -e flag.$1 && exit 0; test "$2" = 1 && touch flag.$1; exit 7';
  executor.manager.submit([
    { name: "plain", execution: { exec: "sh", args: ["-c", script, "sh", "plain", "1"] }, retry: 2 },
    {
      name: "many",
      execution: { exec: "sh", args: ["-c", script, "sh", "${it}", "${it}"] },
      iteration: { start: 1, stop: 3 },
      retry: { max: 1, on: ["exit"], backoffMs: 20 },
    },
  ]);
  await executor.shutdown();
  const lines = scratch.read(".qcgpjm-service-retries/jobs.report").trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  const attempts = lines.map(({ name, state, attempt, runtime, messages }) =>
    [name, attempt, state, runtime.exit_code, messages].filter((value) => value !== undefined)
  );
  assertEquals(attempts.filter(([name]) => name === "plain"), [
    ["plain", 1, "FAILED", "7", "exit code 7"],
    ["plain", 2, "SUCCEED", "0"],
  ]);
  assertEquals(attempts.filter(([name]) => name === "many:1").length, 2);
  assertEquals(attempts.filter(([name]) => name === "many:2"), [
    ["many:2", 1, "FAILED", "7", "exit code 7"],
    ["many:2", 2, "FAILED", "7", "exit code 7"],
  ]);
  assertEquals(attempts.at(-1), ["many", "FAILED", "many:2: exit code 7"]);
  assertEquals(lines.every(({ history }) => history.at(-2).state === "EXECUTING" || history.length === 2), true);
});

Deno.test("with({ signal }) ends the processes of its jobs at the abort, on a view of a view too", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch, { graceMs: 200 });
  const mark = `pilotjob-signal-${crypto.randomUUID()}`;
  const controller = new AbortController();
  const view = executor.withPermissions({ run: ["sh", "true"], write: ["."] }).with({ signal: controller.signal });
  const script = "trap '' TERM; sleep 600 & wait; sleep 600";
  const long = view.submit({ name: "long", execution: { exec: "sh", args: ["-c", script, mark] } });
  assertThrows(() => view.submit({ name: "env", execution: { exec: "env" } }), PermissionScopeError);
  await until(() => processesWith(mark).length > 0, "the task is up");
  controller.abort(new Error("the deadline has passed"));
  assertThrows(() => view.submit({ name: "late", execution: { exec: "true" } }), Error, "the deadline has passed");
  assertEquals(await long.result(), { long: "CANCELED" });
  assertEquals(processesWith(mark), []);
  assertEquals(long.info()["long"]!.reason, "canceled by its signal: the deadline has passed");
  const { messages } = executor.manager.info("long").jobs["long"]!.data;
  assertEquals(messages, "canceled by its signal: the deadline has passed");
  assertEquals(await executor.submit({ name: "after", execution: { exec: "true" } }).result(), { after: "SUCCEED" });
});

Deno.test("scope() and shutdown() refuse what they would ignore, and start nothing", async () => {
  await using scratch = new Scratch();
  const scope = (...args: readonly unknown[]) => () => Reflect.apply(QCGPJExecutor.scope, QCGPJExecutor, args);
  await assertRejects(scope({ wd: scratch.path }), TypeError, "scope() takes options and a function that is run");
  await assertRejects(scope(() => 1), TypeError, "scope() takes options and a function that is run, not undefined");
  await assertRejects(scope({ wdd: "." }, () => 1), TypeError, 'did you mean "wd"?');
  await using executor = executorIn(scratch);
  const shutdown = (options: unknown) => () => executor.shutdown(options as ShutdownOptions);
  await assertRejects(shutdown({ cancel_futures: true }), TypeError, 'did you mean "cancelFutures"?');
  await assertRejects(shutdown(false), TypeError, "such as { wait: … }, got false");
  const future = executor.submit({ name: "tj", execution: { exec: "true" } });
  assertEquals(await future.result(), { tj: "SUCCEED" }, "a refused shutdown closes nothing");
});

Deno.test("A callback that throws ends neither the program nor the tasks, and is told", async () => {
  await using scratch = new Scratch();
  const program = scratch.write(
    "main.ts",
    `import { QCGPJExecutor } from "${new URL("../../mod.ts", import.meta.url)}";
     await using executor = new QCGPJExecutor({ wd: Deno.cwd() });
     const slow = executor.submit({ name: "slow", execution: { exec: "sleep", args: ["0.3"] } });
     executor.submit({ name: "quick", execution: { exec: "true" } }).addDoneCallback(() => { throw new Error("my bug"); });
     console.log(await slow.result());`,
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", "--config", config, program];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: scratch.path }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, '{ slow: "SUCCEED" }\n']);
  assertStringIncludes(new TextDecoder().decode(stderr), 'a callback at the end of job "quick" failed: Error: my bug');
});

Deno.test("QCGPJExecutor takes a number as resources, and a log level in any case", async () => {
  await using scratch = new Scratch();
  await using executor = executorIn(scratch, { resources: 3, logLevel: "DEBUG" });
  assertEquals(executor.manager.resources().total_cores, 3);
  assertThrows(() => executorIn(scratch, { resources: 0 }), TypeError, "must be a number of cores");
  assertThrows(() => executorIn(scratch, { logLevel: "loud" as "info" }), TypeError, '"logLevel"');
});

Deno.test("An executor starts first what an earlier run has shown to be long, and refuses a run that is not there", async () => {
  await using scratch = new Scratch();
  const run = async (wd: string, options: ExecutorOptions) => {
    await using executor = new QCGPJExecutor({ wd: scratch.in(wd), resources: "1", ...options });
    const jobs = [["first", "0"], ["short", "0"], ["long", "1.5"]].map(([name, seconds]) => ({
      name: name!,
      execution: { script: `echo ${name} >> order; sleep ${seconds}` },
    }));
    await executor.submit(jobs).result();
    return scratch.read(`${wd}/order`).trim().split("\n");
  };
  assertEquals(await run("one", {}), ["first", "short", "long"]);
  assertEquals((await run("two", { learn: scratch.in("one") }))[0], "long");
  assertEquals(await run("three", { learn: scratch.in("one"), order: "age" }), ["first", "short", "long"]);
  assertThrows(() => executorIn(scratch, { learn: "nothing" }), JournalError, '"nothing"');
  assertThrows(() => executorIn(scratch, { learn: 1 as unknown as string }), TypeError, '"learn"');
});
