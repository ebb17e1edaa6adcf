import { assert, assertEquals } from "@std/assert";
import { escapeMarkup } from "../../../../src/report/pictures/markup.ts";
import { amountScale, countText, numberText, timeScale } from "../../../../src/report/pictures/scale.ts";
import { lengthText } from "../../../../src/report/pictures/pictured_run.ts";
import { areaOf, meansOf, stepsOf } from "../../../../src/report/pictures/series.ts";
import { Random } from "../../../sim/random.ts";

Deno.test("timeScale() counts in steps that people count in, from milliseconds to years", () => {
  const marked = (ms: number) => {
    const { ticks, text, unit } = timeScale(ms, 0, 900);
    return `${ticks.map(text).join(" ")} ${unit}`;
  };
  assertEquals(marked(7), "0 1 2 3 4 5 6 7 ms");
  assertEquals(marked(90_000), "0 10 20 30 40 50 60 70 80 90 s");
  assertEquals(marked(1_000_000), "0 2 4 6 8 10 12 14 16 min");
  assertEquals(marked(36 * 3_600_000), "0 6 12 18 24 30 36 h");
  for (let ms = 1; ms < 1e12; ms *= 1.7) {
    const { ticks, at } = timeScale(ms, 100, 900);
    assert(ticks.length >= 2 && ticks.length <= 11, `${ms}: ${ticks}`);
    assert(ticks.every((tick) => at(tick) >= 100 && at(tick) <= 900 + 1e-6));
  }
});

Deno.test("amountScale() ends at a round number that is no less than the greatest value", () => {
  const marked = (most: number) => {
    const { ticks, text } = amountScale(most, 300, 60);
    return ticks.map(text).join(" ");
  };
  assertEquals([0, 1, 8, 128, 12_345].map(marked), [
    ...["0 1", "0 1", "0 2 4 6 8", "0 50 100 150"],
    "0 5,000 10,000 15,000",
  ]);
  for (let most = 1; most < 1e7; most = Math.ceil(most * 1.3)) {
    const { ticks, at } = amountScale(most, 300, 60);
    assert(ticks.at(-1)! >= most && ticks.length <= 9 && at(most) >= 60 - 1e-6);
  }
});

Deno.test("numberText() sets the thousands apart of what stands before the point, and leaves counts as they are", () => {
  const texts = [0, 999, 1000, 1234.5, 0.1 + 0.2, 123_456.789, 1_234_567, 12_345_678].map(numberText);
  assertEquals(texts, ["0", "999", "1,000", "1,234.5", "0.3", "123,457", "1,234,567", "12,345,678"]);
  assertEquals([countText(1, "task"), countText(1_000_001, "task")], ["1 task", "1,000,001 tasks"]);
});

Deno.test("stepsOf() and meansOf() keep the sum of what lasted", () => {
  const random = new Random(5);
  for (let round = 0; round < 50; round++) {
    const lengthMs = 1000;
    const spans = Array.from({ length: 30 }, () => {
      const from = random.between(0, 900);
      return { from, to: Math.min(lengthMs, from + random.between(0, 300)), weight: random.between(1, 4) };
    });
    const sum = spans.reduce((total, { from, to, weight }) => total + (to - from) * weight, 0);
    const steps = stepsOf(spans);
    const count = random.between(1, 400);
    const means = meansOf(steps, lengthMs, count).reduce((total, mean) => total + mean * lengthMs / count, 0);
    assert(Math.abs(areaOf(steps, lengthMs) - sum) < 1e-6 && Math.abs(means - sum) < 1e-6, `${sum} and ${means}`);
    assert(steps.every(({ value }) => value >= 0) && (steps.at(-1)?.value ?? 0) === 0);
  }
});

Deno.test("lengthText() writes a length in words, to what matters", () => {
  const texts = [0, 350, 4_200, 59_990, 60_000, 200_400, 3_600_000, 5_400_000, 90_000_000].map(lengthText);
  assertEquals(texts, ["0 ms", "350 ms", "4.2 s", "1 min", "1 min", "3 min 20 s", "1 h", "1 h 30 min", "1 d 1 h"]);
});

Deno.test("escapeMarkup() shows whatever a name may hold as text", () => {
  assertEquals(escapeMarkup(`<script>&"'`), "&lt;script&gt;&amp;&quot;&#39;");
  assertEquals(escapeMarkup("a\u202eb\u0000c\u001b[31m\ud800d\ufffe"), "a\ufffdb\ufffdc\ufffd[31m\ufffdd\ufffd");
  assertEquals(escapeMarkup("grüße 🐈\n"), "grüße 🐈\n");
  assertEquals(escapeMarkup("x".repeat(1_000_000), 5), "xxxxx…");
});
