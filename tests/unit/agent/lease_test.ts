import { assertEquals } from "@std/assert";
import { Lease } from "../../../src/agent/lease.ts";

Deno.test("Lease ends a fixed time after the hello, until the pilot has read a pong", () => {
  const lease = new Lease(20_000, 1000);
  assertEquals(lease.endMs, 21_000);
  lease.ponged(1, 2000);
  lease.pinged(0);
  assertEquals(lease.endMs, 21_000);
  lease.ponged(2, 4000);
  lease.pinged(1);
  assertEquals(lease.endMs, 22_000);
});

Deno.test("Lease counts from when a pong was sent, not from when its ping came, and never goes back", () => {
  const lease = new Lease(20_000, 0);
  lease.ponged(1, 1000);
  lease.ponged(2, 3000);
  lease.pinged(2);
  assertEquals(lease.endMs, 23_000);
  // Old pings that lay in a pipe for long.
  lease.pinged(1);
  lease.pinged(0);
  lease.pinged(2);
  assertEquals(lease.endMs, 23_000);
});

Deno.test("Lease does not end while it is suspended, and holds again by what was named meanwhile", () => {
  const lease = new Lease(20_000, 0);
  lease.suspend();
  assertEquals(lease.endMs, Infinity);
  // An hour later the pilot asks, reads the answer, names it, and lets tasks go on.
  lease.ponged(7, 3_600_000);
  lease.pinged(7);
  lease.resume();
  assertEquals(lease.endMs, 3_620_000);
});

Deno.test("Lease has ended when the pilot goes on without having heard the agent", () => {
  const lease = new Lease(20_000, 0);
  lease.suspend();
  lease.resume();
  assertEquals(lease.endMs, 20_000);
});
