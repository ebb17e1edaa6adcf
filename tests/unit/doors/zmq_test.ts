import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { zmq } from "../../../src/doors/zmq.ts";
import { openZmqDoor } from "../../../src/doors/zmq_door.ts";
import { socketLimits } from "../../../src/zmtp/socket_limits.ts";
import { quiet, VirtualClock } from "../../sim/virtual_clock.ts";
import { jobOf } from "../service/support.ts";
import { type MemoryClient, MemoryListener } from "../zmtp/memory_net.ts";
import { HandSession } from "./support.ts";

/** A network door in memory, on a service driven by hand. */
class NetHarness {
  readonly session: HandSession = new HandSession();
  readonly requests: MemoryListener = new MemoryListener();
  readonly events: MemoryListener = new MemoryListener();
  readonly clock: VirtualClock = new VirtualClock();
  readonly door = openZmqDoor(this.session, {
    requests: { listener: this.requests, address: "tcp://127.0.0.1:5555" },
    events: { listener: this.events, address: "tcp://127.0.0.1:5556" },
    type: "REP",
    limits: { ...socketLimits, messageBytesMax: 1000 },
    clock: this.clock,
  });

  /** What a client has heard when nothing more comes. */
  async repliesTo(client: MemoryClient): Promise<readonly string[]> {
    for (let turn = 0; turn < 20; turn++) await quiet();
    return await client.heard();
  }

  async close(): Promise<void> {
    const closed = this.door[Symbol.asyncDispose]();
    for (let turn = 0; turn < 5; turn++) await quiet();
    while (this.clock.advance()) await quiet();
    await closed;
  }
}

const submit = (...names: readonly string[]) => ({ request: "submit", jobs: names.map((name) => jobOf(name)) });

Deno.test("openZmqDoor() answers every message, whatever it is, indented and in ASCII", async () => {
  const harness = new NetHarness();
  const client = harness.requests.connect().greet("REQ");
  client.say("", JSON.stringify(submit("näme"))).say("", "nonsense").say("", "null").say("", "{}", "{}").say(
    "",
    "x".repeat(2000),
  );
  client.say("", '{"request": "dance"}');
  const replies = await harness.repliesTo(client);
  assertEquals(
    replies[0],
    '|{\n  "code": 0,\n  "message": "1 jobs submitted",\n  "data": {\n    "submitted": 1,\n    "jobs": [\n' +
      '      "n\\u00e4me"\n    ]\n  }\n}',
  );
  const messages = replies.slice(1).map((reply) => JSON.parse(reply.slice(1)).message);
  assertStringIncludes(messages[0], "Invalid request: Not a JSON value");
  assertEquals(messages.slice(1), [
    "Invalid request: Invalid request",
    "Invalid request: the message has 2 parts where one is expected",
    "Invalid request: the message is longer than 1000 bytes, or has too many parts",
    "Invalid request: Unknown request name: dance",
  ]);
  await harness.close();
});

Deno.test("openZmqDoor() answers bytes that are no text", async () => {
  const harness = new NetHarness();
  const client = harness.requests.connect().greet("REQ").send(new Uint8Array([1, 0, 0, 1, 0xff]));
  assertStringIncludes((await harness.repliesTo(client))[0]!, "the message is not UTF-8 text");
  await harness.close();
});

Deno.test("openZmqDoor() answers a request at which we fail, and tells the user", async () => {
  const harness = new NetHarness();
  harness.session.answerText = () => {
    throw new RangeError("Maximum call stack size exceeded");
  };
  const client = harness.requests.connect().greet("REQ").say("", "{}");
  assertEquals(JSON.parse((await harness.repliesTo(client))[0]!.slice(1)).data, { error: "INTERNAL" });
  assertStringIncludes(harness.session.warnings[0]!, "a bug, please report it: Maximum call stack");
  await harness.close();
});

Deno.test("openZmqDoor() leaves jobs their turn after each request while there are some", async () => {
  const harness = new NetHarness();
  const { pilot } = harness.session.served;
  const client = harness.requests.connect().greet("REQ");
  const ask = async () => {
    client.say("", '{"request": "resourcesInfo"}');
    const before = harness.session.turns;
    await harness.repliesTo(client);
    return harness.session.turns - before;
  };
  assertEquals(await ask(), 0);
  pilot.take({ name: "a" });
  assertEquals(await ask(), 1);
  pilot.start("a");
  pilot.exit("a");
  assertEquals(await ask(), 0);
  await harness.close();
});

Deno.test("openZmqDoor() tells its addresses, and tasks where they are", async () => {
  const harness = new NetHarness();
  const { label, address, publisher, taskVariables } = harness.door;
  assertEquals({ label, address, publisher, taskVariables }, {
    label: "ZMQ",
    address: "tcp://127.0.0.1:5555",
    publisher: "tcp://127.0.0.1:5556",
    taskVariables: { QCG_PM_ZMQ_ADDRESS: "tcp://127.0.0.1:5555" },
  });
  await harness.close();
});

