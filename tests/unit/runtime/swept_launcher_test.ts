import { assertEquals } from "@std/assert";
import { cleanOfNothing, type Cleanup } from "../../../src/core/exit.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import type { AttemptKey, Launcher, LaunchSink, NodeSink, StopSignal } from "../../../src/runtime/ports.ts";
import { SweptLauncher, sweptMsMax } from "../../../src/runtime/swept_launcher.ts";
import { quiet, VirtualClock } from "../../sim/virtual_clock.ts";

const killed: Cleanup = { found: 1, terminated: 0, killed: 1, left: 0 };

function planOn(...nodes: readonly [number, ...number[]]): LaunchPlan {
  const [place, ...further] = nodes.map((node) => ({ node, name: `n${node}`, cores: ["0"], gpus: [] }));
  const env = { shared: { kind: "whole", variables: {} }, own: {} } as const;
  const where = { ...place!, further };
  return { taskName: "t", program: "/bin/true", args: [], cwd: "/", place: where, tag: "m", env };
}

/** A launcher over four nodes that does what the test says, and what is told of it. */
class Fleet implements Launcher {
  readonly clock = new VirtualClock();
  readonly notes: string[] = [];
  readonly sinks = new Map<number, LaunchSink>();
  readonly sweeps = new Map<string, (cleanup: Cleanup) => void>();
  readonly swept: SweptLauncher = new SweptLauncher(this, this.clock);
  nodes: NodeSink | undefined;

  constructor() {
    this.swept.watchNodes({
      ready: (node) => this.notes.push(`ready ${node}`),
      suspected: (node) => this.notes.push(`suspected ${node}`),
      lost: (node) => this.notes.push(`lost ${node}`),
      failed: () => {},
    });
    for (const node of [0, 1, 2, 3]) this.nodes!.ready(node);
    this.notes.length = 0;
  }

  launch({ task }: AttemptKey, { place }: LaunchPlan, sink: LaunchSink): void {
    this.notes.push(`launch ${task} on ${place.node}`);
    this.sinks.set(task, sink);
  }

  signal({ task }: AttemptKey, signal: StopSignal): void {
    this.notes.push(`${signal} ${task}`);
  }

  expectGuest({ task }: AttemptKey, mark: string, node: number): void {
    this.notes.push(`guest ${task} ${mark} on ${node}`);
  }

  sweepGuest({ task }: AttemptKey, _: string, node: number): Promise<Cleanup> {
    this.notes.push(`sweep ${task} on ${node}`);
    return new Promise((resolve) => this.sweeps.set(`${task} on ${node}`, resolve));
  }

  watchNodes(sink: NodeSink): void {
    this.nodes = sink;
  }

  reclaim(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.notes.push("close");
    return Promise.resolve();
  }

  /** Starts a task through the swept launcher. */
  start(task: number, ...nodes: readonly [number, ...number[]]): void {
    this.swept.launch({ task, attempt: 1 }, planOn(...nodes), {
      started: () => {},
      limitExceeded: () => {},
      startFailed: () => this.notes.push(`startFailed ${task}`),
      exited: (_, exit, __, cleanup) =>
        this.notes.push(`exited ${task} ${JSON.stringify(exit)}${cleanup === undefined ? "" : ` ${cleanup.killed}`}`),
    });
  }

  /** The task's own process ends. */
  end(task: number, exit: { code: number } | { signal: string }): void {
    this.sinks.get(task)!.exited({ task, attempt: 1 }, exit, {});
  }

  answer(sweep: string, cleanup: Cleanup = cleanOfNothing): void {
    this.sweeps.get(sweep)!(cleanup);
  }

  async take(): Promise<string[]> {
    await quiet();
    return this.notes.splice(0);
  }
}

Deno.test("SweptLauncher tells a good end of a task of one node at once", async () => {
  const fleet = new Fleet();
  fleet.start(1, 2);
  fleet.end(1, { code: 0 });
  fleet.start(2, 2);
  fleet.end(2, { code: 1 });
  const told = ["launch 1 on 2", 'exited 1 {"code":0}', "launch 2 on 2", 'exited 2 {"code":1}'];
  assertEquals(await fleet.take(), told);
});

Deno.test("SweptLauncher looks for what one that was killed has left on its node", async () => {
  const fleet = new Fleet();
  fleet.start(1, 2);
  fleet.end(1, { signal: "SIGKILL" });
  assertEquals(await fleet.take(), ["launch 1 on 2", "sweep 1 on 2"]);
  fleet.answer("1 on 2", killed);
  assertEquals(await fleet.take(), ['exited 1 {"signal":"SIGKILL"} 1']);
});

