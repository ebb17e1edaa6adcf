/**
 * A launcher over agents: one on each of its nodes, each watched for itself. Nodes come when their agents do, and go
 * when nothing that ran there can run any more; what was launched there is then forgotten without a word.
 *
 * @module
 */

import { invariant, present } from "../base/assert.ts";
import type { Hello } from "../agent/hello.ts";
import type { AgentMessage } from "../agent/messages.ts";
import { type ChannelEnd, type Loss, NodeWatch, type WatchTimes, watchTimes } from "../agent/node_watch.ts";
import { familyOf } from "../agent/tag.ts";
import type { LaunchPlan } from "../launch/plan.ts";
import type { Cleanup } from "../core/exit.ts";
import { SlurmError } from "../errors.ts";
import type { AgentsOptions, AgentStarter } from "./agent_ports.ts";
import { AgentPost } from "./agent_post.ts";
import { AgentSession } from "./agent_session.ts";
import { Alarm } from "./alarm.ts";
import { Gathering } from "./gathering.ts";
import type { AttemptKey, Clock, Launcher, LaunchSink, NodeSink, StopSignal } from "./ports.ts";

/** The most agents that are being started at once. */
const startsMax = 32;
/** How long dismissed agents may take to go. */
const goneMsMax = 10_000;
/** How long agents may take to hear of a pause. */
const toldMsMax = 2000;
/** A timer that comes later than this says that this program was not listening meanwhile. */
const lateMs = 1000;

/** Starts processes by agents. */
export class AgentsLauncher implements Launcher {
  readonly #starter: AgentStarter;
  readonly #clock: Clock;
  readonly #options: AgentsOptions;
  readonly #times: WatchTimes;
  readonly #posts = new Map<number, AgentPost>();
  /** Nodes whose agents wait to be started. */
  readonly #waiting: AgentPost[] = [];
  /** Those whose agents were started and did not say hello yet. */
  readonly #starting = new Set<AgentPost>();
  readonly #gathering: Gathering;
  #resumes = false;
  #begun: Promise<unknown> = Promise.resolve();
  #begunMs = 0;
  #sink: NodeSink | undefined;
  readonly #alarm: Alarm;
  #isClosing = false;
  #isFrozen = false;
  #allGone: (() => void) | undefined;

  /** Starts nothing until its nodes are watched. */
  constructor(starter: AgentStarter, clock: Clock, options: AgentsOptions) {
    this.#starter = starter;
    this.#clock = clock;
    this.#alarm = new Alarm(clock, (dueMs) => this.#wake(dueMs));
    this.#options = options;
    this.#times = options.times ?? watchTimes;
    this.#gathering = new Gathering(options.nodes.length + options.ownNodes.length, options.threshold);
    for (const node of options.nodes) this.#posts.set(node.index, new AgentPost(node, (post) => this.#watch(post)));
  }

  /** Starts the plan's process; nothing happens on a node that is being given up. */
  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    present(this.#posts.get(plan.place.node), "the agent of a node").session?.launch(key, plan, sink);
  }

  /** Sends a signal to all processes of the attempt. */
  signal(key: AttemptKey, signal: StopSignal, node = -1): void {
    this.#posts.get(node)?.session?.signal(key, signal);
  }

  /** A task of several nodes may have processes on one of the nodes. */
  expectGuest(key: AttemptKey, mark: string, node: number): void {
    this.#posts.get(node)?.session?.guests.expect(key, mark);
  }

  /** Ends what a task left on a node; never settles where the node is being given up, as that says it as well. */
  sweepGuest(key: AttemptKey, mark: string, node: number): Promise<Cleanup> {
    return this.#posts.get(node)?.session?.guests.sweep(key, mark) ?? new Promise(() => {});
  }

