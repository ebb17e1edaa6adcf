/**
 * The network door on real sockets: what clients cost that come and go, hang or say nonsense.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { once } from "node:events";
import { connect } from "node:net";
import { NetworkError, PermissionScopeError, QCGPJExecutor } from "@qcg/pilotjob";
import { zmq, type ZmqOptions } from "@qcg/pilotjob/doors";
import { listenTcp } from "../../src/deno/net/listen.ts";
import { replaceMethod } from "../sim/replace.ts";
import { Scratch } from "../e2e/support/scratch.ts";
import { until } from "../e2e/support/processes.ts";
import { ZmtpClient } from "./support/zmtp_client.ts";

const local = { hostname: "127.0.0.1", portMin: 2222, portMax: 9999 };

/** An executor with a network door, and what it tells its clients. */
class NetRun implements AsyncDisposable {
  readonly scratch: Scratch = new Scratch();
  readonly told: string[] = [];
  readonly executor: QCGPJExecutor;
  readonly port: number;
  readonly eventPort: number;
  readonly #console: Disposable;

  constructor(options: ZmqOptions = {}) {
    this.#console = replaceMethod(console, "warn", () => (text) => void this.told.push(text));
    // Free a moment ago; another program may have taken it since.
    [this.port, this.eventPort] = [0, 0].map(() => {
      const listener = listenTcp(local, "to test");
      listener.close();
      return listener.port;
    }) as [number, number];
    const doors = [zmq({ port: this.port, eventPort: this.eventPort, ...options })];
    this.executor = new QCGPJExecutor({ wd: this.scratch.path, resources: "2", doors });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.executor.shutdown();
    this.#console[Symbol.dispose]();
    await this.scratch[Symbol.asyncDispose]();
  }
}

const descriptors = () => [...Deno.readDirSync("/proc/self/fd")].length;

/** Whether a client gets an answer. */
async function answers(port: number): Promise<boolean> {
  using client = await ZmtpClient.connect(port, "REQ");
  return (await client.ask({ request: "resourcesInfo" })).code === 0;
}

Deno.test("zmq() serves clients that submit, wait for events and ask, until the executor is closed", async () => {
  const run = new NetRun();
  {
    await using _run = run;
    using subscriber = await ZmtpClient.connect(run.eventPort, "SUB");
    await subscriber.subscribe("JFI");
    using client = await ZmtpClient.connect(run.port, "REQ");
    const { data } = await client.ask({ request: "status" }) as { data: { System: Record<string, unknown> } };
    const { Ifaces, Zmqaddress, StatusPublisher } = data.System;
    assertEquals([Ifaces, Zmqaddress, StatusPublisher], [
      ["ZMQ"],
      `tcp://127.0.0.1:${run.port}`,
      `tcp://127.0.0.1:${run.eventPort}`,
    ]);
    const jobs = [{ name: "big", execution: { exec: "true", args: ["x".repeat(300_000)] } }];
    assertEquals((await client.ask({ request: "submit", jobs })).code, 0);
    assertStringIncludes(await subscriber.hear(), '"job": "big", "state": "FAILED"'); // Linux takes no such argument.
  }
  await assertRejects(() => ZmtpClient.connect(run.port, "REQ"));
});

Deno.test("zmq() gives back everything of 1,000 clients that connect and go in the middle of a message", async () => {
  await using run = new NetRun();
  assert(await answers(run.port));
  const before = descriptors();
  const whole = ZmtpClient.hello("REQ");
  const half = new Uint8Array([1, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 42]); // The beginning of 65,536 bytes.
  const beginnings = [new Uint8Array(0), whole.subarray(0, 7), whole, new Uint8Array([...whole, ...half])];
  for (let count = 0; count < 1000; count += 20) {
    await Promise.all(Array.from({ length: 20 }, async (_, index) => {
      const port = index % 5 === 0 ? run.eventPort : run.port;
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.write(beginnings[index % 4]!);
      connection.close();
    }));
  }
  await until(() => descriptors() <= before, `as many descriptors as before, ${before}`);
  assert(await answers(run.port));
});

Deno.test("zmq() survives random bytes, and answers the next client", async () => {
  await using run = new NetRun();
  for (let count = 0; count < 200; count++) {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: run.port });
    const noise = crypto.getRandomValues(new Uint8Array(count * 5));
    const begin = count % 3 === 0 ? ZmtpClient.hello("REQ") : new Uint8Array(0);
    await connection.write(new Uint8Array([...begin, ...noise])).catch(() => {});
    connection.close();
  }
  assert(await answers(run.port));
});

