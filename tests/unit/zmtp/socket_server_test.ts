import { assertEquals, assertStringIncludes } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { type SocketLimits, socketLimits } from "../../../src/zmtp/socket_limits.ts";
import { type SocketRequest, SocketServer } from "../../../src/zmtp/socket_server.ts";
import type { ServerType } from "../../../src/zmtp/socket_types.ts";
import { quiet, VirtualClock } from "../../sim/virtual_clock.ts";
import { bytesOf } from "./traces.ts";
import { clientGreeting, MemoryListener } from "./memory_net.ts";

const encoder = new TextEncoder();

/** A socket in memory; a request is answered by itself in capital letters when a test lets it be. */
class Harness implements AsyncDisposable {
  readonly clock: VirtualClock = new VirtualClock();
  readonly listener: MemoryListener = new MemoryListener();
  readonly warnings: string[] = [];
  readonly asked: string[] = [];
  turns = 0;
  readonly socket: SocketServer;
  /** Requests of this text are answered when it is called. */
  readonly held: Map<string, () => void> = new Map();

  constructor(type: ServerType, limits: Partial<SocketLimits> = {}) {
    this.socket = new SocketServer({
      type,
      listener: this.listener,
      clock: this.clock,
      limits: { ...socketLimits, ...limits },
      nextTurn: () => {
        this.turns++;
        return Promise.resolve();
      },
      answer: (request) => this.#answer(request),
      warn: (text) => void this.warnings.push(text),
    });
  }

  async #answer({ parts, isTooLong }: SocketRequest): Promise<Uint8Array> {
    const text = parts.map((part) => new TextDecoder().decode(part)).join("+");
    this.asked.push(text);
    if (text.startsWith("hold")) await new Promise<void>((resolve) => this.held.set(text, resolve));
    return encoder.encode(isTooLong ? "TOO LONG" : text.toUpperCase());
  }

  publish(...messages: readonly string[]): void {
    for (const message of messages) this.socket.publish(encoder.encode(message));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.socket.close(1000);
    await quiet();
    while (this.clock.advance()) await quiet();
    await closed;
    assertEquals([this.socket.connections, this.clock.waiting], [0, 0]);
  }
}

Deno.test("SocketServer as REP answers one request of a client after the other, and clients at the same time", async () => {
  await using harness = new Harness("REP");
  const [a, b] = [harness.listener.connect().greet("REQ"), harness.listener.connect().greet("DEALER")];
  a.say("", "hold a").say("", "next");
  b.say("", "b").say("no envelope").say("id", "", "c");
  assertEquals([await a.heard(), await b.heard()], [[], ["|B", "id||C"]]);
  assertEquals(harness.asked, ["hold a", "b", "c"]);
  harness.held.get("hold a")!();
  assertEquals(await a.heard(), ["|HOLD A", "|NEXT"]);
});

Deno.test("SocketServer leaves others their turn between messages that came at a time, and only there", async () => {
  await using harness = new Harness("REP");
  const one = harness.listener.connect().greet("REQ").say("", "a");
  assertEquals([await one.heard(), harness.turns], [["|A"], 0]);
  const message = (text: string) => [1, 0, 0, text.length, ...encoder.encode(text)];
  one.send(new Uint8Array([...message("b"), ...message("c"), ...message("d")]));
  await quiet();
  assertEquals([await one.heard(), harness.turns], [["|A", "|B", "|C", "|D"], 2]);
});

Deno.test("SocketServer as ROUTER answers several requests of a client at once, at most as many as it may", async () => {
  await using harness = new Harness("ROUTER", { requestsMax: 2 });
  const client = harness.listener.connect().greet("DEALER");
  client.say("", "hold 1").say("2").say("", "hold 3").say("4");
  assertEquals(await client.heard(), ["2"]);
  assertEquals(harness.asked, ["hold 1", "2", "hold 3"]);
  for (const release of harness.held.values()) release();
  assertEquals(await client.heard(), ["2", "|HOLD 1", "|HOLD 3", "4"]);
});

Deno.test("SocketServer.publish() tells subscribers what they want, from the time on when they want it", async () => {
  await using harness = new Harness("PUB");
  const [a, b] = [harness.listener.connect().greet("SUB"), harness.listener.connect().greet("SUB").subscribe("IFI")];
  a.subscribe("JFI", "NOJ");
  await quiet();
  harness.publish("JFI 1", "IFI 2", "JST 3");
  assertEquals([await a.heard(), await b.heard()], [["JFI 1"], ["IFI 2"]]);
  a.unsubscribe("JFI").unsubscribe("NOJ");
  b.leave();
  await quiet();
  harness.publish("JFI 4");
  assertEquals([await a.heard(), harness.socket.connections], [["JFI 1"], 1]);
});

