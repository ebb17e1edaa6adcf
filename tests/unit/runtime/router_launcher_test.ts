import { assertEquals, assertRejects } from "@std/assert";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import type { AttemptKey, Launcher, LaunchSink, NodeSink, StopSignal } from "../../../src/runtime/ports.ts";
import { DeferredEnds } from "../../../src/runtime/deferred_ends.ts";
import { VirtualClock } from "../../sim/virtual_clock.ts";
import { RouterLauncher } from "../../../src/runtime/router_launcher.ts";

/** Notes what it is told to do, and lets the test tell of its attempts and nodes. */
class NotingLauncher implements Launcher {
  readonly notes: string[];
  readonly name: string;
  readonly sinks: Map<string, LaunchSink> = new Map();
  nodes: NodeSink | undefined;
  failure: Error | undefined;

  constructor(name: string, notes: string[]) {
    this.name = name;
    this.notes = notes;
  }

  launch(key: AttemptKey, plan: LaunchPlan, sink: LaunchSink): void {
    this.notes.push(`${this.name} launch ${nameOf(key)} on ${plan.place.name}`);
    this.sinks.set(nameOf(key), sink);
  }

  signal(key: AttemptKey, signal: StopSignal): void {
    this.notes.push(`${this.name} ${signal} ${nameOf(key)}`);
  }

  freeze(): Promise<void> {
    this.notes.push(`${this.name} freeze`);
    return Promise.resolve();
  }

  thaw(): void {
    this.notes.push(`${this.name} thaw`);
  }

  flush(): void {
    this.notes.push(`${this.name} flush`);
  }

  watchNodes(sink: NodeSink): void {
    this.nodes = sink;
  }

  reclaim(runId: string): Promise<void> {
    this.notes.push(`${this.name} reclaim ${runId}`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.notes.push(`${this.name} close`);
    return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure);
  }
}

/** A router over two launchers, the second of which serves two nodes, and a sink that notes what it is told. */
class Junction {
  readonly notes: string[] = [];
  readonly first: NotingLauncher = new NotingLauncher("first", this.notes);
  readonly second: NotingLauncher = new NotingLauncher("second", this.notes);
  readonly router: RouterLauncher;
  readonly sink: LaunchSink = {
    started: (key, { node, pid }) => this.notes.push(`started ${nameOf(key)} ${node} ${pid}`),
    startFailed: (key, { message }) => this.notes.push(`failed ${nameOf(key)}: ${message}`),
    exited: (key, exit) => this.notes.push(`exited ${nameOf(key)} ${JSON.stringify(exit)}`),
    limitExceeded: (key, cause) => this.notes.push(`limit ${nameOf(key)} ${cause}`),
  };

  constructor(ends?: DeferredEnds) {
    this.router = new RouterLauncher([[0, this.first], [1, this.second], [2, this.second]], ends);
  }

  launch(task: number, attempt: number, node: number): void {
    const place = { node, name: `n${node}`, cores: ["0"], gpus: [], further: [] };
    const env = { shared: { kind: "inherited", without: [] }, own: {} } as const;
    const plan = { taskName: "t", program: "true", args: [], cwd: "/", place, tag: `${task}`, env };
    this.router.launch({ task, attempt }, plan, this.sink);
  }

  signal(task: number, attempt: number): void {
    this.router.signal({ task, attempt }, "SIGTERM");
  }

  takeNotes(): string[] {
    return this.notes.splice(0);
  }
}

function nameOf({ task, attempt }: AttemptKey): string {
  return `${task}#${attempt}`;
}

Deno.test("RouterLauncher launches and signals where the plan says, and passes on what it is told", () => {
  const junction = new Junction();
  junction.launch(7, 1, 0);
  junction.launch(8, 2, 2);
  junction.signal(8, 2);
  junction.signal(7, 1);
  const [key, exit] = [{ task: 8, attempt: 2 }, { code: 3 }] as const;
  junction.second.sinks.get("8#2")!.started(key, { node: 2, pid: 55 });
  junction.second.sinks.get("8#2")!.limitExceeded(key, "oom", "too much");
  junction.second.sinks.get("8#2")!.exited(key, exit, {});
  assertEquals(junction.takeNotes(), [
    "first launch 7#1 on n0",
    "second launch 8#2 on n2",
    "second SIGTERM 8#2",
    "first SIGTERM 7#1",
    "started 8#2 2 55",
    "limit 8#2 oom",
    'exited 8#2 {"code":3}',
  ]);
});

