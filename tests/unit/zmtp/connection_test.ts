import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { readyBytes } from "../../../src/zmtp/commands.ts";
import { type Arrival, ZmtpConnection } from "../../../src/zmtp/connection.ts";
import { joinBytes } from "../../../src/zmtp/commands.ts";
import { encodeCommand, encodeMessage } from "../../../src/zmtp/frames.ts";
import type { ServerType } from "../../../src/zmtp/socket_types.ts";
import { bytesOf, dealerTrace, reqTrace, subTrace, type Trace } from "./traces.ts";

const limits = { messageBytesMax: 1000, partsMax: 4 };
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (of: Uint8Array) => new TextDecoder().decode(of);

/** What arrived, in short. */
function short(arrivals: readonly Arrival[]): readonly string[] {
  return arrivals.map((arrival) =>
    arrival.kind === "message"
      ? [...arrival.parts.map(text), ...(arrival.isTooLong ? ["too long"] : [])].join("|")
      : `${arrival.kind} ${text(arrival.prefix)}`
  );
}

/** What we would have sent by now. */
const output = (connection: ZmtpConnection) => joinBytes(connection.takeOutput()).toHex();

/** The beginning of a peer of ZMTP 3. */
function hello(type: string, minor = 1, mechanism = "NULL"): Uint8Array<ArrayBuffer> {
  const greeting = new Uint8Array(64);
  greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, minor]);
  greeting.set(bytes(mechanism), 12);
  return joinBytes([greeting, encodeCommand(readyBytes({ "Socket-Type": type }))]);
}

const traces: readonly (readonly [ServerType, Trace, readonly string[]])[] = [
  ["REP", reqTrace, ['|{"request":"status"}', `|${"x".repeat(300)}`]],
  ["ROUTER", dealerTrace, ["|a", "b"]],
  ["PUB", subTrace, ["subscribe IFI", "subscribe JFI", "unsubscribe IFI"]],
];

for (const [server, trace, expected] of traces) {
  Deno.test(`ZmtpConnection as ${server} understands a recorded client, however its bytes are cut`, () => {
    const client = bytesOf(trace.client);
    fc.assert(fc.property(fc.array(fc.nat(client.length), { maxLength: 12 }), (cuts) => {
      const connection = new ZmtpConnection(server, limits);
      const places = [0, ...cuts.toSorted((a, b) => a - b), client.length];
      const arrivals = places.slice(1).flatMap((end, index) => connection.receive(client.subarray(places[index], end)));
      assertEquals([short(arrivals), connection.state, connection.held], [expected, "open", 0]);
    }));
  });
}

Deno.test("ZmtpConnection sends byte for byte what libzmq sends", () => {
  const rep = new ZmtpConnection("REP", limits);
  rep.receive(bytesOf(reqTrace.client));
  for (const reply of ['{"code": 0}', "y".repeat(300)]) rep.send([bytes(""), bytes(reply)]);
  assertEquals(output(rep), reqTrace.server);

  const router = new ZmtpConnection("ROUTER", limits);
  const client = bytesOf(dealerTrace.client);
  router.receive(client.subarray(0, -9)); // Without the heartbeat, which came after the replies.
  router.send([bytes("b")]);
  router.send([bytes(""), bytes("a")]);
  router.receive(client.subarray(-9));
  assertEquals(output(router), dealerTrace.server);

  const pub = new ZmtpConnection("PUB", limits);
  pub.receive(bytesOf(subTrace.client));
  pub.send([bytes('JFI {"a": 1}')]);
  assertEquals(output(pub), subTrace.server);
});

Deno.test("ZmtpConnection greets before it knows who is there, and goes on as the peer's version wants it", () => {
  const start = "ff00000000000000017f03";
  const connection = new ZmtpConnection("PUB", limits);
  assertEquals([output(connection), connection.state], [start, "greeting"]);
  const versions = [["2.0", "ff00000000000000017f01"], ["3.0", hello("SUB", 0).toHex()], ["3.1", hello("SUB").toHex()]];
  for (const [version, sent] of versions) {
    const peer = new ZmtpConnection("PUB", limits);
    peer.receive(bytesOf(sent!));
    assertEquals(peer.version, version);
  }
});

