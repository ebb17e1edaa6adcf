import { assertEquals } from "@std/assert";
import type { Hello } from "../../../src/agent/hello.ts";
import type { PilotMessage } from "../../../src/agent/messages.ts";
import { watchTimes } from "../../../src/agent/node_watch.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import type { AgentChannelSink, AgentStarter } from "../../../src/runtime/agent_ports.ts";
import type { AgentsOptions } from "../../../src/runtime/agent_ports.ts";
import { AgentsLauncher } from "../../../src/runtime/agents_launcher.ts";
import { quiet, VirtualClock } from "../../sim/virtual_clock.ts";

const hello: Hello = { version: "0", pid: 7, step: "1.0", sight: { cpus: [0], siblings: [[0]], memoryMiB: 1 } };
const killed = { problem: "its agent was killed", mayReturn: true };

function planOn(node: number): LaunchPlan {
  const place = { node, name: `n${node}`, cores: ["0"], gpus: [], further: [] };
  const env = { shared: { kind: "whole", variables: { A: "1" } }, own: {} } as const;
  return { taskName: "t", program: "/bin/true", args: [], cwd: "/", place, tag: "", env };
}

/** A launcher over agents that do what a test says, and what is told of nodes. */
class Cluster {
  readonly clock = new VirtualClock();
  readonly notes: string[] = [];
  readonly channels = new Map<number, AgentChannelSink>();
  readonly launcher: AgentsLauncher;
  /** What channels say of what was sent. */
  sent: Promise<void> = Promise.resolve();
  /** The last ping that was sent to each node. */
  readonly pings = new Map<number, number>();
  /** Settles the end of a node's agent that was asked for. */
  readonly ends = new Map<number, () => void>();

  constructor(count: number, options: Partial<AgentsOptions> = {}) {
    const starter: AgentStarter = {
      start: (node, sink) => {
        this.notes.push(`start ${node}`);
        this.channels.set(node, sink);
        return {
          send: (message) => this.#sent(node, message),
          sent: this.sent,
          cut: () => this.notes.push(`cut ${node}`),
        };
      },
      end: ({ node, family, isClosed, marks, hasGuests }) => {
        if (marks.length > 0) this.notes.push(`left on ${node}: ${marks}${hasGuests ? ", guests" : ""}`);
        this.notes.push(`end ${node} ${family ?? "nothing"}${isClosed ? " closed" : ""}`);
        return new Promise<void>((resolve) => this.ends.set(node, resolve));
      },
    };
    let agents = 10;
    this.launcher = new AgentsLauncher(starter, this.clock, {
      nodes: Array.from({ length: count }, (_, index) => ({ index, name: `n${index}` })),
      ownNodes: [],
      env: { A: "1" },
      runTags: "123456789",
      runMark: "0123456789abcdef",
      nextAgent: () => agents++,
      threshold: 1,
      warn: (text) => this.notes.push(`warn ${text}`),
      ...options,
    });
    this.launcher.watchNodes({
      ready: (node) => this.notes.push(`ready ${node}`),
      suspected: (node) => this.notes.push(`suspected ${node}`),
      lost: (node, reason) => this.notes.push(`lost ${node}: ${reason}`),
      failed: (error) => this.notes.push(`failed: ${error.message}`),
    });
  }

  #sent(node: number, message: PilotMessage): void {
    if (message.word === "ping") {
      this.pings.set(node, message.number);
      return;
    }
    this.notes.push(`to ${node}: ${message.word}${detailOf(message)}`);
  }

  /** What was noted since the last call. */
  async take(): Promise<string[]> {
    await quiet();
    return this.notes.splice(0);
  }

  /** Lets some time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advanceTo(this.clock.nowMs() + ms);
  }

  /** The agents of nodes say hello and are ready. */
  come(...nodes: readonly number[]): void {
    for (const node of nodes) {
      this.channels.get(node)!.greeted(hello);
      this.channels.get(node)!.heard({ word: "ready" });
    }
  }
}

function detailOf(message: PilotMessage): string {
  if (message.word === "guest" || message.word === "sweep") return ` ${message.task} ${message.mark}`;
  if (message.word !== "welcome") return "";
  const { family, ends, marks = [] } = message.welcome;
  return ` ${family} ${ends}${marks.length === 0 ? "" : ` and ${marks}`}`;
}

async function readyCluster(count: number): Promise<Cluster> {
  const cluster = new Cluster(count);
  await cluster.pass(0);
  cluster.come(...Array(count).keys());
  await cluster.take();
  return cluster;
}

