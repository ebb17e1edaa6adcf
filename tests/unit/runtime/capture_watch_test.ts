import { assertEquals } from "@std/assert";
import type { CapturePlan } from "../../../src/launch/plan.ts";
import { captureLookMs, captureSlackBytes, CaptureWatch } from "../../../src/runtime/capture_watch.ts";
import type { LaunchSink } from "../../../src/runtime/ports.ts";
import { VirtualClock } from "../../sim/virtual_clock.ts";

const key = { task: 3, attempt: 1 };
const plan = { path: "/o", stream: "stdout", maxBytes: 10_000, onOverflow: "fail", isOwn: true } as const;

/** A watch over one task whose output has the size that a test says. */
function watchOver(capture: CapturePlan) {
  const told: string[] = [];
  const released: (readonly [from: number, count: number])[] = [];
  const clock = new VirtualClock();
  const stage = { size: 0, told, released, clock };
  const release = (_path: string, from: number, count: number) => void released.push([from, count]);
  const watch = new CaptureWatch({ size: () => stage.size, release }, clock);
  const sink = { limitExceeded: (_, cause, reason) => told.push(`${cause}: ${reason}`) } as Partial<LaunchSink>;
  const task = { key, captures: [capture], sink: sink as LaunchSink };
  watch.add(task);
  const look = () => clock.advanceTo(clock.nowMs() + captureLookMs);
  return Object.assign(stage, { look, finish: () => watch.finish(task), close: () => watch.close() });
}

Deno.test("CaptureWatch stops a task that wrote more than is captured, once, and not before", async () => {
  const stage = watchOver(plan);
  stage.size = 10_000;
  await stage.look();
  assertEquals(stage.told, []);
  stage.size = 10_001;
  await stage.look();
  await stage.look();
  stage.finish();
  assertEquals(stage.told, [
    "output: wrote 10001 bytes to its stdout, more than the 10000 that are captured (capture.maxBytes)",
  ]);
  assertEquals(stage.clock.isDue, false);
});

Deno.test("CaptureWatch sees at its end what a quick task wrote, and does not look any more", async () => {
  const stage = watchOver(plan);
  stage.size = 20_000;
  stage.finish();
  stage.finish();
  await stage.look();
  assertEquals(stage.told.length, 1);
});

Deno.test("CaptureWatch gives back to the disk what is not handed over, at either end, in whole blocks", async () => {
  const rest = 5000;
  for (const [onOverflow, from, to] of [["tail", 0, "size - maxBytes"], ["head", 12_288, "size"]] as const) {
    const stage = watchOver({ ...plan, onOverflow });
    stage.size = captureSlackBytes;
    await stage.look();
    assertEquals(stage.released, []);
    stage.size = 2 * captureSlackBytes + rest;
    await stage.look();
    const end = to === "size" ? stage.size : stage.size - plan.maxBytes;
    const first = [from, end - end % 4096 - from] as const;
    assertEquals(stage.released, [first]);
    await stage.look();
    assertEquals(stage.released.length, 1);
    stage.size += 2 * captureSlackBytes;
    await stage.look();
    assertEquals(stage.released[1]![0], first[0] + first[1]);
    assertEquals(stage.told, []);
    stage.close();
  }
});

Deno.test("CaptureWatch takes nothing from a file of the user", async () => {
  const stage = watchOver({ ...plan, onOverflow: "tail", isOwn: false });
  stage.size = 10 * captureSlackBytes;
  await stage.look();
  assertEquals(stage.released, []);
  stage.close();
});