Deno.test("ZmtpConnection serves a peer of ZMTP 2.0: type and identity, then messages without commands", () => {
  const start = "ff00000000000000017f03";
  const rep = new ZmtpConnection("REP", limits);
  const arrivals = rep.receive(bytesOf("ff00000000000000017f" + "01" + "03" + "0000" + "0100" + "000161"));
  rep.send([bytes(""), bytes("b")]);
  assertEquals([short(arrivals), output(rep)], [["|a"], start + "04" + "0000" + "0100" + "000162"]);
});

Deno.test("ZmtpConnection takes subscriptions as messages from 2.0 and 3.0, and as commands from 3.1", () => {
  const join = encodeMessage([new Uint8Array([1, ...bytes("JFI")])]);
  const leave = encodeMessage([new Uint8Array([0, ...bytes("JFI")])]);
  const strange = [encodeMessage([bytes("hello")]), encodeMessage([]), encodeMessage([bytes("\x01a"), bytes("b")])];
  const old = bytesOf("ff00000000000000017f" + "01" + "02" + "0000");
  for (const begin of [old, hello("SUB", 0), hello("XSUB")]) {
    const pub = new ZmtpConnection("PUB", limits);
    assertEquals(short(pub.receive(joinBytes([begin, join, ...strange, leave]))), ["subscribe JFI", "unsubscribe JFI"]);
    assertEquals(pub.problem, undefined);
  }
});

const wrong: readonly (readonly [string, ServerType, Uint8Array, string])[] = [
  ["speaks HTTP", "REP", bytes("GET / HTTP/1.1\r\n\r\n"), "does not speak ZMTP"],
  ["speaks ZMTP 1.0", "REP", bytesOf("ff0000000000000001" + "00" + "00"), "ZMTP 1.0"],
  ["says that it speaks 1.0", "REP", bytesOf("ff00000000000000017f" + "00"), "ZMTP 1.0"],
  ["is of no type of 2.0", "REP", bytesOf("ff00000000000000017f" + "01" + "63"), "unknown type 99"],
  ["is of another type of 2.0", "REP", bytesOf("ff00000000000000017f" + "01" + "02"), '"SUB" socket'],
  ["wants a password", "REP", hello("REQ", 1, "PLAIN"), '"PLAIN"; there is only NULL'],
  ["is a subscriber", "REP", hello("SUB"), '"SUB" socket; a REP socket serves REQ or DEALER'],
  ["asks a publisher", "PUB", hello("REQ"), '"REQ" socket; a PUB socket serves SUB or XSUB'],
  ["tells no type", "REP", joinBytes([hello("").subarray(0, 64), encodeCommand(readyBytes({}))]), "no Socket-Type"],
  [
    "breaks off a property",
    "REP",
    joinBytes([hello("").subarray(0, 64), encodeCommand(bytes("\x05READY\x09ab"))]),
    "middle",
  ],
  ["is ready twice", "REP", joinBytes([hello("REQ"), hello("REQ").subarray(64)]), "second time"],
  [
    "sends before it is ready",
    "REP",
    joinBytes([hello("REQ").subarray(0, 64), encodeMessage([bytes("a")])]),
    "before READY",
  ],
  ["has flags of its own", "REP", joinBytes([hello("REQ"), bytesOf("0900")]), "unknown flags 9"],
  ["has a nameless command", "REP", joinBytes([hello("REQ"), encodeCommand(bytes(""))]), "no name"],
  ["subscribes to replies", "REP", joinBytes([hello("REQ"), encodeCommand(bytes("\x09SUBSCRIBEa"))]), "no command"],
  ["sends an endless command", "REP", joinBytes([hello("REQ"), bytesOf("06" + "0000000000100000")]), "1048576 bytes"],
  ["announces what nobody has", "REP", joinBytes([hello("REQ"), bytesOf("02" + "ffffffffffffffff")]), "longer than"],
  ["pings in a hurry", "REP", joinBytes([hello("REQ"), encodeCommand(bytes("\x04PING"))]), "time to live"],
];
for (const [name, server, sent, problem] of wrong) {
  Deno.test(`ZmtpConnection ends with a peer that ${name}, and takes nothing more from it`, () => {
    const connection = new ZmtpConnection(server, limits);
    const arrivals = connection.receive(sent);
    assertEquals([arrivals, connection.state, connection.held], [[], "closed", 0]);
    assertStringIncludes(connection.problem ?? "", problem);
    assertEquals(connection.receive(encodeMessage([bytes("late")])), []);
    connection.takeOutput();
    connection.send([bytes("late")]);
    assertEquals(connection.takeOutput(), []);
  });
}