Deno.test("openZmqDoor() publishes what happens, and that nothing is left to do when that is so", async () => {
  const harness = new NetHarness();
  const { pilot } = harness.session.served;
  pilot.take({ name: "early" });
  const all = harness.events.connect().greet("SUB").subscribe("");
  const ends = harness.events.connect().greet("SUB").subscribe("JFI", "IFI", "NOJ");
  await quiet();
  pilot.take({ name: "it", iteration: { stop: 2 } });
  for (const name of ["early", "it:0", "it:1"]) pilot.start(name);
  pilot.exit("it:0");
  pilot.exit("it:1", { code: 1 });
  pilot.exit("early");
  const manager = '"manager": "test.1"';
  const told = (await harness.repliesTo(all)).map((message) =>
    message.replace(/"manager": "[^"]*"/, '"manager": "test.1"')
  );
  const state = (topic: string, job: string, is: string, it?: number) =>
    `${topic} {${manager}, "job": "${job}", "state": "${is}"${it === undefined ? "" : `, "it": ${it}`}}`;
  assertEquals(told, [
    state("IST", "it", "SCHEDULED", 0),
    state("IST", "it", "SCHEDULED", 1),
    state("JST", "early", "EXECUTING"),
    state("IST", "it", "EXECUTING", 0),
    state("IST", "it", "EXECUTING", 1),
    state("IST", "it", "SUCCEED", 0),
    state("IFI", "it", "SUCCEED", 0),
    state("IST", "it", "FAILED", 1),
    state("IFI", "it", "FAILED", 1),
    state("JST", "it", "FAILED"),
    state("JFI", "it", "FAILED"),
    state("JST", "early", "SUCCEED"),
    state("JFI", "early", "SUCCEED"),
    `NOJ {${manager}}`,
  ]);
  assertEquals((await ends.heard()).map((message) => message.slice(0, 3)), ["IFI", "IFI", "JFI", "JFI", "NOJ"]);
  await harness.close();
});

Deno.test("openZmqDoor() does not say that nothing is left while a job waits whose event is still to come", async () => {
  const harness = new NetHarness();
  const { pilot } = harness.session.served;
  const client = harness.events.connect().greet("SUB").subscribe("NOJ");
  await quiet();
  pilot.take({ name: "a" });
  pilot.start("a");
  pilot.exit("a");
  harness.session.answer(submit("b")); // It is let in, and the loop has not turned yet.
  assertEquals(await client.heard(), []);
  pilot.turn();
  pilot.start("b");
  pilot.exit("b");
  assertEquals((await client.heard()).length, 1);
  await harness.close();
});

Deno.test("openZmqDoor() publishes what happened before it closes, and listens to nothing when nobody subscribes", async () => {
  const harness = new NetHarness();
  const { pilot } = harness.session.served;
  const client = harness.events.connect().greet("SUB").subscribe("JFI");
  await quiet();
  pilot.take({ name: "a" });
  pilot.start("a");
  pilot.exit("a");
  await harness.close();
  assertEquals((await client.heard()).length, 1);
  assertEquals(client.isClosed, true);
});

Deno.test("EventPublisher begins again with whoever subscribes after all others have left", async () => {
  const harness = new NetHarness();
  const { pilot } = harness.session.served;
  for (const name of ["a", "b", "c"]) {
    const client = harness.events.connect().greet("SUB").subscribe("JFI", "NOJ");
    await quiet();
    pilot.take({ name });
    pilot.start(name);
    pilot.exit(name);
    assertEquals((await harness.repliesTo(client)).map((message) => message.slice(0, 3)), ["JFI", "NOJ"]);
    client.leave();
    await quiet();
  }
  await harness.close();
});

Deno.test("zmq() refuses options that are unknown, of the wrong type or no ports, before anything is opened", () => {
  const wrong: readonly (readonly [object, new () => Error, string])[] = [
    [{ prot: 1 }, TypeError, 'has no option "prot" (did you mean "port"?)'],
    [{ port: "5555" }, TypeError, 'Option "port" of zmq() must be a whole number'],
    [{ port: 0 }, RangeError, "1 or more"],
    [{ eventPort: 65_536 }, RangeError, "65535 or less"],
    [{ port: 5, eventPort: 5 }, RangeError, 'Options "port" and "eventPort" of zmq() must be two ports'],
    [{ portMin: 5, portMax: 5 }, RangeError, '"portMin" of zmq() must be below "portMax"'],
    [{ socketType: "PUB" }, TypeError, '"REP" or "ROUTER"'],
  ];
  for (const [options, type, text] of wrong) assertThrows(() => zmq(options as never), type, text);
});
