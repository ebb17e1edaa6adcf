import { assertEquals } from "@std/assert";
import { NodeWatch, watchTimes } from "../../../src/agent/node_watch.ts";

/** A watch, and what it orders, one word each. */
class Watched {
  readonly orders: string[] = [];
  nowMs = 0;
  readonly watch: NodeWatch = new NodeWatch({
    start: () => this.orders.push("start"),
    ping: (number, lastPong) => this.orders.push(`ping ${number} ${lastPong}`),
    ready: () => this.orders.push("ready"),
    suspect: () => this.orders.push("suspect"),
    cut: () => this.orders.push("cut"),
    failed: (problem) => this.orders.push(`failed: ${problem}`),
    lost: ({ reason, wasReady, mayReturn }) =>
      this.orders.push(`lost: ${reason}${wasReady ? "" : ", never ready"}${mayReturn ? "" : ", for good"}`),
  });

  /** The orders since the last call, without pings. */
  take(): string[] {
    return this.orders.splice(0).filter((order) => !order.startsWith("ping"));
  }

  /** Lets time pass, with all that is due. */
  until(ms: number): this {
    while (this.watch.dueMs <= ms) {
      this.nowMs = Math.max(this.nowMs, this.watch.dueMs);
      this.watch.passTime(this.nowMs);
    }
    this.nowMs = ms;
    return this;
  }

  makeReady(): this {
    if (this.watch.phase === "absent") this.watch.begin(this.nowMs);
    this.watch.greeted(this.nowMs);
    this.watch.readied();
    this.take();
    return this;
  }
}

const killed = { problem: "its agent was killed", mayReturn: true };

Deno.test("NodeWatch starts an agent, pings it from its hello on, and is ready when the agent is", () => {
  const node = new Watched();
  node.watch.begin(0);
  node.until(5000);
  assertEquals(node.take(), ["start"]);
  node.watch.greeted(5000);
  assertEquals(node.orders.splice(0), ["ping 1 0"]);
  node.watch.ponged(1, 5001);
  node.watch.readied();
  node.until(9000);
  assertEquals(node.orders, ["ready", "ping 2 1", "ping 3 1"]);
});

Deno.test("NodeWatch suspects at 10 s of silence, cuts at 15 s, and loses the node as soon as that is done", () => {
  const node = new Watched().makeReady();
  node.watch.ponged(1, 1000);
  assertEquals(node.until(10_999).take(), []);
  assertEquals(node.until(11_000).take(), ["suspect"]);
  assertEquals(node.until(15_999).take(), []);
  assertEquals(node.until(16_000).take(), ["cut"]);
  node.until(16_500).watch.cutOff(16_500);
  assertEquals(node.take(), ["lost: its agent has been silent for 16 s"]);
  assertEquals(node.until(17_500).take(), ["start"]);
});

Deno.test("NodeWatch loses a node 25 s after its last pong where nothing is learnt of its end", () => {
  const node = new Watched().makeReady();
  node.watch.ponged(1, 1000);
  assertEquals(node.until(25_999).take(), ["suspect", "cut"]);
  assertEquals(node.until(26_000).take(), ["lost: its agent has been silent for 25 s"]);
});

Deno.test("NodeWatch trusts a suspect that comes back before 15 s, and none that comes back later", () => {
  const node = new Watched().makeReady();
  node.until(14_000).watch.ponged(3, 14_000);
  assertEquals(node.take(), ["suspect", "ready"]);
  node.until(29_500).watch.ponged(4, 29_500);
  assertEquals([node.take(), node.watch.phase], [["suspect", "cut"], "cutting"]);
  assertEquals(node.until(39_000).take(), ["lost: its agent has been silent for 25 s"]);
});

Deno.test("NodeWatch loses a node whose channel ended only when its step is over, and starts there again", () => {
  const node = new Watched().makeReady();
  node.watch.closed(killed, 100);
  assertEquals(node.take(), ["cut"]);
  node.watch.cutOff(600);
  assertEquals(node.take(), ["lost: its agent was killed"]);
  node.until(1700);
  node.watch.greeted(1700);
  node.watch.readied();
  assertEquals(node.take(), ["start", "ready"]);
});

