/**
 * Agents over a slow channel that loses everything for a while, on a virtual clock: nothing runs twice at a time, whoever
 * does not hear whom, and every node that can come back does. Each promise is shown to bark at a planted mistake.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Lease } from "../../src/agent/lease.ts";
import { NodeWatch, watchTimes } from "../../src/agent/node_watch.ts";
import { Random } from "./random.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** Mistakes, planted one at a time. */
type Mistake =
  | "lease from arrival"
  | "no lease"
  | "lost early"
  | "accuses after own pause"
  | "forgets to come back"
  | "lease ends in a pause"
  | "new lease after a pause";

/** A message under way in one direction. */
type Wire = (deliver: () => void) => void;

/** One node: the watch of a pilot, an agent with a lease, and a channel between them. */
class SimulatedNode {
  readonly problems: string[] = [];
  readonly watch: NodeWatch;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #mistake: Mistake | undefined;
  /** Until when nothing gets through, in each direction. */
  #brokenUntilMs = { up: 0, down: 0 };
  #arrivedMs = { up: 0, down: 0 };
  /** Numbers the agents, as messages to an earlier one come to nobody. */
  #agent = 0;
  #lease: Lease | undefined;
  /** Whether a task runs on the node, for all that the node knows. */
  #runs = false;
  /** Whether the pilot would start the task elsewhere. */
  #isGivenUp = true;
  /** Whether the task stands still. */
  #isPaused = false;
  /** The ping after whose pong the pilot lets the task go on. */
  #thawPing = Infinity;
  #pilotHeldUntilMs = 0;
  #nodeHeldUntilMs = 0;
  cuts = 0;
  losses = 0;
  accusations = 0;

  constructor(clock: VirtualClock, random: Random, mistake?: Mistake) {
    this.#clock = clock;
    this.#random = random;
    this.#mistake = mistake;
    const times = mistake === "lost early" ? { ...watchTimes, lostMs: 17_000 } : watchTimes;
    this.watch = new NodeWatch({
      start: () => this.#start(),
      ping: (number, lastPong) => this.#down(() => this.#pinged(number, lastPong)),
      ready: () => this.#use(),
      suspect: () => {
        if (this.#clock.nowMs() - this.#pilotHeldUntilMs < watchTimes.suspectMs) this.accusations++;
      },
      // Nothing but the channel can be cut here: the step is out of reach.
      cut: () => this.cuts++,
      failed: () => {},
      lost: () => this.#lost(),
    }, times);
  }

  get #nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Breaks one direction or both, or stops the node or the pilot, for a while. */
  disturb(): void {
    const forMs = this.#random.between(0, 40_000);
    const kind = this.#random.between(0, 4);
    if (kind === 0 || kind === 2) this.#brokenUntilMs.up = this.#nowMs + forMs;
    if (kind === 1 || kind === 2) this.#brokenUntilMs.down = this.#nowMs + forMs;
    if (kind === 3) this.#nodeHeldUntilMs = this.#nowMs + forMs;
  }

  /** The pilot does not listen for a while, and notices it. */
  holdPilot(forMs: number): void {
    this.#pilotHeldUntilMs = this.#nowMs + forMs;
    this.#clock.wakeAt(this.#pilotHeldUntilMs, () => {
      if (this.#mistake !== "accuses after own pause") this.watch.heldUp(this.#nowMs);
      this.passTime();
    });
  }

