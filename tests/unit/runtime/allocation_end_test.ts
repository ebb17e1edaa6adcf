import { assertEquals } from "@std/assert";
import { AllocationEnd } from "../../../src/runtime/allocation_end.ts";

Deno.test("AllocationEnd stops work the lead before the end, which is at most a tenth of what is left", () => {
  assertEquals(new AllocationEnd(60_000, 3_600_000, 1000).stopMs, 3_541_000);
  const short = new AllocationEnd(60_000, 100_000, 0);
  assertEquals([short.leadMs, short.stopMs], [10_000, 90_000]);
});

Deno.test("AllocationEnd follows a limit that is changed, and keeps its lead", () => {
  const end = new AllocationEnd(60_000, 100_000, 0);
  end.update(1_000_000, 50_000);
  assertEquals(end.stopMs, 1_040_000);
  end.update(undefined, 60_000);
  assertEquals(end.stopMs, undefined);
  assertEquals(new AllocationEnd(60_000, undefined, 0).stopMs, undefined);
});
