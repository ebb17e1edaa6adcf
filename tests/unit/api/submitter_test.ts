import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ExecutorClosedError, JobDescriptionError } from "../../../src/errors.ts";
import type { JobInput } from "../../../src/job/input.ts";
import { BasicTemplate } from "../../../src/template/basic_template.ts";
import type { Submitter } from "../../../src/api/submitter.ts";
import { quiet } from "../../sim/virtual_clock.ts";
import { PilotHarness } from "../runtime/pilot_harness.ts";
import { submitterTo } from "./support.ts";

const { template } = BasicTemplate;

function job(name: string, parts: Partial<JobInput> = {}): JobInput {
  return { name, execution: { exec: "true" }, ...parts };
}

/** Calls with arguments that do not compile. */
function call(submitter: Submitter, method: "submit" | "map" | "with", ...args: readonly unknown[]): unknown {
  return Reflect.apply(submitter[method], submitter, args);
}

Deno.test("submit() takes a job, a list of jobs or a template, and the future covers them", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  const one = submitter.submit(job("one"));
  const two = submitter.submit([job("a"), job("b", { dependencies: { after: ["a"] } })]);
  const made = submitter.submit(template, { name: "made", exec: "true" });
  assertEquals([one.jobNames, two.jobNames, made.jobNames], [["one"], ["a", "b"], ["made"]]);
  await stage.run("one", "a", "b", "made");
  assertEquals(await one.result(), { one: "SUCCEED" });
  assertEquals(await two.result(), { a: "SUCCEED", b: "SUCCEED" });
  assertEquals(await made.result(), { made: "SUCCEED" });
});

Deno.test("submit(), map() and with() do not compile with what they would ignore", () => {
  const { submitter } = submitterTo(new PilotHarness());
  const { signal } = new AbortController();
  const execution = { exec: "true" };
  // @ts-expect-error name is misspelt
  assertThrows(() => submitter.submit({ nmae: "a", execution }), JobDescriptionError);
  const resources = { numCores: "many" };
  // @ts-expect-error numCores is no text
  assertThrows(() => submitter.submit([{ name: "a", execution, resources }]), JobDescriptionError);
  // @ts-expect-error nothing follows a job
  assertThrows(() => submitter.submit({ name: "a", execution }, { stdout: "x" }), TypeError);
  // @ts-expect-error a signal is no parameter
  assertThrows(() => submitter.submit(template, { name: "a", exec: "true" }, { signal }), TypeError);
  // @ts-expect-error args is misspelt
  assertThrows(() => submitter.submit(template, { name: "a", exec: "true", arg: [] }), TypeError);
  // @ts-expect-error a function that takes arguments is no template
  assertThrows(() => submitter.submit((n: number) => `${n}`, {}), TypeError);
  // @ts-expect-error a template and a list of jobs are two things
  assertThrows(() => submitter.map(template, { name: "a" }), TypeError);
  // @ts-expect-error window is misspelt
  assertThrows(() => submitter.map([{ name: "a", execution }], { windw: 1 }), TypeError);
  // @ts-expect-error signal is misspelt
  assertThrows(() => submitter.with({ singal: signal }), TypeError);
  const any = JSON.parse('{"name": "a", "execution": {"exec": "true"}}');
  const unknown: unknown = [{ ...any, name: "b" }];
  assertEquals(submitter.submit(any).jobNames, ["a"]);
  assertEquals(submitter.submit(unknown as JobInput[]).jobNames, ["b"]);
});

Deno.test("submit() of an empty list gives a future that is done", async () => {
  const { submitter } = submitterTo(new PilotHarness());
  const future = submitter.with({ signal: new AbortController().signal }).submit([]);
  assertEquals([future.done(), future.jobNames, await future.result()], [true, [], {}]);
});

Deno.test("submit() takes all jobs of a list or none", () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  assertThrows(() => submitter.submit([job("a"), job("a")]), JobDescriptionError, "already exists");
  assertEquals(stage.manager.list(), {});
});

Deno.test("submit() refuses what is neither a job nor a template, and what follows a job", () => {
  const { submitter } = submitterTo(new PilotHarness());
  const { signal } = new AbortController();
  const refused: readonly [message: string, ...args: unknown[]][] = [
    ["submit() takes a job, a list of jobs or a template, not the number 5", 5],
    ["Read JSON with JSON.parse() first", '{"name": "tj"}'],
    ["not undefined"],
    ["submit() takes nothing after a job or a list of jobs, but got an object", job("a"), { stdout: "x" }],
    ["An AbortSignal is given by executor.with({ signal })", job("a"), { signal }],
    ["An AbortSignal is given by executor.with({ signal })", [job("a")], undefined, signal],
    ["give it by executor.with({ signal })", template, { name: "a", exec: "b" }, { signal }],
    ["an AbortSignal is given by executor.with({ signal })", template, { name: "a", exec: "b" }, signal],
    ['(did you mean "args"?)', template, { name: "a", exec: "b", arg: ["c"] }],
  ];
  for (const [message, ...args] of refused) {
    assertThrows(() => call(submitter, "submit", ...args), TypeError, message);
  }
  assertThrows(() => call(submitter, "submit", new Map()), JobDescriptionError, "not an object of class Map");
  assertThrows(() => call(submitter, "submit", Promise.resolve(job("a"))), JobDescriptionError, "of class Promise");
  assertEquals(call(submitter, "submit", job("fine"), undefined) !== undefined, true);
});

