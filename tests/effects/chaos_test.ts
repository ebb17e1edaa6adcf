/**
 * Some lives of chaos, and the checker that watches them. `tests/bench/chaos` lives a thousand and more.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { describeBad, liveMany } from "../bench/chaos/chaos.ts";
import { checkEnd, checkMoment, checkStep, type Excuses, type Observation } from "../bench/chaos/checker.ts";

Deno.test("Runs that are killed, starved, damaged and resumed lose nothing in silence, and leave nothing", async () => {
  const { lived, bad } = await liveMany({ from: 1, count: 50, lanes: 2 });
  assertEquals(lived, 50);
  assert(bad.length === 0, `lives went wrong\n${describeBad(bad)}`);
});

Deno.test("describeBad() tells whole stories, and then in short what went wrong last", () => {
  const story = Array.from({ length: 20 }, (_, i) => `round ${i}`);
  const told = describeBad([{ seed: 7, wrong: [`${"x".repeat(5000)} is lost`], story }]);
  assertEquals(told.split("\n").slice(0, 3), ["seed 7:", "  round 0", "  round 1"]);
  const end = told.split("\n").slice(-8);
  assertEquals(end.slice(0, 3), ["seed 7, in short:", "  round 14", "  round 15"]);
  assertEquals(end.at(-1), `  WRONG: ${"x".repeat(400 - " is lost".length)} is lost`);
});

const none: Excuses = { areRecordsDamaged: false, isLossTold: false };
const well: Observation = {
  submitted: new Set(["a", "it"]),
  ended: new Set(["a", "it:0", "it"]),
  reported: ["a", "it:0", "it"].map((name) => ({ name, state: "SUCCEED" })),
  told: new Set(["a"]),
  begun: new Map([["a", 1], ["it:0", 2]]),
  finished: new Map([["a", 1], ["it:0", 1]]),
  twice: [],
};
const expected = new Map([["a", "SUCCEED"]] as const);

Deno.test("The checker of chaos has nothing against a run that went well", () => {
  assertEquals([checkMoment(well, none), checkStep(well, well, none), checkEnd(well, expected)], [[], [], []]);
});

Deno.test("The checker of chaos notices each thing that must not be, and nothing else beside it", () => {
  const begunAgain = { ...well, begun: new Map([["a", 2]]) };
  const forgotten = { ...well, submitted: new Set(["a"]) };
  const endLost = {
    ...well,
    ended: new Set(["a", "it"]),
    reported: well.reported.filter(({ name }) => name !== "it:0"),
  };
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["a ran twice at once", checkMoment({ ...well, twice: ["a"] }, none)],
    ["b was accepted, and is not on record", checkMoment({ ...well, told: new Set(["b"]) }, none)],
    ["a was reported, and its end is not on record", checkMoment({ ...well, ended: new Set(["it:0", "it"]) }, none)],
    ["the job it was lost", checkStep(well, forgotten, none)],
    ["the end of it:0 was lost", checkStep(well, endLost, none)],
    ["a ran again although its end was on record", checkStep(well, begunAgain, none)],
    ["a was reported twice", checkEnd({ ...well, reported: [...well.reported, well.reported[0]!] }, expected)],
    ["a has ended, and was not reported", checkEnd({ ...well, reported: well.reported.slice(1) }, expected)],
    ["b was submitted, and has not ended", checkEnd({ ...well, submitted: new Set(["a", "it", "b"]) }, expected)],
    ["it:0 succeeded without coming to its end", checkEnd({ ...well, finished: new Map([["a", 1]]) }, expected)],
    ["a is SUCCEED, and not FAILED", checkEnd(well, new Map([["a", "FAILED"]] as const))],
  ];
  for (const [wrong, found] of cases) assertEquals(found, [wrong]);
});

Deno.test("The checker of chaos excuses what damage explains, and two tasks at once never", () => {
  const damaged: Excuses = { areRecordsDamaged: true, isLossTold: false };
  const less = { ...well, submitted: new Set(["a"]), ended: new Set<string>(), twice: ["a"] };
  assertEquals(checkStep(well, less, damaged), ["a ran twice at once", "the job it was lost"]);
  assertEquals(checkStep(well, less, { ...damaged, isLossTold: true }), ["a ran twice at once"]);
  const again = { ...well, reported: [...well.reported, well.reported[0]!, well.reported[2]!] };
  assertEquals(checkEnd(again, expected), ["a was reported twice", "it was reported twice"]);
  assertEquals(checkEnd(again, expected, true), ["a was reported twice"]);
});