Deno.test("ZmtpConnection tells a peer of ZMTP 3 why it ends, and ends without a word when the peer says ERROR", () => {
  const connection = new ZmtpConnection("REP", limits);
  connection.receive(hello("SUB"));
  const told = text(joinBytes(connection.takeOutput()));
  assertStringIncludes(told, "\x05ERROR");
  assertStringIncludes(told, "a REP socket serves REQ or DEALER");
  for (const begin of [hello("REQ"), hello("REQ").subarray(0, 64)]) {
    const left = new ZmtpConnection("REP", limits);
    left.receive(joinBytes([begin, encodeCommand(bytes("\x05ERROR\x02no"))]));
    assertEquals([left.state, left.problem], ["closed", undefined]);
  }
});

Deno.test("ZmtpConnection passes over what is too long without keeping it, and goes on behind it", () => {
  const connection = new ZmtpConnection("REP", limits);
  connection.receive(hello("REQ"));
  const long = encodeMessage([bytes(""), new Uint8Array(5000), bytes("rest")]);
  let arrivals: Arrival[] = [];
  for (let start = 0; start < long.length; start += 100) {
    assert(connection.held <= 200, `${connection.held} bytes are held`);
    arrivals = arrivals.concat(connection.receive(long.subarray(start, start + 100)));
  }
  const many = encodeMessage(["", "a", "b", "c", "d", "e"].map(bytes));
  assertEquals(short([...arrivals, ...connection.receive(joinBytes([many, encodeMessage([bytes(""), bytes("x")])]))]), [
    "|too long",
    "|a|b|c|too long",
    "|x",
  ]);
  assertEquals([connection.held, connection.problem], [0, undefined]);
});

Deno.test("ZmtpConnection never keeps what is only announced", () => {
  const connection = new ZmtpConnection("REP", { messageBytesMax: 16 * 1024 * 1024, partsMax: 4 });
  connection.receive(joinBytes([hello("REQ"), bytesOf("02" + "0000000001000000"), new Uint8Array(10)]));
  assertEquals([connection.held, connection.problem], [10, undefined]);
});

Deno.test("ZmtpConnection gives a message of any parts as it was sent", () => {
  const parts = fc.array(fc.uint8Array({ maxLength: 320 }), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(fc.array(parts, { maxLength: 4 }), (messages) => {
    const connection = new ZmtpConnection("ROUTER", limits);
    const arrivals = connection.receive(joinBytes([hello("DEALER"), ...messages.map(encodeMessage)]));
    assertEquals(
      arrivals,
      messages.map((sent) => ({ kind: "message" as const, parts: sent.map((part) => part.slice()), isTooLong: false })),
    );
  }));
});

Deno.test("ZmtpConnection survives random bytes, from the beginning and after a greeting, as every kind of socket", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 });
  const begins = fc.constantFrom(new Uint8Array(0), hello("DEALER").subarray(0, 64), hello("DEALER"), hello("SUB"));
  fc.assert(
    fc.property(fc.constantFrom<ServerType>("REP", "ROUTER", "PUB"), begins, pieces, (server, begin, noise) => {
      const connection = new ZmtpConnection(server, limits);
      for (const piece of [begin, ...noise]) {
        connection.receive(piece);
        assert(connection.held <= 64 * 1024 + limits.messageBytesMax);
      }
      assert(connection.state === "closed" || connection.problem === undefined);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("ZmtpConnection survives a recorded client with any of its bytes changed", () => {
  const client = bytesOf(dealerTrace.client);
  for (let index = 0; index < client.length; index++) {
    for (const value of [0, 1, 2, 4, 7, 0x7f, 0x80, 0xff]) {
      const connection = new ZmtpConnection("ROUTER", limits);
      const sent = client.slice();
      sent[index] = value;
      connection.receive(sent);
      assert(connection.held <= client.length);
    }
  }
});