Deno.test("SweptLauncher tells the end of a task of several nodes when nothing is left on any of them", async () => {
  const fleet = new Fleet();
  fleet.start(1, 0, 2);
  assertEquals(await fleet.take(), ["guest 1 m on 0", "guest 1 m on 2", "launch 1 on 0"]);
  fleet.end(1, { code: 0 });
  assertEquals(await fleet.take(), ["sweep 1 on 0", "sweep 1 on 2"]);
  fleet.answer("1 on 2", killed);
  assertEquals(await fleet.take(), []);
  fleet.answer("1 on 0", killed);
  assertEquals(await fleet.take(), ['exited 1 {"code":0} 2'], "what was found is in the cleanup");
});

Deno.test("SweptLauncher asks every node of a task of several that was killed", async () => {
  const fleet = new Fleet();
  fleet.start(1, 0, 2);
  await fleet.take();
  fleet.end(1, { signal: "SIGKILL" });
  assertEquals(await fleet.take(), [0, 1, 2, 3].map((node) => `sweep 1 on ${node}`));
  for (const node of [0, 2, 3]) fleet.answer(`1 on ${node}`);
  assertEquals(await fleet.take(), []);
  fleet.nodes!.lost(1, "gone");
  assertEquals(await fleet.take(), ['exited 1 {"signal":"SIGKILL"}', "lost 1"], "who is lost needs no answer");
});

Deno.test("SweptLauncher tells the loss of a first node when nothing is left on the others", async () => {
  const fleet = new Fleet();
  fleet.start(1, 0, 2);
  fleet.start(2, 0);
  await fleet.take();
  fleet.nodes!.lost(0, "gone");
  assertEquals(await fleet.take(), ["suspected 0", "sweep 1 on 1", "sweep 1 on 2", "sweep 1 on 3"]);
  fleet.start(3, 0);
  fleet.start(4, 1, 0);
  assertEquals(await fleet.take(), [], "nothing is launched there");
  for (const node of [1, 2, 3]) fleet.answer(`1 on ${node}`);
  assertEquals(await fleet.take(), ["lost 0"]);
});

Deno.test("SweptLauncher kills what runs on when a further node is lost; the loss is the end", async () => {
  const fleet = new Fleet();
  fleet.start(1, 0, 2);
  await fleet.take();
  fleet.nodes!.lost(2, "gone");
  assertEquals(await fleet.take(), ["suspected 2", "SIGKILL 1"]);
  fleet.end(1, { signal: "SIGKILL" });
  assertEquals(await fleet.take(), ["sweep 1 on 0", "sweep 1 on 1", "sweep 1 on 3"]);
  fleet.nodes!.ready(2);
  for (const node of [0, 1, 3]) fleet.answer(`1 on ${node}`);
  assertEquals(await fleet.take(), ["lost 2"]);
  await fleet.clock.advanceTo(fleet.clock.nowMs() + 1000);
  assertEquals(await fleet.take(), ["ready 2", 'exited 1 {"signal":"SIGKILL"}'], "its own end comes when it is stale");
});

Deno.test("SweptLauncher takes a bad end for what a loss led to that is told a little later; a good one stands", async () => {
  const fleet = new Fleet();
  fleet.start(1, 0, 2);
  fleet.start(2, 1, 2);
  fleet.end(1, { code: 137 });
  fleet.end(2, { code: 0 });
  fleet.answer("1 on 0");
  fleet.answer("2 on 1");
  await fleet.take();
  fleet.nodes!.lost(2, "gone");
  assertEquals(await fleet.take(), ["suspected 2", 'exited 2 {"code":0}', "lost 2"]);
});

Deno.test("SweptLauncher waits for what is left no longer than a node can be silent", async () => {
  const fleet = new Fleet();
  fleet.start(1, 0, 2);
  await fleet.take();
  fleet.nodes!.lost(2, "gone");
  await fleet.clock.advanceTo(fleet.clock.nowMs() + sweptMsMax - 1);
  assertEquals(await fleet.take(), ["suspected 2", "SIGKILL 1"]);
  await fleet.clock.advanceTo(fleet.clock.nowMs() + 1);
  assertEquals(await fleet.take(), ["lost 2"]);
});

Deno.test("SweptLauncher.close() waits for nobody, and keeps no end back", async () => {
  const fleet = new Fleet();
  fleet.start(1, 0, 2);
  fleet.start(2, 0, 1);
  fleet.nodes!.lost(2, "gone");
  await fleet.take();
  await fleet.swept.close();
  fleet.end(2, { signal: "SIGKILL" });
  assertEquals(await fleet.take(), ["close", 'exited 2 {"signal":"SIGKILL"}']);
  assertEquals(fleet.clock.waiting, 0);
});
