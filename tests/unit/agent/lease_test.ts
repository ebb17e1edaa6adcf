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