Deno.test("submit() of a submitter that is closed is refused, whatever it is", () => {
  const { submitter, submits } = submitterTo(new PilotHarness());
  submits.close();
  assertThrows(() => submitter.submit(job("a")), ExecutorClosedError);
  assertThrows(() => submitter.submit(template, { name: "a", exec: "b" }), ExecutorClosedError);
});

Deno.test("map() goes through jobs, and through parameters of a template", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  function* jobs() {
    for (const name of ["a", "b"]) yield job(name);
  }
  const results = Array.fromAsync(submitter.map(jobs()));
  await stage.run("a", "b");
  assertEquals(await results, [{ a: "SUCCEED" }, { b: "SUCCEED" }]);
  const made = Array.fromAsync(submitter.map(template, [{ name: "c", exec: "true" }], { keep: true }));
  await stage.run("c");
  assertEquals(await made, [{ c: "SUCCEED" }]);
  assertEquals(Object.keys(stage.manager.list()), ["c"]);
});

Deno.test("map() refuses at once what it would ignore or cannot go through", () => {
  const { submitter } = submitterTo(new PilotHarness());
  const refused: readonly [message: string, ...args: unknown[]][] = [
    ["map() takes a list or a generator of parameters, not an object", template, { name: "a" }],
    ["map() takes a template, or a list or a generator of jobs, not an object", job("a")],
    ["map() takes a template, or a list or a generator of jobs, not the text", "jobs"],
    ['map() has no option "graceMs"; it has window, keep, output, unordered, timeoutMs', template, [], { graceMs: 1 }],
    ['map() has no option "windw" (did you mean "window"?)', [], { windw: 1 }],
    ['map() has no option "signal". An AbortSignal is given by', [], { signal: new AbortController().signal }],
    ['Option "keep" of map() must be true or false', [], { keep: "yes" }],
    ["map() takes nothing after its options", [], {}, 5],
    ["map() takes nothing after its options", template, [], {}, 5],
  ];
  for (const [message, ...args] of refused) {
    assertThrows(() => call(submitter, "map", ...args), TypeError, message);
  }
  assertThrows(() => submitter.map([], { window: 0 }), RangeError, "must be 1 or more, got 0");
});

Deno.test("with({ signal }) cancels the open jobs of the view at the abort, and no others", async () => {
  const stage = new PilotHarness({ spec: "n0:2" });
  const { submitter } = submitterTo(stage);
  const controller = new AbortController();
  const view = submitter.with({ signal: controller.signal });
  const done = view.submit(job("done"));
  await stage.run("done");
  const running = view.submit([job("running"), job("waiting", { resources: { numCores: 2 } })]);
  const other = submitter.submit(job("other"));
  await stage.start("running", "other");
  controller.abort(new Error("the deadline has passed"));
  await quiet();
  assertEquals(running.states(), { running: "EXECUTING", waiting: "CANCELED" });
  await stage.exit("running", "SIGTERM");
  assertEquals(await running.result(), { running: "CANCELED", waiting: "CANCELED" });
  assertEquals(running.info()["running"]!.reason, "canceled by its signal: the deadline has passed");
  assertEquals(running.info()["waiting"]!.cause, "cancel");
  assertEquals([done.cancelled(), running.cancelled(), other.cancelled()], [false, true, false]);
  assertEquals([done.states(), other.states()], [{ done: "SUCCEED" }, { other: "EXECUTING" }]);
});

Deno.test("with({ signal }) refuses a submit after the abort with the signal's own reason", async () => {
  const { submitter, submissions } = submitterTo(new PilotHarness());
  const reason = { code: 7 };
  const view = submitter.with({ signal: AbortSignal.abort(reason) });
  for (const submit of [() => view.submit(job("a")), () => view.submit(template, { name: "a", exec: "b" })]) {
    assertEquals(caught(submit), reason);
  }
  const first = await view.map([job("a")]).next().catch((error) => error);
  assertEquals([first, submissions], [reason, []]);
});

