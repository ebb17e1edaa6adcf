/**
 * The pilot's view of a node that an agent serves: absent, starting, ready, suspect, being cut off, lost, and back.
 *
 * Silence is judged by pongs alone, as the end of a channel says too little: some channels never end. A node is lost
 * only when nothing that ran there can still run: when its step is known to be over, or when the agent's own lease
 * (`lease.ts`) must have ended it. A pilot that was held up itself blames no agent for what it did not listen to.
 *
 * @module
 */

/** All times, in milliseconds. */
export interface WatchTimes {
  /** Between two pings. */
  readonly beatMs: number;
  /** Silence after which nothing is launched on the node. */
  readonly suspectMs: number;
  /** Silence after which the node is cut off. */
  readonly cutMs: number;
  /** Silence after which an agent ends its tasks by itself, and goes. */
  readonly fenceMs: number;
  /** Silence after which the node is lost whatever is known of it: the lease, and some more for clocks that drift. */
  readonly lostMs: number;
  /** Rest before an agent is started again on a node that was lost. */
  readonly restartMs: number;
  /** How long to wait for the first agent of a node. */
  readonly initMs: number;
}

/** The times that hold where no option says otherwise. */
export const watchTimes: WatchTimes = {
  ...{ beatMs: 2000, suspectMs: 10_000, cutMs: 15_000, fenceMs: 20_000, lostMs: 25_000, restartMs: 1000 },
  initMs: 600_000,
};

/** Rests before an agent that could not be started is tried again; the last one from then on. */
const retryRestsMs: readonly number[] = [5000, 30_000];
/** A node that was lost this many times within this time stays lost. */
const lossesMax = 3;
const lossesWindowMs = 600_000;

/** What a watch orders. */
export interface WatchOrders {
  /** Start an agent. */
  start(): void;
  /** Send a ping. */
  ping(number: number, lastPong: number): void;
  /** Tasks may be launched on the node, for the first time or again. */
  ready(): void;
  /** Nothing is to be launched on the node until it is ready again or lost. */
  suspect(): void;
  /** End the channel, and the agent by whatever else can reach it; {@linkcode NodeWatch.cutOff} tells that it is done. */
  cut(): void;
  /** An agent could not be started, and will be tried again. */
  failed(problem: string): void;
  /** Nothing on the node runs any more; or, where it was never ready, it will not come. */
  lost(loss: Loss): void;
}

/** Why a node is lost. */
export interface Loss {
  /** As it goes on after "node n1 was lost: " or "node n1 was not used: ". */
  readonly reason: string;
  /** Whether it was ever ready. */
  readonly wasReady: boolean;
  /** Whether an agent will be tried there again. */
  readonly mayReturn: boolean;
}

/** How a channel ended. */
export interface ChannelEnd {
  /** What happened. */
  readonly problem: string;
  /** Whether it is of use to try again. */
  readonly mayReturn: boolean;
}

/** Where a node stands. */
export type WatchPhase = "absent" | "starting" | "ready" | "suspect" | "cutting" | "lost";

/** Watches one node. */
export class NodeWatch {
  readonly #orders: WatchOrders;
  readonly #times: WatchTimes;
  #phase: WatchPhase = "absent";
  /** Whether the node is, for all that was told, in use. */
  #isTold = false;
  #wasReady = false;
  /** Until when an agent must have come. */
  #initEndMs = Infinity;
  /** When to start an agent, where none is. */
  #startMs = Infinity;
  #failedStarts = 0;
  #lastProblem = "";
  #pings = 0;
  #pingMs = Infinity;
  #lastPong = 0;
  #lastPongMs = Infinity;
  #cutEnd: ChannelEnd | undefined;
  #lossesMs: number[] = [];

  /** Watches a node on which nothing was started yet. */
  constructor(orders: WatchOrders, times: WatchTimes = watchTimes) {
    this.#orders = orders;
    this.#times = times;
  }

  /** Where the node stands. */
  get phase(): WatchPhase {
    return this.#phase;
  }

