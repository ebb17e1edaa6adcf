/**
 * Tasks of several nodes that leave things behind, with a whole pilot on a virtual clock: nothing is granted, and
 * nothing is tried again, while something of an earlier attempt is on a node that is still there. Each promise is shown
 * to bark at a planted mistake.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { cleanOfNothing } from "../../src/core/exit.ts";
import type { Cleanup, Exit } from "../../src/core/exit.ts";
import { EventHub } from "../../src/events/event_hub.ts";
import { parseJob } from "../../src/job/parse.ts";
import type { LaunchPlan } from "../../src/launch/plan.ts";
import { parseNodeSpec } from "../../src/resources/node_spec.ts";
import { Pilot } from "../../src/runtime/pilot.ts";
import type { AttemptKey, Launcher, LaunchSink, NodeSink, StopSignal } from "../../src/runtime/ports.ts";
import { SweptLauncher, sweptMsMax } from "../../src/runtime/swept_launcher.ts";
import { Random } from "./random.ts";
import { epochMs, quiet, VirtualClock } from "./virtual_clock.ts";

/** Mistakes, planted one at a time. */
type Mistake =
  | "nobody sweeps"
  | "only the first node is swept"
  | "strays are not looked for"
  | "a loss is told at once";
const mistakes: readonly Mistake[] = [
  "nobody sweeps",
  "only the first node is swept",
  "strays are not looked for",
  "a loss is told at once",
];

const nodeCount = 4;
const coresOfNode = 2;
/** When disturbances end, and when the world does. */
const [quietMs, endMs] = [120_000, 400_000];

/** A process of an attempt on a node: its own, or what Slurm or an MPI has started for it. */
interface Part {
  readonly node: number;
  readonly mark: string;
  /** The cores that it was meant to use; none where it has strayed to. */
  readonly cores: readonly string[];
}

interface Running {
  readonly key: AttemptKey;
  readonly plan: LaunchPlan;
  readonly sink: LaunchSink;
}

/** Four nodes whose agents die and hang, and tasks that leave what they like. */
class SpreadNodes implements Launcher {
  readonly problems: string[] = [];
  /** How often something was there to be swept. */
  sweptParts = 0;
  losses = 0;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #parts = new Set<Part>();
  readonly #running = new Map<string, Running>();
  /** Nodes that do not answer, and those that count as lost, in truth. */
  readonly #silent = new Set<number>();
  readonly #gone = new Set<number>();
  #nodes: NodeSink | undefined;

