import { assert, assertEquals } from "@std/assert";
import { AcceptLoop } from "../../../src/zmtp/accept_loop.ts";
import type { ByteStream } from "../../../src/zmtp/stream.ts";
import { quiet, VirtualClock } from "../../sim/virtual_clock.ts";
import { MemoryClient, MemoryListener } from "./memory_net.ts";

/** A loop over a listener in memory, and what it has let in. */
function begin(take: (stream: ByteStream) => Promise<void> | void = () => {}) {
  const [clock, listener, taken] = [new VirtualClock(), new MemoryListener(), [] as ByteStream[]];
  const loop = new AcceptLoop({
    listener,
    clock,
    take: (stream) => {
      taken.push(stream);
      return take(stream);
    },
  });
  return { clock, listener, taken, loop };
}

Deno.test("AcceptLoop goes on a moment after no descriptor was left, or a peer could not be taken", async () => {
  let left = 2;
  const { clock, listener, taken, loop } = begin(() => {
    if (left-- > 0) throw new Error("The peer has gone");
  });
  listener.failures.push(new Error("Too many open files"), new Error("Too many open files"));
  const clients = Array.from({ length: 4 }, () => listener.connect());
  await quiet();
  while (clock.advance()) await quiet();
  assertEquals(taken, clients.map(({ stream }) => stream));
  loop.close();
  await loop.ended;
});

Deno.test("AcceptLoop lets the next one in when the one before is taken", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { listener, taken, loop } = begin(() => promise);
  const clients = [listener.connect(), listener.connect()];
  await quiet();
  assertEquals(taken, [clients[0]!.stream]);
  resolve();
  await quiet();
  assertEquals(taken.length, 2);
  loop.close();
  await loop.ended;
});

Deno.test("AcceptLoop.close() ends it while it waits and while it pauses, and closes who comes in at that moment", async () => {
  const waiting = begin();
  await quiet();
  waiting.loop.close();
  waiting.loop.close();
  await waiting.loop.ended;

  const pausing = begin();
  pausing.listener.failures.push(new Error("Too many open files"));
  pausing.listener.connect();
  await quiet();
  pausing.loop.close();
  await pausing.loop.ended;
  assertEquals([pausing.taken.length, pausing.clock.waiting, pausing.loop.isClosed], [0, 0, true]);

  const client = new MemoryClient();
  const { promise, resolve } = Promise.withResolvers<ByteStream>();
  const listener = { accept: () => promise, close: () => {} };
  const late = new AcceptLoop({ listener, clock: new VirtualClock(), take: () => assert(false) });
  resolve(client.stream);
  late.close();
  await late.ended;
  assertEquals(client.isClosed, true);
});
