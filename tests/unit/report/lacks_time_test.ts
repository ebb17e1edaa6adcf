import { assertEquals } from "@std/assert";
import { describeLackOfTime } from "../../../src/report/lacks_time.ts";

Deno.test("describeLackOfTime() tells what is needed and when the allocation ends, in two units at most", () => {
  const cases: [neededMs: number, leftMs: number, leadMs: number, expected: string][] = [
    [1_800_000, 660_000, 60_000, "needs 30 min, the allocation ends in 12 min"],
    [5_400_000, 59_000, 6_000, "needs 1 h 30 min, the allocation ends in 1 min 5 s"],
    [90_061_000, -5, 2_000, "needs 1 d 1 h, the allocation ends in 2 s"],
    // It would end before the allocation does, but not before all work stops.
    [700_000, 660_000, 60_000, "needs 11 min 40 s, the allocation ends in 12 min, 1 min of them for its end"],
  ];
  for (const [neededMs, leftMs, leadMs, expected] of cases) {
    assertEquals(
      describeLackOfTime("x", neededMs, { leftMs, leadMs }),
      `job x ${expected}: it waits for a resumed run`,
    );
  }
});