Deno.test("RouterLauncher fails a launch on a node that nobody serves", () => {
  const junction = new Junction();
  junction.launch(1, 1, 3);
  assertEquals(junction.takeNotes(), ["failed 1#1: there is no launcher for node n3"]);
});

Deno.test("RouterLauncher forgets an attempt when it is over or its node is lost, and no other", () => {
  const junction = new Junction();
  const lost: string[] = [];
  junction.router.watchNodes({
    ready: (node) => lost.push(`ready ${node}`),
    suspected: (node) => lost.push(`suspected ${node}`),
    lost: (node, reason) => lost.push(`lost ${node}: ${reason}`),
    failed: (error) => lost.push(`failed ${error.message}`),
  });
  for (const [task, node] of [[1, 1], [2, 2], [3, 2], [4, 0]] as const) junction.launch(task, 1, node);
  junction.launch(1, 2, 1);
  junction.second.sinks.get("3#1")!.startFailed({ task: 3, attempt: 1 }, { kind: "other", message: "no" });
  junction.second.sinks.get("1#1")!.exited({ task: 1, attempt: 1 }, { code: 0 }, {});
  junction.second.nodes!.ready(1);
  junction.second.nodes!.suspected(1);
  junction.second.nodes!.failed(new Error("too few"));
  junction.second.nodes!.lost(2, "it is silent");
  junction.takeNotes();
  for (const [task, attempt] of [[1, 1], [1, 2], [2, 1], [3, 1], [4, 1]] as const) junction.signal(task, attempt);
  assertEquals(junction.takeNotes(), ["second SIGTERM 1#2", "first SIGTERM 4#1"]);
  assertEquals(lost, ["ready 1", "suspected 1", "failed too few", "lost 2: it is silent"]);
});

Deno.test("RouterLauncher reclaims and closes each launcher once, all of them though one fails", async () => {
  const junction = new Junction();
  await junction.router.reclaim("run");
  junction.first.failure = new Error("it cannot");
  await assertRejects(() => junction.router.close(), Error, "it cannot");
  assertEquals(junction.takeNotes(), ["first reclaim run", "second reclaim run", "first close", "second close"]);
});

Deno.test("RouterLauncher lets the tasks of every launcher stand still, go on, and go on their way, once each", async () => {
  const { router, notes } = new Junction();
  await router.freeze();
  router.thaw();
  router.flush();
  const all = ["freeze", "thaw", "flush"].flatMap((word) => [`first ${word}`, `second ${word}`]);
  assertEquals(notes, all);
});

Deno.test("RouterLauncher can still stop a task whose end is deferred, which tells the end", async () => {
  const clock = new VirtualClock();
  const junction = new Junction(new DeferredEnds(clock));
  junction.launch(1, 1, 0);
  junction.launch(2, 1, 1);
  junction.launch(3, 1, 1);
  junction.takeNotes();
  junction.first.sinks.get("1#1")!.exited({ task: 1, attempt: 1 }, { signal: "SIGTERM" }, {});
  for (const task of [2, 3]) {
    junction.second.sinks.get(`${task}#1`)!.exited({ task, attempt: 1 }, { signal: "SIGTERM" }, {});
  }
  assertEquals(junction.takeNotes(), []);
  junction.signal(2, 1);
  assertEquals(junction.takeNotes(), ['exited 2#1 {"signal":"SIGTERM"}', "second SIGTERM 2#1"]);
  junction.router.watchNodes({
    ready: () => {},
    suspected: () => {},
    failed: () => {},
    lost: () => junction.notes.push("lost"),
  });
  junction.second.nodes!.lost(1, "");
  assertEquals(junction.takeNotes(), ['exited 3#1 {"signal":"SIGTERM"}', "lost"], "what ended before was not lost");
  await clock.advanceTo(clock.nowMs() + 1000);
  assertEquals(junction.takeNotes(), ['exited 1#1 {"signal":"SIGTERM"}']);
});
