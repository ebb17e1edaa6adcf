import { assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { formatElapsed, formatWallTime, parseTime, parseWallTime, wallTimeMsMax } from "../../../src/base/duration.ts";

Deno.test("parseWallTime() reads hours, minutes and seconds, each optional, in this order", () => {
  const table: [string, number][] = [
    ["1h2m3s", 3_723_000],
    ["2h", 7_200_000],
    ["10m", 600_000],
    ["45s", 45_000],
    ["1h3s", 3_603_000],
    ["90m", 5_400_000],
    ["0h1s", 1000],
    ["007s", 7000],
  ];
  for (const [text, ms] of table) assertEquals(parseWallTime(text), ms, text);
});

Deno.test("parseWallTime() refuses what QCG-PilotJob refuses", () => {
  for (const text of ["10:00", "5", "", "2d", "-10s", "0s", "0h0m0s", "1H", "10M"]) {
    assertEquals(parseWallTime(text), undefined, text);
  }
});

Deno.test("parseWallTime() refuses what QCG-PilotJob misreads: trailing rubbish and another order", () => {
  for (const text of ["10mXYZ", "3s2m", "1m1h", "1h ", " 1h", "1h\n", "1.5h", "1h1h", "h", "hms", "01:02:03"]) {
    assertEquals(parseWallTime(text), undefined, text);
  }
});

Deno.test("parseWallTime() refuses more than its bound", () => {
  assertEquals(parseWallTime(`${wallTimeMsMax / 1000}s`), wallTimeMsMax);
  assertEquals(parseWallTime(`${wallTimeMsMax / 1000 + 1}s`), undefined);
  assertEquals(parseWallTime(`${"9".repeat(400)}h`), undefined);
});

Deno.test("formatWallTime() writes what parseWallTime() reads", () => {
  assertEquals(formatWallTime(3_723_000), "1h2m3s");
  assertEquals(formatWallTime(7_200_000), "2h");
  assertEquals(formatWallTime(1), "1s");
  fc.assert(fc.property(fc.integer({ min: 1, max: wallTimeMsMax / 1000 }), (seconds) => {
    assertEquals(parseWallTime(formatWallTime(seconds * 1000)), seconds * 1000);
  }));
});

Deno.test("formatElapsed() writes as Python writes a timedelta", () => {
  const table: [number, string][] = [
    [0, "0:00:00"],
    [2003.583, "0:00:02.003583"],
    [2000, "0:00:02"],
    [0.001, "0:00:00.000001"],
    [3_723_000, "1:02:03"],
    [86_400_000, "1 day, 0:00:00"],
    [86_400_000 + 7_384_500, "1 day, 2:03:04.500000"],
    [2 * 86_400_000 + 86_399_999, "2 days, 23:59:59.999000"],
    [-1000, "-1 day, 23:59:59"],
    [-86_400_001, "-2 days, 23:59:59.999000"],
    [999.9999, "0:00:01"],
  ];
  for (const [ms, text] of table) assertEquals(formatElapsed(ms), text);
});

Deno.test("parseTime() reads seconds, and days, hours, minutes and seconds", () => {
  const table: [string, number][] = [["5", 5000], ["0.5", 500], ["1m30s", 90_000], ["1m30", 90_000], [".25s", 250]];
  for (const [text, ms] of [...table, ["2h", 7_200_000], ["1d", 86_400_000], ["1.5h", 5_400_000], ["0", 0]] as const) {
    assertEquals(parseTime(text), ms, text);
  }
});

Deno.test("parseTime() refuses every other text", () => {
  for (const text of ["", " ", "s", "x", "5x", "30s1m", "-1", "200%", "1e3", "1m 30s", "9".repeat(30), "."]) {
    assertEquals(parseTime(text), undefined, text);
  }
});