Deno.test("SocketServer.publish() tells a subscriber, once, what happened between connection and subscription", async () => {
  await using harness = new Harness("PUB");
  harness.publish("JFI before");
  const client = harness.listener.connect();
  await quiet();
  harness.publish("JFI 1", "NOJ 2");
  client.greet("SUB");
  await quiet();
  harness.publish("IFI 3", "JFI 4");
  client.subscribe("NOJ", "JFI");
  await quiet();
  assertEquals(await client.heard(), ["NOJ 2", "JFI 1", "JFI 4"]);
  client.unsubscribe("NOJ").unsubscribe("JFI").subscribe("JFI");
  await quiet();
  harness.publish("JFI 5");
  assertEquals(await client.heard(), ["NOJ 2", "JFI 1", "JFI 4", "JFI 5"]);
  await harness.clock.advanceTo(harness.clock.nowMs() + 4000);
  client.subscribe("IFI");
  assertEquals((await client.heard()).length, 4);
});

Deno.test("SocketServer.publish() holds a bounded number of bytes for a subscriber that does not read", async () => {
  await using harness = new Harness("PUB", { queuedBytesMax: 100 });
  const [slow, good] = [harness.listener.connect(), harness.listener.connect()];
  for (const client of [slow, good]) client.greet("SUB").subscribe("");
  await quiet();
  slow.reads = false;
  for (let index = 10; index < 30; index++) {
    harness.publish(`JFI ${index}`);
    await quiet();
  }
  assertEquals((await good.heard()).length, 20);
  slow.readOn();
  const heard = await slow.heard();
  assertEquals([heard.length, heard[0]], [Math.floor(100 / 8), "JFI 10"]);
  assertEquals(harness.warnings, ["a subscriber is too slow and is not told all events"]);
});

Deno.test("SocketServer serves so many clients at a time; another is served when one leaves", async () => {
  await using harness = new Harness("REP", { connectionsMax: 2 });
  const [a, b, c, d] = Array.from({ length: 4 }, () => harness.listener.connect().greet("REQ").say("", "hello"));
  assertEquals([await a!.heard(), await b!.heard(), c!.receivedBytes], [["|HELLO"], ["|HELLO"], 0]);
  assertEquals(harness.warnings, ["2 clients are connected; others wait until one leaves"]);
  a!.leave();
  assertEquals([await c!.heard(), d!.receivedBytes], [["|HELLO"], 0]);
  b!.leave();
  assertEquals(await d!.heard(), ["|HELLO"]);
});

Deno.test("SocketServer goes on when a client goes in the middle of a greeting, of a message, or before its reply", async () => {
  await using harness = new Harness("REP");
  const clients = [
    harness.listener.connect().send(clientGreeting.subarray(0, 5)),
    harness.listener.connect().greet("REQ").send(bytesOf("01000007")),
    harness.listener.connect().greet("REQ").say("", "hold"),
    harness.listener.connect().greet("REQ"),
  ];
  await quiet();
  assertEquals(harness.socket.connections, 4);
  for (const client of clients) client.leave();
  harness.held.get("hold")!();
  await quiet();
  assertEquals([harness.socket.connections, clients.map(({ isClosed }) => isClosed)], [0, [true, true, true, true]]);
  assertEquals(await harness.listener.connect().greet("REQ").say("", "a").heard(), ["|A"]);
});

Deno.test("SocketServer turns away who speaks something else, tells of the first, and serves the others", async () => {
  await using harness = new Harness("REP");
  const strangers = [encoder.encode("GET / HTTP/1.1\r\n"), encoder.encode("SSH-2.0-x\r\n")];
  const clients = strangers.map((bytes) => harness.listener.connect().send(bytes));
  await quiet();
  assertEquals(clients.map(({ isClosed }) => isClosed), [true, true]);
  assertEquals(harness.warnings.length, 1);
  assertStringIncludes(harness.warnings[0]!, "somebody who connected was turned away: it does not speak ZMTP");
  assertEquals(await harness.listener.connect().greet("REQ").say("", "a").heard(), ["|A"]);
});

Deno.test("SocketServer answers a message that is too long, and the next one of the same client", async () => {
  await using harness = new Harness("REP", { messageBytesMax: 1000 });
  const client = harness.listener.connect().greet("REQ").say("", "x".repeat(1001)).say("", "y".repeat(1000));
  assertEquals(await client.heard(), ["|TOO LONG", `|${"Y".repeat(1000)}`]);
});