  constructor(clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    const name = nameOf(key);
    const shares = [plan.place, ...plan.place.further];
    for (const { node, cores } of shares) {
      for (const part of this.#parts) {
        const isShared = part.node === node && part.cores.some((core) => cores.includes(core));
        if (isShared) this.problems.push(`${name} got cores of node ${node} on which ${part.mark} still runs`);
      }
    }
    for (const { node, mark } of this.#parts) {
      const isEarlier = mark !== plan.tag && mark.slice(0, 28) === plan.tag.slice(0, 28);
      if (isEarlier && !this.#gone.has(node)) this.problems.push(`${name} began with an earlier life on node ${node}`);
    }
    if (this.#silent.has(plan.place.node) || this.#gone.has(plan.place.node)) return;
    this.#running.set(name, { key, plan, sink });
    for (const { node, cores } of shares) this.#parts.add({ node, mark: plan.tag, cores });
    if (shares.length > 1 && this.#random.chance(0.3)) {
      const node = this.#random.between(0, nodeCount - 1);
      if (!this.#gone.has(node)) this.#parts.add({ node, mark: plan.tag, cores: [] });
    }
    sink.started(key, { node: plan.place.node, pid: 1 });
    this.#after(50, 3000, () => this.#end(name, this.#random.chance(0.5) ? { code: 0 } : this.#badEnd()));
  }

  signal(key: AttemptKey, signal: StopSignal): void {
    this.#after(1, 200, () => this.#end(nameOf(key), { signal }));
  }

  sweepGuest(_: AttemptKey, mark: string, node: number): Promise<Cleanup> {
    return new Promise((resolve) =>
      this.#after(1, 300, () => {
        if (this.#silent.has(node) || this.#gone.has(node)) return;
        for (const part of this.#parts) {
          if (part.mark === mark && part.node === node && this.#parts.delete(part)) this.sweptParts++;
        }
        resolve(cleanOfNothing);
      })
    );
  }

  watchNodes(sink: NodeSink): void {
    this.#nodes = sink;
    for (let node = 0; node < nodeCount; node++) sink.ready(node);
  }

  reclaim(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The agent of a node dies, or is not heard of; what it started itself ends, in time for the loss. */
  disturb(): void {
    const node = this.#random.between(0, nodeCount - 1);
    if (this.#silent.has(node) || this.#gone.has(node)) return;
    this.#silent.add(node);
    const isHung = this.#random.chance(0.5);
    // A parallel program notices on its other nodes, perhaps, and ends before anybody has told of the loss.
    const marks = new Set(Array.from(this.#parts).filter((part) => part.node === node).map(({ mark }) => mark));
    for (const [name, { plan }] of this.#running) {
      if (plan.place.node === node) this.#running.delete(name);
      else if (marks.has(plan.tag) && this.#random.chance(0.3)) {
        this.#after(1, 2000, () => this.#end(name, { code: 9 }));
      }
    }
    const [minMs, maxMs] = isHung ? [15_000, 25_000] : [50, 1500];
    this.#after(minMs, maxMs, () => {
      this.losses++;
      // Whoever gives up a node has looked there, or nothing runs there any more.
      for (const part of this.#parts) if (part.node === node) this.#parts.delete(part);
      this.#gone.add(node);
      this.#nodes!.lost(node, "its agent was killed");
      this.#after(1000, 3000, () => {
        this.#silent.delete(node);
        this.#gone.delete(node);
        this.#nodes!.ready(node);
      });
    });
  }

  #badEnd(): Exit {
    return this.#random.chance(0.5) ? { code: 1 } : { signal: "SIGKILL" };
  }

  #end(name: string, exit: Exit): void {
    const running = this.#running.get(name);
    if (running === undefined) return;
    this.#running.delete(name);
    const { key, plan, sink } = running;
    const isGood = "code" in exit && exit.code === 0;
    for (const part of this.#parts) {
      if (part.mark !== plan.tag) continue;
      const isOwn = part.node === plan.place.node && part.cores.length > 0;
      // Only what is killed leaves something on nodes that are not its own.
      const mayStay = "signal" in exit || part.cores.length > 0;
      if (isOwn || isGood || !mayStay || this.#random.chance(0.4)) this.#parts.delete(part);
    }
    sink.exited(key, exit, {});
  }

  #after(minMs: number, maxMs: number, act: () => void): void {
    this.#clock.wakeAt(this.#clock.nowMs() + this.#random.between(minMs, maxMs), act);
  }
}

function nameOf({ task, attempt }: AttemptKey): string {
  return `${task}:${attempt}`;
}

/** Puts a mistake between the launcher and its nodes, or around it. */
function launcherWith(nodes: SpreadNodes, clock: VirtualClock, mistake: Mistake | undefined): Launcher {
  const firsts = new Map<string, LaunchPlan["place"]>();
  const inner: Launcher = {
    launch: (key, plan, sink) => {
      firsts.set(nameOf(key), plan.place);
      nodes.launch(key, plan, sink);
    },
    signal: (key, signal) => nodes.signal(key, signal),
    watchNodes: (sink) => nodes.watchNodes(sink),
    reclaim: () => nodes.reclaim(),
    close: () => nodes.close(),
    sweepGuest: (key, mark, node) => {
      const place = firsts.get(nameOf(key))!;
      const isOwn = place.node === node || place.further.some((share) => share.node === node);
      const isLeftOut = mistake === "nobody sweeps" || (mistake === "strays are not looked for" && !isOwn) ||
        (mistake === "only the first node is swept" && place.node !== node);
      return isLeftOut ? Promise.resolve(cleanOfNothing) : nodes.sweepGuest(key, mark, node);
    },
  };
  const swept = new SweptLauncher(inner, clock);
  if (mistake !== "a loss is told at once") return swept;
  return {
    ...inner,
    launch: (key, plan, sink) => swept.launch(key, plan, sink),
    watchNodes: (sink) => {
      swept.watchNodes({ ...sink, lost: () => {} });
      nodes.watchNodes({
        ready: (node) => sink.ready(node),
        suspected: () => {},
        failed: () => {},
        lost: (node, reason) => sink.lost(node, reason),
      });
    },
  };
}

/** Plays a world; gives what was wrong in it. */
async function play(seed: number, mistake?: Mistake): Promise<{ nodes: SpreadNodes; problems: string[] }> {
  const clock = new VirtualClock();
  const random = new Random(seed);
  const nodes = new SpreadNodes(clock, random);
  const spec = Array(nodeCount).fill(coresOfNode).map((cores, node) => `n${node}:${cores}`).join(",");
  const pilot = new Pilot({
    nodes: parseNodeSpec(spec),
    graceMs: 1000,
    rootWd: "/wd",
    environmentSchema: "common",
    runId: "0123456789abcdef",
    absentNodes: Array(nodeCount).keys(),
  }, {
    clock,
    launcher: launcherWith(nodes, clock, mistake),
    journal: { append: () => {}, close: () => Promise.resolve() },
    hub: new EventHub(() => {}),
  });
  const jobs = Array.from({ length: 30 }, (_, index) =>
    parseJob({
      name: `j${index}`,
      execution: { exec: "/bin/true" },
      resources: random.chance(0.7)
        ? { numNodes: { exact: random.between(2, 3) }, numCores: { exact: random.between(1, 2) } }
        : { numCores: { exact: 1 } },
      retry: { max: 5, on: ["node-lost", "exit", "signal"] },
    }, { defaultName: "" }));
  pilot.submit(jobs);
  pilot.drain();
  let isOver = false;
  pilot.stopped.then(() => isOver = true, (error) => nodes.problems.push(String(error)));
  for (let atMs = 1000; atMs < quietMs; atMs += random.between(500, 8000)) {
    clock.wakeAt(epochMs + atMs, () => nodes.disturb());
  }
  while (!isOver && clock.nowMs() < epochMs + endMs && clock.advance()) await quiet();
  if (!isOver) nodes.problems.push("not every task has ended");
  return { nodes, problems: nodes.problems };
}

const seeds = 12;

Deno.test("Nothing is granted or tried again while something of an earlier attempt is on a node that is there", async () => {
  let [sweptParts, losses] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const { nodes, problems } = await play(seed);
    assertEquals(problems, [], `seed ${seed}`);
    sweptParts += nodes.sweptParts;
    losses += nodes.losses;
  }
  assert(sweptParts > 2 * seeds && losses > 2 * seeds, `${sweptParts} parts were swept, ${losses} nodes were lost`);
  assert(sweptMsMax > 25_000, "a node that does not answer is lost before others stop to wait for it");
});

for (const mistake of mistakes) {
  Deno.test(`The simulation of what tasks leave behind notices a planted mistake: ${mistake}`, async () => {
    for (let seed = 1; seed <= seeds; seed++) if ((await play(seed, mistake)).problems.length > 0) return;
    throw new Error("Nothing was noticed");
  });
}
