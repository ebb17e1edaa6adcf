import { assertEquals } from "@std/assert";
import type { Exit } from "../../../src/core/exit.ts";
import type { LaunchPlan, Preparation } from "../../../src/launch/plan.ts";
import type { Launcher, LaunchSink } from "../../../src/runtime/ports.ts";
import { noTaskFiles, type TaskFiles } from "../../../src/runtime/task_files.ts";
import { TaskFilesLauncher } from "../../../src/runtime/task_files_launcher.ts";
import { VirtualClock } from "../../sim/virtual_clock.ts";

const key = { task: 3, attempt: 1 };

/** The launcher over one that a test drives, and what was told. */
function prepare({ files = noTaskFiles }: { readonly files?: TaskFiles } = {}) {
  const told: string[] = [];
  let sink: LaunchSink | undefined;
  let launched: LaunchPlan | undefined;
  const inner: Launcher = {
    launch: (_, plan, inner) => void ([launched, sink] = [plan, inner]),
    signal: (_, signal) => void told.push(signal),
    reclaim: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const launcher = new TaskFilesLauncher(inner, files, new VirtualClock());
  const launch = (preparation?: Preparation) =>
    launcher.launch(key, { taskName: "t", ...(preparation && { preparation }) } as LaunchPlan, {
      started: () => told.push("started"),
      startFailed: (_, { kind, message }) => told.push(`failed ${kind} ${message}`),
      exited: (_, exit) => told.push(`exited ${JSON.stringify(exit)}`),
      limitExceeded: () => told.push("limit"),
    });
  return {
    ...{ told, launch, launcher },
    start: () => sink!.started(key, { node: 0, pid: 7 }),
    fail: (message: string) => sink!.startFailed(key, { kind: "program-not-found", message }),
    exit: (exit: Exit) => sink!.exited(key, exit, {}),
    plan: () => launched,
  };
}

Deno.test("TaskFilesLauncher passes on all else, and what is to be prepared besides", async () => {
  const stage = prepare();
  stage.launch({ note: "/note", captures: [] });
  assertEquals(stage.plan()?.preparation, { note: "/note" });
  stage.launch();
  assertEquals(stage.plan()?.preparation, undefined);
  stage.launcher.signal(key, "SIGTERM");
  assertEquals([stage.told, stage.launcher.freeze, stage.launcher.watchNodes], [["SIGTERM"], undefined, undefined]);
  await stage.launcher.close();
});

Deno.test("TaskFilesLauncher writes what a task reads before the start, and tells when that cannot be", () => {
  const written: string[] = [];
  const files = { ...noTaskFiles, write: (path: string, bytes: Uint8Array) => void written.push(`${path} ${bytes}`) };
  const stage = prepare({ files });
  stage.launch({ input: { path: "/in", text: "é" } });
  stage.launch({ input: { path: "/in", base64: "Af8=" } });
  assertEquals([written, stage.plan()?.taskName], [["/in 195,169", "/in 1,255"], "t"]);
  const failing = prepare();
  failing.launch({ input: { path: "/in", text: "é" } });
  assertEquals([failing.told, failing.plan()], [
    [`failed preparation cannot write "/in": there are no files here`],
    undefined,
  ]);
});

Deno.test("TaskFilesLauncher feeds a stream as long as its task is there, and stops a task whose stream fails", () => {
  const told: string[] = [];
  let fail = (_error: unknown) => {};
  const files = {
    ...noTaskFiles,
    feed: (path: string, job: string, failed: (error: unknown) => void) => {
      told.push(`feed ${job} ${path}`);
      fail = failed;
      return { stop: () => void told.push("stop") };
    },
  };
  const stage = prepare({ files });
  stage.launch({ stream: { path: "/pipe", job: "j" } });
  stage.start();
  fail(new Error("broken"));
  assertEquals([stage.told, told], [["started", "limit"], ["feed j /pipe"]]);
  stage.exit({ code: 0 });
  assertEquals([stage.told.at(-1), told.at(-1)], ['exited {"code":0}', "stop"]);
  stage.launch({ stream: { path: "/pipe", job: "j" } });
  fail(new Error("broken early"));
  assertEquals(stage.told.at(-1), 'exited {"code":0}', "nothing is told of a task before its start");
  stage.start();
  assertEquals(stage.told.slice(-2), ["started", "limit"]);
  stage.launch({ stream: { path: "/pipe", job: "j" } });
  stage.fail("no");
  assertEquals([stage.told.at(-1), told.at(-1)], ["failed program-not-found no", "stop"]);
  const without = prepare();
  without.launch({ stream: { path: "/pipe", job: "j" } });
  assertEquals(without.told, ["failed stdin there are no files here"]);
});

Deno.test("TaskFilesLauncher tells that a task wrote too much before it tells its end", () => {
  const stage = prepare({ files: { ...noTaskFiles, size: () => 11 } });
  stage.launch({ captures: [{ path: "/o", stream: "stdout", maxBytes: 10, onOverflow: "fail", isOwn: true }] });
  stage.start();
  stage.exit({ code: 0 });
  assertEquals(stage.told, ["started", "limit", 'exited {"code":0}']);
});