  /** Lets all tasks stand still, even if this program does so at once; an agent that cannot be told is not waited for. */
  async freeze(): Promise<void> {
    this.#isFrozen = true;
    const told = Promise.all(Array.from(this.#posts.values(), (post) => post.freeze()));
    const { promise: isLate, resolve } = Promise.withResolvers<void>();
    const callOff = this.#clock.wakeAt(this.#clock.nowMs() + toldMsMax, resolve);
    await Promise.race([told, isLate]);
    callOff();
  }

  /** Lets them go on. */
  thaw(): void {
    this.#isFrozen = false;
    const nowMs = this.#clock.nowMs();
    for (const post of this.#posts.values()) post.thaw(nowMs);
    this.#arm();
  }

  /** Begins to start agents right after this turn, and tells of nodes from then on. */
  watchNodes(sink: NodeSink): void {
    invariant(this.#sink === undefined, "Its nodes are watched once");
    this.#sink = sink;
    this.#clock.wakeAt(this.#clock.nowMs(), () => this.#begun.then(() => this.#begin(), () => {}));
  }

  /** Starts no agent before something has settled: what an earlier run left here may look like them. */
  beginAfter(ready: Promise<unknown>): void {
    invariant(!this.#resumes && this.#starting.size === 0, "A run is resumed once, before any agent is started");
    this.#begun = ready;
    this.#resumes = true;
  }

  /** What is left on the nodes ends before they are ready. */
  reclaim(): Promise<void> {
    return Promise.resolve();
  }

  /** Sends all agents away; what they started is killed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#alarm.off();
    this.#waiting.length = 0;
    this.#starting.clear();
    for (const post of this.#posts.values()) {
      if (post.session !== undefined) post.channel?.send({ word: "end" });
      else this.#drop(post);
    }
    if (this.#isAllGone) return;
    const gone = new Promise<void>((resolve) => this.#allGone = resolve);
    const callOff = this.#clock.wakeAt(this.#clock.nowMs() + goneMsMax, () => this.#allGone?.());
    await gone;
    callOff();
    for (const post of this.#posts.values()) this.#drop(post);
    invariant(this.#waiting.length === 0 && this.#isAllGone, "No agent is started when all are sent away");
  }

  get #isAllGone(): boolean {
    return [...this.#posts.values()].every(({ channel }) => channel === undefined);
  }

  #watch(post: AgentPost): NodeWatch {
    return new NodeWatch({
      start: () => this.#enqueue(post),
      ping: (number, lastPong) => post.channel?.send({ word: "ping", number, lastPong }),
      ready: () => this.#usable(post.index),
      suspect: () => this.#told.suspected(post.index),
      cut: () => this.#cut(post),
      failed: (problem) => this.#warnOnce(post, problem),
      lost: (loss) => this.#lost(post, loss),
    }, this.#times);
  }

  get #told(): NodeSink {
    return present(this.#sink, "who hears of nodes");
  }

  #begin(): void {
    if (this.#isClosing) return;
    const nowMs = this.#clock.nowMs();
    this.#begunMs = nowMs;
    for (const node of this.#options.ownNodes) this.#usable(node);
    for (const { watch } of this.#posts.values()) watch.begin(nowMs);
    this.#arm();
  }

  #enqueue(post: AgentPost): void {
    invariant(!this.#starting.has(post), "A node has one agent at a time");
    invariant(!this.#isClosing, "No agent is started when all are sent away");
    this.#waiting.push(post);
    this.#startNext();
  }

  #startNext(): void {
    while (this.#starting.size < startsMax && this.#waiting.length > 0) {
      const post = present(this.#waiting.shift(), "the next node whose agent is started");
      this.#starting.add(post);
      invariant(this.#starting.size <= startsMax, "No more agents are started at once than may be");
      post.begin();
      let isCurrent = true;
      const ifCurrent = (act: () => void) => {
        if (!isCurrent || post.channel === undefined) return;
        act();
        this.#arm();
      };
      const channel = this.#starter.start(post.index, {
        greeted: (hello) => ifCurrent(() => this.#greeted(post, hello)),
        heard: (message) => ifCurrent(() => this.#heard(post, message)),
        closed: (end) => {
          if (post.channel === channel) ifCurrent(() => this.#closed(post, end));
          isCurrent = false;
        },
      });
      post.channel = channel;
    }
  }

  /** One start is over, however it ended. */
  #started(post: AgentPost): void {
    if (this.#starting.delete(post)) this.#startNext();
  }

  #greeted(post: AgentPost, hello: Hello): void {
    invariant(this.#starting.has(post), "An agent that says hello was being started");
    this.#options.met?.(post.index, hello);
    const { env, runTags, runMark, nextAgent, spoolFolders = [], samples: directory } = this.#options;
    const samples = directory === undefined ? {} : { samples: directory };
    const family = familyOf(runTags, nextAgent());
    const isFirst = post.families.length === 0 && this.#resumes;
    const ends = isFirst && hello.sight !== undefined ? [runTags] : post.families.slice(-1);
    const marks = isFirst && hello.sight !== undefined ? [runMark] : post.left;
    this.#started(post);
    const welcome = { family, env, fenceMs: this.#times.fenceMs, ends, marks, spoolFolders, ...samples };
    post.welcome(hello, family, (channel) => new AgentSession((message) => channel.send(message), welcome));
    post.watch.greeted(this.#clock.nowMs());
    if (this.#isFrozen) post.freeze();
  }

  #heard(post: AgentPost, message: AgentMessage): void {
    if ("task" in message) return post.session?.heard(message);
    if (message.word === "pong") return post.ponged(message.number, this.#clock.nowMs());
    if (message.word === "ready") {
      post.left = [];
      return post.watch.readied();
    }
    if (message.word === "stopping") this.#options.warn?.(`the agent of node ${post.name} got ${message.signal}`);
  }

  #closed(post: AgentPost, end: ChannelEnd | undefined): void {
    invariant(!post.isClosed, "The channel of an agent ends once");
    post.isClosed = true;
    this.#started(post);
    invariant(!this.#starting.has(post), "A start is over when its channel has ended");
    if (this.#isClosing) {
      post.channel = undefined;
      if (this.#isAllGone) this.#allGone?.();
      return;
    }
    const problem = { problem: "its agent went without being sent away", mayReturn: true };
    const { phase } = post.watch;
    if (phase === "starting") this.#drop(post);
    post.watch.closed(end ?? problem, this.#clock.nowMs());
  }

  /** Ends the channel of a post, and what can be reached of its agent. */
  #cut(post: AgentPost): void {
    const { index: node, hello, isClosed, session, families } = post;
    const family = session === undefined ? undefined : families.at(-1);
    const hasGuests = session?.guests.isEmpty === false;
    this.#drop(post);
    this.#starter.end({ node, hello, family, marks: post.left, hasGuests, isClosed }).then(() => {
      if (this.#isClosing) return;
      post.watch.cutOff(this.#clock.nowMs());
      this.#arm();
    }, () => {});
  }

  #drop(post: AgentPost): void {
    post.drop();
    this.#started(post);
  }

  /** A node is ready, which counts as soon as work begins. */
  #usable(node: number): void {
    for (const ready of this.#gathering.add(node)) this.#told.ready(ready);
  }

  #warnOnce(post: AgentPost, problem: string): void {
    if (!post.isNews(problem)) return;
    this.#options.warn?.(`the agent of node ${post.name} could not be started and is tried again: ${problem}`);
  }

  #lost(post: AgentPost, { reason, wasReady, mayReturn }: Loss): void {
    if (!wasReady) this.#options.warn?.(`node ${post.name} was not used: ${reason}`);
    this.#gathering.remove(post.index, mayReturn);
    this.#told.lost(post.index, reason);
    const failure = this.#gathering.explainFailure(this.#times.initMs, this.#clock.nowMs() - this.#begunMs);
    if (failure !== undefined) this.#told.failed(new SlurmError(failure));
  }

  /** Wakes when the first watch wants it. */
  #arm(): void {
    if (this.#isClosing) return;
    let dueMs = Infinity;
    for (const { watch } of this.#posts.values()) dueMs = Math.min(dueMs, watch.dueMs);
    this.#alarm.setBy(dueMs);
  }

  #wake(dueMs: number): void {
    const nowMs = this.#clock.nowMs();
    const watches = Array.from(this.#posts.values(), ({ watch }) => watch);
    if (nowMs - dueMs > lateMs) { for (const watch of watches) watch.heldUp(nowMs); }
    for (const watch of watches) watch.passTime(nowMs);
    this.#arm();
  }
}