Deno.test("SocketServer ends who does not end a greeting or a message, and who does not read; not who is idle", async () => {
  await using harness = new Harness("REP");
  const idle = harness.listener.connect().greet("REQ").say("", "a");
  const working = harness.listener.connect().greet("REQ").say("", "hold");
  const deaf = harness.listener.connect().greet("REQ");
  await quiet();
  deaf.reads = false;
  deaf.say("", "b");
  const half = harness.listener.connect().greet("REQ").send(bytesOf("010000ff61"));
  const greeting = harness.listener.connect().send(clientGreeting.subarray(0, 20));
  await quiet();
  const startMs = harness.clock.nowMs();
  await harness.clock.advanceTo(startMs + 12_000);
  assertEquals([greeting.isClosed, half.isClosed, deaf.isClosed], [true, false, false]);
  await harness.clock.advanceTo(startMs + 63_000);
  assertEquals([half.isClosed, deaf.isClosed, idle.isClosed, working.isClosed], [true, true, false, false]);
  harness.held.get("hold")!();
  assertEquals(await working.heard(), ["|HOLD"]);
});

Deno.test("SocketServer holds a bounded number of bytes of messages that are not whole: who sends most has to go", async () => {
  await using harness = new Harness("REP", { messageBytesMax: 1000, heldBytesMax: 1500, connectionsMax: 4 });
  const clients = Array.from(
    { length: 3 },
    () => harness.listener.connect().greet("REQ").send(bytesOf("02" + "00000000000003e8")),
  );
  for (const [index, client] of clients.entries()) client.send(new Uint8Array(700 + index));
  await quiet();
  assertEquals(clients.map(({ isClosed }) => isClosed), [false, false, true]);
  assertEquals(harness.warnings, ["clients send too much at a time; one of them was turned away"]);
});

Deno.test("SocketServer lets clients in again after the system could not", async () => {
  await using harness = new Harness("REP");
  harness.listener.failures.push(new Error("Too many open files"), new Error("Too many open files"));
  const [first, client] = [harness.listener.connect().greet("REQ"), harness.listener.connect().greet("REQ")];
  client.say("", "a");
  await quiet();
  await harness.clock.advanceTo(harness.clock.nowMs() + 1000);
  assertEquals([await client.heard(), first.isClosed], [["|A"], false]);
});

Deno.test("SocketServer.close() sends replies that are due, ends every connection, and waits for nobody who hangs", async () => {
  const harness = new Harness("REP");
  const [good, deaf, late] = Array.from({ length: 3 }, () => harness.listener.connect().greet("REQ"));
  await quiet();
  deaf!.reads = false;
  deaf!.say("", "a");
  good!.say("", "hold");
  await quiet();
  const closed = harness.socket.close(1000);
  await quiet();
  harness.held.get("hold")!();
  assertEquals(await good!.heard(), ["|HOLD"]);
  late!.say("", "late");
  await harness.clock.advanceTo(harness.clock.nowMs() + 1001);
  await closed;
  assertEquals([good, deaf, late].map((client) => client!.isClosed), [true, true, true]);
  assertEquals([harness.asked.includes("late"), harness.clock.waiting], [false, 0]);
});

Deno.test("SocketServer.close() waits for a reply that is not known yet, and sends it", async () => {
  const harness = new Harness("REP");
  const client = harness.listener.connect().greet("REQ");
  await quiet();
  client.say("", "hold");
  await quiet();
  const closed = harness.socket.close(1000);
  await quiet();
  assertEquals(client.isClosed, false);
  harness.held.get("hold")!();
  assertEquals(await client.heard(), ["|HOLD"]);
  await closed;
  assertEquals([client.isClosed, harness.clock.waiting], [true, 0]);
});

Deno.test("SocketServer survives clients that say anything, in any pieces, and leave at any time", async () => {
  const noise = fc.array(
    fc.record({
      begins: fc.constantFrom("nothing", "greeting", "REQ", "SUB"),
      pieces: fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }),
      leaves: fc.boolean(),
    }),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom<ServerType>("REP", "ROUTER", "PUB"), noise, async (type, clients) => {
      await using harness = new Harness(type);
      for (const { begins, pieces, leaves } of clients) {
        const client = harness.listener.connect();
        if (begins === "greeting") client.send(clientGreeting);
        else if (begins !== "nothing") client.greet(begins);
        client.send(...pieces);
        if (leaves) client.leave();
      }
      await quiet();
      const good = harness.listener.connect().greet(type === "PUB" ? "SUB" : "REQ");
      if (type === "PUB") good.subscribe("J");
      await quiet();
      if (type === "PUB") harness.publish("J");
      else good.say("", "j");
      assertEquals(await good.heard(), [type === "PUB" ? "J" : "|J"]);
      for (const release of harness.held.values()) release();
    }),
    { numRuns: 200 },
  );
});
