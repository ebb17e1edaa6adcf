import { assert, assertEquals } from "@std/assert";
import { lateTailCharacters, TailBudget, tailsBytesMax } from "../../../src/runtime/tail_budget.ts";

Deno.test("TailBudget.take() cuts what comes late, so that ten thousand failures stay within a bound", () => {
  const budget = new TailBudget();
  const tails = { stdout: "o".repeat(8192), stderr: "e".repeat(8191) + "!" };
  let characters = 0;
  let whole = 0;
  for (let task = 0; task < 10_000; task++) {
    const { stdout, stderr } = budget.take(tails);
    characters += stdout!.length + stderr!.length;
    if (stdout!.length === 8192) whole++;
    else assertEquals([stdout!.length, stderr!.at(-1)], [lateTailCharacters, "!"]);
  }
  assertEquals(whole, tailsBytesMax / (2 * 8192));
  assert(characters <= tailsBytesMax + 10_000 * 2 * lateTailCharacters);
});

Deno.test("TailBudget.take() counts what a record takes, not what is seen", () => {
  const budget = new TailBudget();
  const nul = "\0".repeat(tailsBytesMax / 12); // Six bytes each.
  assertEquals(budget.take({ stdout: nul }).stdout!.length, nul.length);
  assertEquals(budget.take({ stdout: nul }).stdout!.length, nul.length);
  assertEquals(budget.take({ stdout: nul }).stdout!.length, lateTailCharacters);
});

Deno.test("TailBudget.take() keeps what is short, whatever came before, and what is no tail", () => {
  const budget = new TailBudget();
  budget.take({ stdout: "x".repeat(tailsBytesMax) });
  assertEquals(budget.take({ stderr: "why", problem: "p" }), { stderr: "why", problem: "p" });
  assertEquals(budget.take({ stdout: "a" + "😀".repeat(200) }).stdout, "😀".repeat(128));
  assertEquals(budget.take({ stdout: "😀".repeat(200) + "a" }).stdout, "😀".repeat(127) + "a");
});
