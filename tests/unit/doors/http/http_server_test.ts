import { assertEquals, assertMatch } from "@std/assert";
import { connectionsMax, HttpServer } from "../../../../src/doors/http/http_server.ts";
import { headBytesMax } from "../../../../src/doors/http/request_head.ts";
import { quiet, VirtualClock } from "../../../sim/virtual_clock.ts";
import { type MemoryClient, MemoryListener } from "../../zmtp/memory_net.ts";

const encoder = new TextEncoder();

/** A server in memory that tells what it is asked; `/events` is told of by hand, `/hold` answered by hand. */
class Harness implements AsyncDisposable {
  readonly clock: VirtualClock = new VirtualClock();
  readonly listener: MemoryListener = new MemoryListener();
  readonly server: HttpServer;
  events: ReadableStreamDefaultController<Uint8Array> | undefined;
  canceled = 0;
  answerHeld: (() => void) | undefined;

  constructor() {
    this.server = new HttpServer(this.listener, (request) => this.#respond(request), this.clock);
  }

  async #respond(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/hold") await new Promise<void>((resolve) => this.answerHeld = resolve);
    if (pathname !== "/events") return new Response(`${request.method} ${pathname}${search} ${await request.text()}`);
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.events = controller),
      cancel: () => void this.canceled++,
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  tell(text: string): void {
    this.events!.enqueue(encoder.encode(text));
  }

  connect(text = ""): MemoryClient {
    const client = this.listener.connect();
    return text === "" ? client : client.send(encoder.encode(text));
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await settle();
    const stop = { isReached: false };
    this.clock.wakeAt(this.clock.nowMs() + ms, () => stop.isReached = true);
    while (!stop.isReached) {
      this.clock.advance();
      await settle();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.server.close(500);
    await settle();
    while (this.clock.advance()) await settle();
    await closed;
    await settle();
    assertEquals([this.server.connections, this.clock.waiting], [0, 0]);
  }
}

/** Lets all that is ready to run run; bodies of requests and responses take many turns. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await quiet();
}

async function heard(client: MemoryClient): Promise<string> {
  await settle();
  return await client.receivedText();
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const bodies = (text: string) => text.split(/HTTP\/1\.1 /).slice(1).map((one) => one.split("\r\n\r\n")[1]);

Deno.test("HttpServer answers one request after the other, wherever they are cut", async () => {
  const text = `${get("/a?b=c")}POST /d HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello${get("/e")}`;
  const expected = ["GET /a?b=c ", "POST /d hello", "GET /e "];
  await using harness = new Harness();
  for (const size of [1, 2, 3, 7, 50, 500]) {
    const client = harness.connect();
    for (let at = 0; at < text.length; at += size) client.send(encoder.encode(text.slice(at, at + size)));
    assertEquals(bodies(await heard(client)), expected);
    client.leave();
  }
  const closing = harness.connect("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  assertMatch(await heard(closing), /^HTTP\/1\.1 200 OK\r\n[^]*connection: close\r\n[^]*\r\n\r\nGET \/ $/);
  assertEquals(closing.isClosed, true);
  const head = harness.connect("HEAD /x HTTP/1.1\r\n\r\n");
  assertMatch(await heard(head), /content-length: 8\r\n\r\n$/);
});

Deno.test("HttpServer refuses what is no request, and too long ones, and goes on with others", async () => {
  await using harness = new Harness();
  const bytes = new Uint8Array(300).map((_, index) => index * 7 % 256);
  const wrong = harness.connect("NONSENSE\r\n\r\n");
  const long = harness.connect(`GET / HTTP/1.1\r\nA: ${"a".repeat(headBytesMax)}`);
  const binary = harness.listener.connect().send(bytes);
  assertMatch(await heard(wrong), /^HTTP\/1\.1 400 Refused[^]*"problem":"The first line/);
  assertMatch(await heard(long), /^HTTP\/1\.1 431 /);
  binary.leave();
  assertEquals(bodies(await heard(harness.connect(get("/a")))), ["GET /a "]);
  assertEquals([wrong.isClosed, long.isClosed], [true, true]);
});

Deno.test("HttpServer lets nobody keep it waiting: neither before, in, nor after a request", async () => {
  await using harness = new Harness();
  const silent = harness.connect();
  const idle = harness.connect(get("/a"));
  const slow = harness.connect("GET / HTTP/1.1\r\nX-a: ");
  const halved = harness.connect("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhal");
  const deaf = harness.connect();
  deaf.reads = false;
  deaf.send(encoder.encode(get("/a")));
  for (let at = 0; at < 12; at++) {
    slow.send(encoder.encode("a"));
    await harness.pass(1000);
  }
  assertEquals([silent, slow, halved, deaf, idle].map((client) => client.isClosed), [true, true, true, false, false]);
  await harness.pass(25_000);
  assertEquals([idle.isClosed, deaf.isClosed], [false, true]);
  await harness.pass(30_000);
  assertEquals(idle.isClosed, true);
});

Deno.test("HttpServer makes room by who keeps it waiting longest, and never by what is being answered", async () => {
  await using harness = new Harness();
  const held = harness.connect(get("/hold"));
  await settle();
  const crowd: MemoryClient[] = [];
  for (let count = 1; count < connectionsMax; count++) {
    crowd.push(harness.connect("GET / HT"));
    if (count === 1) await harness.pass(500);
  }
  await settle();
  assertEquals(harness.server.connections, connectionsMax);
  const late = harness.connect(get("/late"));
  assertEquals(bodies(await heard(late)), ["GET /late "]);
  assertEquals([harness.server.connections, crowd.filter((one) => one.isClosed).length], [connectionsMax, 1]);
  assertEquals(crowd[0]!.isClosed, true);
  harness.answerHeld!();
  assertEquals(bodies(await heard(held)), ["GET /hold "]);
  for (const one of [...crowd, held, late]) one.leave();
});

Deno.test("HttpServer goes on when no descriptor is left for a while", async () => {
  await using harness = new Harness();
  harness.listener.failures.push(new Error("Too many open files"), new Error("Too many open files"));
  const client = harness.connect(get("/a"));
  // The first accept was under way before it failed.
  const other = harness.connect(get("/b"));
  await harness.pass(1000);
  assertEquals([bodies(await heard(client)), bodies(await heard(other))], [["GET /a "], ["GET /b "]]);
});

Deno.test("HttpServer tells a stream as it comes, and ends it with its reader, or with itself", async () => {
  await using harness = new Harness();
  const reader = harness.connect(get("/events"));
  await settle();
  harness.tell("one");
  assertMatch(await heard(reader), /^HTTP\/1\.1 200 OK\r\n[^]*event-stream[^]*\r\n\r\none$/);
  await harness.pass(300_000);
  harness.tell("two");
  assertMatch(await heard(reader), /onetwo$/);
  reader.leave();
  await settle();
  assertEquals([harness.canceled, reader.isClosed], [1, true]);

  const deaf = harness.connect(get("/events"));
  await settle();
  deaf.reads = false;
  harness.tell("three");
  await harness.pass(40_000);
  assertEquals([harness.canceled, deaf.isClosed], [2, true]);

  const last = harness.connect(get("/events"));
  await settle();
  harness.tell("end");
  const closed = harness.server.close(500);
  harness.events!.close();
  await closed;
  assertMatch(await heard(last), /end$/);
  assertEquals(last.isClosed, true);
});