Deno.test("AgentsLauncher starts an agent on each node, and lets work begin when all are ready", async () => {
  const cluster = new Cluster(2, { ownNodes: [2] });
  await cluster.pass(0);
  assertEquals(await cluster.take(), ["start 0", "start 1"]);
  cluster.come(1);
  assertEquals(await cluster.take(), ["to 1: welcome 1234567890010 "]);
  cluster.come(0);
  assertEquals(await cluster.take(), ["to 0: welcome 1234567890011 ", "ready 0", "ready 1", "ready 2"]);
});

Deno.test("AgentsLauncher begins before late agents come, where that is enough", async () => {
  const cluster = new Cluster(3, { threshold: 0.5 });
  await cluster.pass(0);
  await cluster.take();
  cluster.come(2);
  assertEquals((await cluster.take()).at(-1), "ready 2");
  cluster.come(0);
  assertEquals((await cluster.take()).at(-1), "ready 0");
});

Deno.test("AgentsLauncher starts no more than 32 agents at once", async () => {
  const cluster = new Cluster(40);
  await cluster.pass(0);
  assertEquals((await cluster.take()).length, 32);
  cluster.come(0, 1);
  assertEquals((await cluster.take()).filter((note) => note.startsWith("start")), ["start 32", "start 33"]);
});

Deno.test("AgentsLauncher sends a launch to its node, and tells what comes of it", async () => {
  const cluster = await readyCluster(2);
  const key = { task: 5, attempt: 1 };
  cluster.launcher.launch(key, planOn(1), {
    started: (_, { node, pid }) => cluster.notes.push(`started on ${node} as ${pid}`),
    startFailed: () => {},
    exited: (_, exit) => cluster.notes.push(`exited ${JSON.stringify(exit)}`),
    limitExceeded: () => {},
  });
  cluster.launcher.signal(key, "SIGTERM", 1);
  cluster.launcher.signal(key, "SIGTERM", 0);
  assertEquals(await cluster.take(), ["to 1: share", "to 1: launch", "to 1: signal"]);
  cluster.channels.get(1)!.heard({ word: "started", ...key, pid: 9, agoMs: 1 });
  cluster.channels.get(1)!.heard({ word: "exited", ...key, exit: { code: 3 }, usage: {} });
  cluster.channels.get(1)!.heard({ word: "exited", ...key, exit: { code: 3 }, usage: {} });
  assertEquals(await cluster.take(), ["started on 1 as 9", 'exited {"code":3}']);
});

Deno.test("AgentsLauncher loses a node when its end is known, starts there again, and hears no dead channel", async () => {
  const cluster = await readyCluster(2);
  const dead = cluster.channels.get(1)!;
  dead.closed(killed);
  assertEquals(await cluster.take(), ["cut 1", "end 1 1234567890011 closed"]);
  dead.heard({ word: "ready" });
  cluster.ends.get(1)!();
  assertEquals(await cluster.take(), ["lost 1: its agent was killed"]);
  await cluster.pass(1000);
  cluster.come(1);
  dead.closed(killed);
  assertEquals(await cluster.take(), ["start 1", "to 1: welcome 1234567890012 1234567890011", "ready 1"]);
});

Deno.test("AgentsLauncher suspects silence, cuts it off, and forgets what ran there", async () => {
  const cluster = await readyCluster(1);
  await cluster.pass(watchTimes.suspectMs + 1);
  assertEquals(await cluster.take(), ["suspected 0"]);
  await cluster.pass(watchTimes.cutMs - watchTimes.suspectMs);
  assertEquals(await cluster.take(), ["cut 0", "end 0 1234567890010"]);
  await cluster.pass(watchTimes.lostMs - watchTimes.cutMs);
  assertEquals(await cluster.take(), ["lost 0: its agent has been silent for 25 s"]);
});

Deno.test("AgentsLauncher fails the run when too few nodes can come, and warns of each", async () => {
  const cluster = new Cluster(2);
  await cluster.pass(0);
  await cluster.take();
  cluster.come(0);
  cluster.channels.get(1)!.closed({ problem: "execve(): no such file", mayReturn: false });
  assertEquals((await cluster.take()).slice(1), [
    "cut 1",
    "warn node n1 was not used: execve(): no such file",
    "lost 1: execve(): no such file",
    "failed: 1 of 2 nodes cannot be used, and 1 is ready so far; --nl-ready-threshold 0.5 would have been enough",
  ]);
});

Deno.test("AgentsLauncher ends what an earlier run left on a node before it is ready, once it may begin", async () => {
  const cluster = new Cluster(1);
  const reclaimed = Promise.withResolvers<void>();
  cluster.launcher.beginAfter(reclaimed.promise);
  await cluster.pass(100);
  assertEquals(await cluster.take(), []);
  reclaimed.resolve();
  assertEquals(await cluster.take(), ["start 0"]);
  cluster.come(0);
  assertEquals((await cluster.take())[0], "to 0: welcome 1234567890010 123456789 and 0123456789abcdef");
});