function caught(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

Deno.test("The reason of a signal is told as a sentence, and shortened", async () => {
  const reasons: readonly [reason: unknown, told: string][] = [
    [undefined, "canceled by its signal"],
    ["enough", "canceled by its signal: enough"],
    [new DOMException("Signal timed out.", "TimeoutError"), "canceled by its signal: Signal timed out."],
    [new RangeError(), "canceled by its signal: RangeError"],
    [{ toString: () => assert(false, "nobody calls it") }, "canceled by its signal"],
    ["x".repeat(1000), `canceled by its signal: ${"x".repeat(199)}…`],
  ];
  for (const [reason, told] of reasons) {
    const { submitter } = submitterTo(new PilotHarness());
    const controller = new AbortController();
    const future = submitter.with({ signal: controller.signal }).submit(job("a"));
    controller.abort(reason);
    await future.result();
    assertEquals(future.info()["a"]!.reason, told);
  }
});

Deno.test("Views of views have the signals and the permissions of all, in any order", async () => {
  const orders: readonly ((submitter: Submitter, a: AbortSignal, b: AbortSignal) => Submitter)[] = [
    (all, a, b) => all.with({ signal: a }).withPermissions({ run: ["true"] }).with({ signal: b }),
    (all, a, b) => all.withPermissions({ run: ["true"] }).with({ signal: b }).with({}).with({ signal: a }),
  ];
  for (const order of orders) {
    for (const aborts of [0, 1]) {
      const stage = new PilotHarness();
      const { submitter, submissions } = submitterTo(stage);
      const controllers = [new AbortController(), new AbortController()];
      const view = order(submitter, controllers[0]!.signal, controllers[1]!.signal);
      const future = view.submit(job("a"));
      const mapping = view.map([job("b")]).next();
      mapping.catch(() => {});
      await stage.start("a", "b");
      controllers[aborts]!.abort("enough");
      assertEquals(await mapping.catch((reason) => reason), "enough");
      for (const name of ["a", "b"]) await stage.exit(name, "SIGTERM");
      assertEquals(await future.result(), { a: "CANCELED" });
      assertEquals(submissions[0], { names: ["a"], permissions: { run: ["true"] } });
      assertEquals(caught(() => view.submit(job("c"))), "enough");
    }
  }
});

Deno.test("A loop over map() of a view ends with the signal's reason, and what was submitted ahead is canceled", async () => {
  const stage = new PilotHarness({ spec: "n0:1" });
  const { submitter } = submitterTo(stage);
  const controller = new AbortController();
  const results = submitter.with({ signal: controller.signal }).map([job("a"), job("b"), job("c")]);
  const first = results.next();
  await stage.run("a");
  assertEquals((await first).value, { a: "SUCCEED" });
  const second = results.next();
  second.catch(() => {});
  await stage.start("b");
  controller.abort(new Error("enough"));
  await assertRejects(() => second, Error, "enough");
  await stage.exit("b", "SIGTERM");
  assertEquals(stage.manager.status(["b", "c"]).jobs["c"]!.data.status, "CANCELED");
});

Deno.test("A signal keeps nothing of jobs that have ended: one listener while some are open, none otherwise", async () => {
  const stage = new PilotHarness();
  const { submitter } = submitterTo(stage);
  const { signal } = new AbortController();
  let listeners = 0;
  let listenersMax = 0;
  signal.addEventListener = (...args: Parameters<AbortSignal["addEventListener"]>) => {
    listenersMax = Math.max(listenersMax, ++listeners);
    AbortSignal.prototype.addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<AbortSignal["removeEventListener"]>) => {
    listeners--;
    AbortSignal.prototype.removeEventListener.apply(signal, args);
  };
  for (let round = 0; round < 100; round++) {
    // A view for each job, as a program might make them.
    const futures = [0, 1, 2].map((i) => submitter.with({ signal }).submit(job(`j${round}-${i}`)));
    assertEquals(listeners, 1);
    await stage.run(...futures.flatMap((future) => future.jobNames));
    assertEquals(listeners, 0);
  }
  submitter.with({ signal }).submit(job("open"));
  await quiet();
  stage.pilot.abandon(new Error("enough"));
  await quiet();
  assertEquals([listeners, listenersMax], [0, 1], "a pilot that broke leaves none either");
});

Deno.test("with() refuses what it does not know", () => {
  const { submitter } = submitterTo(new PilotHarness());
  const { signal } = new AbortController();
  assertThrows(() => call(submitter, "with", signal), TypeError, "must be an object such as { signal: … }");
  assertThrows(() => call(submitter, "with", { singal: signal }), TypeError, '(did you mean "signal"?)');
  assertThrows(() => call(submitter, "with", { signal: new AbortController() }), TypeError, "must be an AbortSignal");
  assertThrows(() => call(submitter, "with"), TypeError, "got undefined");
});