Deno.test("zmq() loses nothing when a client goes that waits for a reply or for events", async () => {
  await using run = new NetRun();
  run.executor.manager.submit({ name: "first", execution: { exec: "true" } }); // Opens what a run has open.
  await run.executor.manager.wait4("first");
  const before = descriptors();
  for (let count = 0; count < 20; count++) {
    const client = await ZmtpClient.connect(run.port, "REQ");
    await client.send({ request: "submit", jobs: [{ name: `job${count}`, execution: { exec: "true" } }] });
    const subscriber = await ZmtpClient.connect(run.eventPort, "SUB");
    await subscriber.subscribe("");
    client.close();
    subscriber.close();
  }
  await until(() => Object.keys(run.executor.manager.list()).length === 21, "all jobs are there");
  const states = await run.executor.manager.wait4(Array.from({ length: 20 }, (_, index) => `job${index}`));
  assertEquals(new Set(Object.values(states)), new Set(["SUCCEED"]));
  await until(() => descriptors() <= before, `as many descriptors as before, ${before}`);
});

Deno.test("zmq() serves 64 clients at a time, and the next one when one of them leaves", async () => {
  await using run = new NetRun();
  const clients = await Promise.all(Array.from({ length: 64 }, () => ZmtpClient.connect(run.port, "REQ")));
  for (const client of clients) assertEquals((await client.ask({ request: "resourcesInfo" })).code, 0);
  const late = answers(run.port);
  await until(() => run.told.length > 0, "the user is told");
  assertStringIncludes(run.told[0]!, "64 clients are connected; others wait until one leaves");
  clients[0]!.close();
  assertEquals(await late, true);
  for (const client of clients) client.close();
});

Deno.test("zmq() warns of an address that others can reach, and not of this machine's own", async () => {
  {
    await using run = new NetRun({ hostname: "0.0.0.0" });
    assertEquals(run.told.length, 1);
    assertStringIncludes(run.told[0]!, "is open to other machines: whoever reaches it can run any program as you");
    assert(await answers(run.port));
  }
  await using run = new NetRun({ hostname: "localhost" });
  assertEquals(run.told, []);
});

Deno.test("listenTcp() goes on at once after peers that reset their connection before they were let in", async () => {
  const listener = listenTcp(local, "to test");
  for (let count = 0; count < 20; count++) {
    const socket = connect(listener.port, "127.0.0.1");
    await once(socket, "connect");
    socket.resetAndDestroy();
    await once(socket, "close");
  }
  using client = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  await client.write(new Uint8Array([7]));
  // None of those before it is an error, for which a server would let nobody in for a while.
  const bytes = new Uint8Array(1);
  for (;;) {
    const stream = await listener.accept();
    const count = await stream!.read(bytes).catch(() => 0); // Gone after it was let in: nobody else waits for that.
    stream!.close();
    if (count === 1) break;
  }
  assertEquals(bytes[0], 7);
  listener.close();
  assertEquals(await listener.accept(), undefined);
});

Deno.test("listenTcp() says what is in the way, and gives nothing away", () => {
  using _listener = disposing(listenTcp({ hostname: "127.0.0.1", portMin: 2222, portMax: 9999 }, "to test"));
  const { port } = _listener.listener;
  const taken = { hostname: "127.0.0.1", portMin: port, portMax: port + 1 };
  assertThrows(() => listenTcp(taken, "to test"), NetworkError, "another program has this port");
  assertThrows(
    () => listenTcp({ ...taken, hostname: "192.0.2.1" }, "to test"),
    NetworkError,
    "Cannot listen on tcp://192.0.2.1",
  );
  const doors = [zmq({ port: port === 5000 ? 5001 : 5000, eventPort: port })];
  const before = descriptors();
  assertThrows(() => new QCGPJExecutor({ wd: "/tmp", doors, durability: "memory" }), NetworkError);
  assertEquals(descriptors(), before);
});

Deno.test({
  name: "listenTcp() names the flag that is missing, and does not ask the user",
  permissions: { net: false, read: true },
  fn: () => {
    const place = { hostname: "127.0.0.1", portMin: 5000, portMax: 6000 };
    const error = assertThrows(() => listenTcp(place, "to take requests"), PermissionScopeError);
    assertStringIncludes(error.message, "run deno again with --allow-net=127.0.0.1");
  },
});

Deno.test({
  name: "listenTcp() is content with the one port that it may have",
  permissions: { net: ["127.0.0.1:5017"], read: true },
  fn: () => {
    try {
      listenTcp({ hostname: "127.0.0.1", portMin: 5017, portMax: 5018 }, "to test").close();
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error; // Another program has the port.
    }
  },
});

function disposing(listener: ReturnType<typeof listenTcp>) {
  return { listener, [Symbol.dispose]: () => listener.close() };
}