Deno.test("AgentsLauncher.close() sends agents away and waits for them, but not for ever", async () => {
  const cluster = await readyCluster(2);
  const closed = cluster.launcher.close().then(() => cluster.notes.push("closed"));
  assertEquals(await cluster.take(), ["to 0: end", "to 1: end"]);
  cluster.channels.get(0)!.closed(undefined);
  assertEquals(await cluster.take(), []);
  await cluster.pass(10_000);
  await closed;
  assertEquals(await cluster.take(), ["cut 1", "closed"]);
});

Deno.test("AgentsLauncher lets tasks go on only when the lease of their agent counts from after the pause", async () => {
  const cluster = await readyCluster(2);
  await cluster.launcher.freeze();
  assertEquals(await cluster.take(), ["to 0: pause", "to 1: pause"]);
  cluster.clock.skip(3_600_000); // The pilot stands still, too.
  const before = cluster.pings.get(0)!;
  cluster.launcher.thaw();
  assertEquals(await cluster.take(), [], "no word before the agents were heard of");
  // A pong from before the pause says nothing.
  cluster.channels.get(0)!.heard({ word: "pong", number: before });
  assertEquals(await cluster.take(), []);
  const asked = cluster.pings.get(0)!;
  cluster.channels.get(0)!.heard({ word: "pong", number: asked });
  assertEquals(await cluster.take(), ["to 0: continue"]);
  assertEquals(cluster.pings.get(0), asked + 1, "a ping that names the pong goes before");
  await cluster.pass(9000);
  assertEquals(await cluster.take(), [], "nobody is accused of the pause");
  await cluster.pass(1500);
  assertEquals(await cluster.take(), ["suspected 0", "suspected 1"], "silence counts from the end of the pause");
});

Deno.test("AgentsLauncher waits for no agent that cannot be told of a pause", async () => {
  const cluster = new Cluster(1);
  cluster.sent = new Promise(() => {});
  await cluster.pass(0);
  cluster.come(0);
  const frozen = cluster.launcher.freeze();
  await cluster.pass(2000);
  await frozen;
});

Deno.test("AgentsLauncher tells an agent of guests, and settles their sweep by its answer", async () => {
  const cluster = await readyCluster(2);
  const key = { task: 5, attempt: 1 };
  cluster.launcher.expectGuest(key, "m5", 1);
  const swept = cluster.launcher.sweepGuest(key, "m5", 1);
  assertEquals(await cluster.take(), ["to 1: guest 5 m5", "to 1: sweep 5 m5"]);
  const cleanup = { found: 1, terminated: 1, killed: 0, left: 0 };
  cluster.channels.get(1)!.heard({ word: "swept", ...key, cleanup });
  assertEquals(await swept, cleanup);
});

Deno.test("AgentsLauncher has all ended that may be left of an agent, by its marks, before the next is ready", async () => {
  const cluster = await readyCluster(2);
  cluster.launcher.expectGuest({ task: 5, attempt: 1 }, "m5", 1);
  cluster.launcher.expectGuest({ task: 6, attempt: 1 }, "m6", 1);
  cluster.launcher.sweepGuest({ task: 6, attempt: 1 }, "m6", 1);
  const ignored = { started: () => {}, startFailed: () => {}, exited: () => {}, limitExceeded: () => {} };
  cluster.launcher.launch({ task: 7, attempt: 1 }, { ...planOn(1), tag: "m7" }, ignored);
  await cluster.take();
  cluster.channels.get(1)!.closed(killed);
  assertEquals(await cluster.take(), ["cut 1", "left on 1: m5,m6,m7, guests", "end 1 1234567890011 closed"]);
  cluster.ends.get(1)!();
  await cluster.take();
  await cluster.pass(1000);
  cluster.come(1);
  assertEquals((await cluster.take())[1], "to 1: welcome 1234567890012 1234567890011 and m5,m6,m7");
  cluster.channels.get(1)!.closed(killed);
  assertEquals(await cluster.take(), ["cut 1", "end 1 1234567890012 closed"], "it has ended them");
});

Deno.test("AgentsLauncher suspects no agent whose silence this program has slept through itself", async () => {
  const cluster = await readyCluster(1);
  cluster.clock.skip(60_000);
  await cluster.pass(1);
  assertEquals(await cluster.take(), []);
});

Deno.test("AgentsLauncher lets tasks of an agent that comes during a pause stand still, too", async () => {
  const cluster = new Cluster(1);
  await cluster.pass(0);
  await cluster.launcher.freeze();
  cluster.come(0);
  assertEquals((await cluster.take()).at(-2), "to 0: pause");
});