Deno.test("NodeWatch leaves a node alone at the third loss within ten minutes", () => {
  const node = new Watched();
  for (let losses = 1; losses <= 3; losses++) {
    node.makeReady();
    node.watch.closed(killed, node.nowMs);
    node.watch.cutOff(node.nowMs);
    assertEquals(node.take(), ["cut", `lost: its agent was killed${losses < 3 ? "" : ", for good"}`]);
    node.until(node.nowMs + 5000).take();
  }
  assertEquals(node.until(2_000_000).take(), []);
});

Deno.test("NodeWatch counts losses within ten minutes only", () => {
  const node = new Watched();
  for (let losses = 1; losses <= 4; losses++) {
    node.makeReady();
    node.watch.closed(killed, node.nowMs);
    node.watch.cutOff(node.nowMs);
    assertEquals(node.take(), ["cut", "lost: its agent was killed"]);
    node.until(node.nowMs + 1000).take();
    node.nowMs += 300_000;
  }
});

Deno.test("NodeWatch never tries again where that is of no use", () => {
  const node = new Watched().makeReady();
  node.watch.closed({ problem: 'Slurm reports "Node failure on n3"', mayReturn: false }, 5);
  node.watch.cutOff(6);
  assertEquals(node.take(), ["cut", 'lost: Slurm reports "Node failure on n3", for good']);
  assertEquals(node.until(1_000_000).take(), []);
});

Deno.test("NodeWatch tries a start that failed again after 5 s and 30 s, until its time is up", () => {
  const node = new Watched();
  const refused = { problem: "refused", mayReturn: true };
  node.watch.begin(0);
  node.watch.closed(refused, 0);
  assertEquals([node.until(4999).take(), node.until(5000).take()], [["start", "failed: refused"], ["start"]]);
  node.watch.closed(refused, 5000);
  assertEquals([node.until(34_999).take(), node.until(35_000).take()], [["failed: refused"], ["start"]]);
  node.watch.closed(refused, 35_000);
  node.until(watchTimes.initMs + 60_000);
  assertEquals(node.take().at(-1), "lost: no agent after 600 s (--nl-init-timeout): refused, never ready, for good");
});

Deno.test("NodeWatch gives up a start that never says hello when its time is up, and ends it", () => {
  const node = new Watched();
  node.watch.begin(0);
  node.until(watchTimes.initMs);
  assertEquals(node.take(), [
    ...["start", "cut", "lost: no agent after 600 s (--nl-init-timeout), never ready, for good"],
  ]);
  node.watch.readied();
  assertEquals(node.until(2_000_000).take(), []);
});

Deno.test("NodeWatch accuses nobody of the silence in which the pilot itself was held up", () => {
  const node = new Watched().makeReady();
  node.nowMs = 60_000;
  node.watch.heldUp(60_000);
  node.watch.passTime(60_000);
  assertEquals(node.take(), []);
  assertEquals(node.until(69_999).take(), []);
  assertEquals(node.until(70_000).take(), ["suspect"]);
});

Deno.test("NodeWatch begins anew with its rests once a node was ready", () => {
  const node = new Watched();
  node.watch.begin(0);
  node.watch.closed(killed, 0);
  node.until(5000).makeReady();
  node.watch.closed(killed, 6000);
  node.watch.cutOff(6000);
  node.until(7000);
  node.watch.closed(killed, 7000);
  node.take();
  node.until(11_999);
  assertEquals(node.take(), []);
  node.until(12_000);
  assertEquals(node.take(), ["start"]);
});

Deno.test("NodeWatch tells the loss of a node once, also where no agent can be started there again", () => {
  const node = new Watched().makeReady();
  node.watch.closed(killed, 1000);
  node.watch.cutOff(1000);
  assertEquals(node.take(), ["cut", "lost: its agent was killed"]);
  node.until(2000);
  node.watch.closed({ problem: "it is of another version", mayReturn: false }, 2000);
  assertEquals([node.take(), node.watch.phase], [["start"], "lost"]);
});