  /** Pilot and task stand still for a while; the channel may break just when they go on. */
  suspend(forMs: number): void {
    this.#down(() => {
      this.#isPaused = true;
      if (this.#mistake !== "lease ends in a pause") this.#lease?.suspend();
    });
    this.#pilotHeldUntilMs = this.#nowMs + forMs;
    const breaksAfterMs = this.#random.between(1, 400);
    const breaksForMs = this.#random.between(0, 1) === 0 ? 45_000 : 0;
    this.#clock.wakeAt(this.#pilotHeldUntilMs, () => {
      this.watch.heldUp(this.#nowMs);
      this.#thawPing = this.watch.ask(this.#nowMs);
      this.#clock.wakeAt(this.#nowMs + breaksAfterMs, () => this.#brokenUntilMs.down = this.#nowMs + breaksForMs);
      if (breaksForMs === 0) this.#clock.wakeAt(this.#nowMs + 5000, () => this.#checkPause());
    });
  }

  #checkPause(): void {
    if (!this.#runs || this.#isPaused) this.problems.push(`at ${this.#nowMs}: a pause has cost a task`);
  }

  #goOn(): void {
    if (this.#mistake === "new lease after a pause") this.#lease = new Lease(watchTimes.fenceMs, this.#nowMs);
    else this.#lease?.resume();
    if (this.#nowMs >= this.#lease!.endMs) this.#runs = false;
    this.#isPaused = false;
  }

  #ponged(number: number): void {
    this.watch.ponged(number, this.#nowMs);
    if (number < this.#thawPing) return;
    this.#thawPing = Infinity;
    this.watch.ask(this.#nowMs);
    this.#down(() => this.#goOn());
  }

  /** What both sides do as time passes. */
  passTime(): void {
    const nowMs = this.#nowMs;
    if (nowMs >= this.#pilotHeldUntilMs) this.watch.passTime(nowMs);
    const endMs = this.#mistake === "no lease" ? Infinity : this.#lease?.endMs ?? Infinity;
    if (nowMs >= this.#nodeHeldUntilMs && nowMs >= endMs) this.#runs = false;
    // A node that is stopped does not run either: a stopped task is no second life until it goes on.
    const runsNow = this.#runs && !this.#isPaused && nowMs >= this.#nodeHeldUntilMs && nowMs < endMs;
    if (runsNow && this.#isGivenUp) this.problems.push(`at ${nowMs}: a task runs on a node that was given up`);
  }

  #start(): void {
    this.#agent++;
    this.#thawPing = Infinity;
    if (this.#mistake === "forgets to come back" && this.#agent > 1) return;
    // The old agent reads the end of its channel, if that gets through, or is ended by the new one's look.
    const agent = this.#agent;
    this.#down(() => {
      if (agent !== this.#agent) return;
      [this.#runs, this.#isPaused] = [false, false];
      this.#lease = new Lease(watchTimes.fenceMs, this.#nowMs);
      this.#up(() => this.watch.greeted(this.#nowMs));
      this.#up(() => this.watch.readied());
    }, agent);
  }

  #use(): void {
    if (!this.#isGivenUp) return;
    this.#isGivenUp = false;
    this.#down(() => this.#runs = this.#nowMs < (this.#lease?.endMs ?? 0) || this.#mistake === "no lease");
  }

  #lost(): void {
    this.losses++;
    this.#isGivenUp = true;
  }

  #pinged(number: number, lastPong: number): void {
    const lease = this.#lease;
    if (lease === undefined || this.#nowMs >= lease.endMs) return;
    if (this.#mistake === "lease from arrival") {
      lease.ponged(number + 1e6, this.#nowMs);
      lease.pinged(number + 1e6);
    } else lease.pinged(lastPong);
    lease.ponged(number, this.#nowMs);
    this.#up(() => this.#ponged(number));
  }

  #down(deliver: () => void, agent = this.#agent): void {
    this.#send("down", () => {
      if (agent !== this.#agent) return;
      // A stopped process reads when it goes on.
      if (this.#nowMs < this.#nodeHeldUntilMs) this.#clock.wakeAt(this.#nodeHeldUntilMs, deliver);
      else deliver();
    });
  }

  #up(deliver: () => void): void {
    const agent = this.#agent;
    this.#send("up", () => {
      if (agent !== this.#agent) return;
      if (this.#nowMs < this.#pilotHeldUntilMs) this.#clock.wakeAt(this.#pilotHeldUntilMs, deliver);
      else deliver();
    });
  }

  /** In order, slowly; what is sent into a broken direction arrives when it is whole again, as out of a full pipe. */
  #send(direction: "up" | "down", deliver: Parameters<Wire>[0]): void {
    const soonestMs = Math.max(this.#nowMs, this.#brokenUntilMs[direction], this.#arrivedMs[direction]);
    this.#arrivedMs[direction] = soonestMs + this.#random.between(0, 300);
    this.#clock.wakeAt(this.#arrivedMs[direction], deliver);
  }
}

/** Plays a node for half an hour. */
async function play(seed: number, mistake?: Mistake): Promise<SimulatedNode> {
  const clock = new VirtualClock();
  const random = new Random(seed);
  const node = new SimulatedNode(clock, random, mistake);
  const startMs = clock.nowMs();
  node.watch.begin(startMs);
  const [isHeldUp, isPausing] = [seed % 3 === 0, seed % 3 === 1];
  let nextMs = startMs + 20_000;
  for (let atMs = startMs; atMs < startMs + 600_000; atMs += 250) {
    await clock.advanceTo(atMs);
    node.passTime();
    if (atMs < nextMs || atMs > startMs + 500_000) continue;
    nextMs = atMs + 30_000 + random.between(0, 60_000);
    if (isHeldUp) node.holdPilot(5000 + random.between(0, 10_000));
    else if (isPausing && node.watch.phase === "ready") node.suspend(5000 + random.between(0, 25_000));
    else node.disturb();
  }
  return node;
}

const seeds = 24;

async function findProblems(mistake?: Mistake): Promise<string[]> {
  const found: string[] = [];
  for (let seed = 1; seed <= seeds && found.length === 0; seed++) {
    const node = await play(seed, mistake);
    found.push(...node.problems);
    if (node.accusations > 0) found.push(`seed ${seed}: a node was accused of the pilot's own pause`);
    const isHome = node.watch.phase === "ready" || node.losses >= 3;
    if (!isHome) found.push(`seed ${seed}: the node is ${node.watch.phase} after a quiet while`);
  }
  return found;
}

Deno.test("Agents keep their promises over a slow channel that breaks", async () => {
  assertEquals(await findProblems(), []);
});

for (
  const mistake of [
    "lease from arrival",
    "no lease",
    "lost early",
    "accuses after own pause",
    "forgets to come back",
    "lease ends in a pause",
    "new lease after a pause",
  ] as const
) {
  Deno.test(`The simulation of agents notices a planted mistake: ${mistake}`, async () => {
    assert((await findProblems(mistake)).length > 0);
  });
}