  /** When {@linkcode passTime} should be called next. */
  get dueMs(): number {
    const { suspectMs, cutMs, lostMs } = this.#times;
    const silenceMs = { absent: Infinity, starting: cutMs, ready: suspectMs, suspect: cutMs, cutting: lostMs };
    const bySilence = this.#phase === "lost" ? Infinity : this.#lastPongMs + silenceMs[this.#phase];
    return Math.min(bySilence, this.#startMs, this.#pingMs, this.#initEndMs);
  }

  /** Starts the first agent. */
  begin(nowMs: number): void {
    this.#initEndMs = nowMs + this.#times.initMs;
    this.#start();
  }

  /** The agent said hello: from now on it is to be heard of. */
  greeted(nowMs: number): void {
    if (this.#phase !== "starting") return;
    this.#lastPongMs = nowMs;
    this.#ping(nowMs);
  }

  /** The agent has nothing left of what ran there before, and takes tasks. */
  readied(): void {
    if (this.#phase !== "starting") return;
    this.#phase = "ready";
    [this.#initEndMs, this.#failedStarts] = [Infinity, 0];
    [this.#isTold, this.#wasReady] = [true, true];
    this.#orders.ready();
  }

  /** The agent answered a ping. */
  ponged(number: number, nowMs: number): void {
    if (this.#phase === "cutting" || this.#phase === "lost") return;
    this.#lastPong = Math.max(this.#lastPong, number);
    this.#lastPongMs = nowMs;
    if (this.#phase !== "suspect") return;
    this.#phase = "ready";
    this.#orders.ready();
  }

  /** The channel ended, without the agent having said that it goes. */
  closed(end: ChannelEnd, nowMs: number): void {
    if (this.#phase === "cutting" || this.#phase === "lost") return;
    if (this.#phase === "starting" && this.#lastPongMs === Infinity) this.#notStarted(end, nowMs);
    else this.#cut(end);
  }

  /** What {@linkcode WatchOrders.cut} was to end is known to be over. */
  cutOff(nowMs: number): void {
    if (this.#phase === "cutting") this.#over(nowMs);
  }

  /**
   * Asks for a sign of life at once.
   *
   * @returns The number of the ping.
   */
  ask(nowMs: number): number {
    this.#ping(nowMs);
    return this.#pings;
  }

  /** The pilot did not listen for a while: all silence counts from now on. */
  heldUp(nowMs: number): void {
    if (this.#lastPongMs !== Infinity) this.#lastPongMs = nowMs;
  }

  /** Does what is due. */
  passTime(nowMs: number): void {
    const { suspectMs, cutMs, lostMs } = this.#times;
    const silentMs = nowMs - this.#lastPongMs;
    if (this.#phase === "ready" && silentMs >= suspectMs) {
      this.#phase = "suspect";
      this.#orders.suspect();
    }
    if ((this.#phase === "suspect" || this.#phase === "starting") && silentMs >= cutMs) this.#cut();
    if (this.#phase === "cutting" && silentMs >= lostMs) this.#over(nowMs);
    if (nowMs >= this.#initEndMs) return this.#giveUp();
    if (nowMs >= this.#startMs) this.#start();
    if (nowMs >= this.#pingMs) this.#ping(nowMs);
  }

  #start(): void {
    this.#phase = "starting";
    [this.#startMs, this.#lastPongMs, this.#pingMs] = [Infinity, Infinity, Infinity];
    [this.#pings, this.#lastPong, this.#cutEnd] = [0, 0, undefined];
    this.#orders.start();
  }

  #ping(nowMs: number): void {
    this.#pingMs = nowMs + this.#times.beatMs;
    this.#orders.ping(++this.#pings, this.#lastPong);
  }

  #cut(end?: ChannelEnd): void {
    this.#phase = "cutting";
    this.#cutEnd = end;
    this.#pingMs = Infinity;
    this.#orders.cut();
  }

  /** What was cut off is over. */
  #over(nowMs: number): void {
    const problem = `its agent has been silent for ${Math.round((nowMs - this.#lastPongMs) / 1000)} s`;
    const end = this.#cutEnd ?? { problem, mayReturn: true };
    this.#lastPongMs = Infinity;
    if (!this.#isTold) return this.#notStarted(end, nowMs);
    this.#lossesMs = [...this.#lossesMs.filter((lossMs) => lossMs > nowMs - lossesWindowMs), nowMs];
    const mayReturn = end.mayReturn && this.#lossesMs.length < lossesMax;
    if (mayReturn) [this.#startMs, this.#initEndMs] = [nowMs + this.#times.restartMs, nowMs + this.#times.initMs];
    this.#lose(end.problem, mayReturn);
  }

  /** There is no agent yet, and what was tried has failed. */
  #notStarted({ problem, mayReturn }: ChannelEnd, nowMs: number): void {
    this.#lastProblem = problem;
    this.#phase = "absent";
    if (!mayReturn) return this.#lose(problem, false);
    this.#orders.failed(problem);
    this.#startMs = nowMs + (retryRestsMs[this.#failedStarts++] ?? retryRestsMs.at(-1)!);
  }

  /** No agent came in all that time. */
  #giveUp(): void {
    const isTrying = this.#phase === "starting";
    const after = `no agent after ${this.#times.initMs / 1000} s (--nl-init-timeout)`;
    this.#startMs = this.#initEndMs = this.#pingMs = Infinity;
    if (isTrying) {
      this.#phase = "lost"; // Whatever the end of the channel still tells is of no more interest.
      this.#orders.cut();
    }
    this.#lastPongMs = Infinity;
    this.#lose(this.#lastProblem === "" ? after : `${after}: ${this.#lastProblem}`, false);
  }

  #lose(reason: string, mayReturn: boolean): void {
    this.#phase = "lost";
    if (!mayReturn) this.#startMs = this.#initEndMs = Infinity;
    const isNews = this.#isTold || !this.#wasReady;
    this.#isTold = false;
    if (isNews) this.#orders.lost({ reason, wasReady: this.#wasReady, mayReturn });
  }
}
