import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkOptions, checkShutdownOptions } from "../../../src/api/check_options.ts";
import {
  checkOptionBag,
  numberFrom,
  oneOf,
  type OptionRules,
  textOf,
  yesOrNo,
} from "../../../src/runtime/option_bag.ts";
import { asCompleted, wait } from "../../../src/api/wait.ts";
import { PilotHarness } from "../runtime/pilot_harness.ts";

interface Example {
  readonly count?: number;
  readonly name?: string;
  readonly isLoud?: boolean;
  readonly mode?: "a" | "b";
}

const rules: OptionRules<Example> = {
  count: numberFrom(1),
  name: textOf("a name"),
  isLoud: yesOrNo,
  mode: oneOf("a", "b"),
};

function check(options: unknown): void {
  checkOptionBag("play()", options as Example, rules);
}

Deno.test("checkOptionBag() lets what is right pass, and what is left out", () => {
  for (const options of [{}, { count: 1 }, { count: undefined, name: "", isLoud: false, mode: "b" }]) check(options);
  check(Object.assign(Object.create(null), { count: Infinity }));
});

Deno.test("checkOptionBag() names an unknown option, the near miss and all that there are", () => {
  const known = "it has count, name, isLoud, mode";
  assertThrows(() => check({ nmae: 1 }), TypeError, `play() has no option "nmae" (did you mean "name"?); ${known}`);
  assertThrows(() => check({ volume: undefined }), TypeError, `play() has no option "volume"; ${known}`);
  assertThrows(() => check(Object.create({ cuont: 1 })), TypeError, 'did you mean "count"?');
  assertThrows(() => check({ toString: 1 }), TypeError, 'has no option "toString"');
});

Deno.test("checkOptionBag() refuses a value of the wrong type or out of range", () => {
  assertThrows(() => check({ count: "1" }), TypeError, 'Option "count" of play() must be a number, got the text "1"');
  assertThrows(() => check({ count: 0 }), RangeError, 'Option "count" of play() must be 1 or more, got 0');
  assertThrows(() => check({ count: NaN }), RangeError, "got NaN");
  assertThrows(() => check({ name: null }), TypeError, "must be a name, got null");
  assertThrows(() => check({ isLoud: 1 }), TypeError, "must be true or false, got the number 1");
  assertThrows(() => check({ mode: "c" }), TypeError, 'must be "a" or "b", got the text "c"');
});

Deno.test("checkOptionBag() refuses what is no object of options", () => {
  const { signal } = new AbortController();
  for (const options of [5, "x", null, [], new Map(), signal, () => 1, Promise.resolve({})]) {
    assertThrows(() => check(options), TypeError, "The options of play() must be an object such as { count: … }, got ");
  }
});

Deno.test("Every function that takes options refuses those that it does not know", async () => {
  const stage = new PilotHarness();
  const future = stage.submit("A");
  const { manager } = stage;
  const refused: readonly [message: string, call: () => unknown][] = [
    // @ts-expect-error it is called timeoutMs
    ['result() has no option "timeout" (did you mean "timeoutMs"?)', () => future.result({ timeout: 5 })],
    // @ts-expect-error a number says not whether of seconds
    ["The options of result() must be an object such as { timeoutMs: … }, got the number 5", () => future.result(5)],
    // @ts-expect-error a signal is given by its name
    ["got an object of class AbortSignal", () => future.result(new AbortController().signal)],
    // @ts-expect-error a number says not whether of seconds
    ["The options of wait4all() must be an object", () => manager.wait4all(5)],
    // @ts-expect-error it is called signal
    ['wait4() has no option "singal" (did you mean "signal"?)', () => manager.wait4("A", { singal: 1 })],
    // @ts-expect-error it is called withChilds
    ['info() has no option "withChilds_" (did you mean "withChilds"?)', () => manager.info("A", { withChilds_: true })],
    // @ts-expect-error it is called returnWhen
    ['wait() has no option "return_when" (did you mean "returnWhen"?)', () => wait([future], { return_when: 1 })],
    // @ts-expect-error a number is no future
    ["wait() takes futures, as submit() gives them; one in the list is the number 1", () => wait([1])],
    // @ts-expect-error nothing is no future
    ["one in the list is undefined", () => wait([future, undefined])],
    // @ts-expect-error a promise is no future
    ["one in the list is an object of class Promise", () => asCompleted([future.result({})])],
    // @ts-expect-error one future is no list
    ["wait() takes a list of futures, not a single one: put it into a list", () => wait(future)],
    // @ts-expect-error a number is no list
    ["asCompleted() takes a list of futures, not the number 3", () => asCompleted(3)],
    // @ts-expect-error a number says not whether of seconds
    ["The options of asCompleted() must be an object", () => asCompleted([future], 5)],
    // @ts-expect-error there is no such option
    ['asCompleted() has no option "returnWhen"', () => asCompleted([future], { returnWhen: "ALL_COMPLETED" })],
    // @ts-expect-error true is no object of options
    ["The options of shutdown() must be an object such as { wait: … }, got false", () => checkShutdownOptions(false)],
    // @ts-expect-error it is called cancelFutures
    ['(did you mean "cancelFutures"?)', () => checkShutdownOptions({ cancel_futures: true })],
    // @ts-expect-error it is called resources
    ['QCGPJExecutor has no option "resource" (did you mean "resources"?)', () => checkOptions({ resource: "4" })],
    // @ts-expect-error a text is no object of options
    ["The options of QCGPJExecutor must be an object such as { wd: … }, got the text", () => checkOptions("4")],
    // @ts-expect-error a text is no function
    ['addDoneCallback() takes a function, not the text "x"', () => future.addDoneCallback("x")],
  ];
  for (const [message, call] of refused) await assertRejects(async () => await call(), TypeError, message);
  await assertRejects(() => wait([], { timeoutMs: -1 }), RangeError, 'Option "timeoutMs" of wait() must be 0 or more');
  assertEquals(future.done(), false);
});
