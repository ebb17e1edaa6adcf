import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Cleanup, Exit, Tails } from "../../../src/core/exit.ts";
import type { LaunchPlan, Preparation } from "../../../src/launch/plan.ts";
import type { Launcher, LaunchSink } from "../../../src/runtime/ports.ts";
import {
  PreparedLauncher,
  type PreparedLauncherOptions,
  profileMsMax,
} from "../../../src/runtime/prepared_launcher.ts";
import { epochMs, VirtualClock } from "../../sim/virtual_clock.ts";

const key = { task: 3, attempt: 1 };

/** A prepared launcher over one that a test drives, and what was told. */
function prepare(ports: Partial<PreparedLauncherOptions> = {}) {
  const told: string[] = [];
  let sink: LaunchSink | undefined;
  let launched: LaunchPlan | undefined;
  const launcher: Launcher = {
    launch: (_, plan, inner) => void ([launched, sink] = [plan, inner]),
    signal: () => {},
    reclaim: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const clock = new VirtualClock();
  const prepared = new PreparedLauncher({
    launcher,
    clock,
    warn: (text) => told.push(`warn ${text}`),
    writeFile: (path, text) => void told.push(`write ${path} ${text}`),
    removeFile: (path) => told.push(`remove ${path}`),
    takeNote: () => undefined,
    readRemote: () => undefined,
    readsProfile: () => true,
    ...ports,
  });
  const launch = (preparation?: Preparation) =>
    prepared.launch(key, { taskName: "t", ...(preparation && { preparation }) } as LaunchPlan, {
      started: () => told.push("started"),
      startFailed: (_, { kind, message }) => told.push(`failed ${kind} ${message}`),
      exited: (_, exit) => told.push(`exited ${JSON.stringify(exit)}`),
      limitExceeded: () => told.push("limit"),
    });
  return {
    ...{ told, clock, launch, prepared },
    start: () => sink!.started(key, { node: 0, pid: 7 }),
    fail: (message: string) => sink!.startFailed(key, { kind: "program-not-found", message }),
    exit: (exit: Exit, ...remains: [cleanup?: Cleanup, tails?: Tails]) => sink!.exited(key, exit, {}, ...remains),
    plan: () => launched,
  };
}

Deno.test("PreparedLauncher tells what a shell could not prepare as a start that failed, and only then", () => {
  const notes: [note: string | undefined, exit: Exit, told: string][] = [
    [
      "cannot prepare: module x: no such module\n",
      { code: 1 },
      "failed preparation cannot prepare: module x: no such module",
    ],
    ["half a no", { signal: "SIGKILL" }, 'exited {"signal":"SIGKILL"}'],
    [undefined, { code: 3 }, 'exited {"code":3}'],
    ["cannot prepare: never looked at", { code: 0 }, 'exited {"code":0}'],
  ];
  for (const [note, exit, expected] of notes) {
    const { told, launch, start, exit: end, plan } = prepare({ takeNote: () => note });
    launch({ note: "/w/note" });
    start();
    end(exit);
    assertEquals(told, ["started", expected]);
    assertEquals(plan()!.preparation, undefined, "a launcher knows nothing of it");
  }
});

Deno.test("PreparedLauncher writes files first, and starts nothing where that fails", () => {
  const files = [{ path: "/w/.t.hostfile", text: "localhost\n" }];
  const good = prepare();
  good.launch({ files, model: "openmpi" });
  assertEquals(good.told, ["write /w/.t.hostfile localhost\n"]);
  good.fail('program "mpirun" was not found on the PATH');
  assertEquals(good.told[1], "remove /w/.t.hostfile");
  assertStringIncludes(
    good.told[2]!,
    'model "openmpi" starts programs by Open MPI, and there is none: program "mpirun"',
  );
  const bad = prepare({
    writeFile: () => {
      throw new Error("the disk is full");
    },
  });
  bad.launch({ files });
  assertEquals([bad.told, bad.plan()], [
    ['failed preparation cannot write "/w/.t.hostfile": the disk is full'],
    undefined,
  ]);
});

Deno.test("PreparedLauncher removes the files of an attempt when it has ended", () => {
  const { told, launch, start, exit } = prepare();
  launch({ files: [{ path: "/w/.t.hostfile", text: "n1" }] });
  start();
  exit({ code: 0 });
  assertEquals(told, ["write /w/.t.hostfile n1", "started", "remove /w/.t.hostfile", 'exited {"code":0}']);
});

Deno.test("PreparedLauncher tells after ten seconds that a task still reads its profile, once", () => {
  const slow = prepare();
  slow.launch({ isLogin: true });
  slow.start();
  assertEquals(slow.told, ["started"]);
  assertEquals([slow.clock.advance(), slow.clock.nowMs() - epochMs], [true, profileMsMax]);
  assertStringIncludes(slow.told[1]!, 'warn task "t" has not left its login shell after 10 s');
  for (const isDone of [true, false]) {
    const quick = prepare(isDone ? {} : { readsProfile: () => false });
    quick.launch({ isLogin: true });
    quick.start();
    if (isDone) quick.exit({ code: 0 });
    assertEquals(quick.clock.advance(), !isDone);
    assertEquals(quick.told.filter((text) => text.startsWith("warn")), []);
  }
});

Deno.test("PreparedLauncher waits for files that come later, and for none of a launch that is stopped", async () => {
  const written: PromiseWithResolvers<void>[] = [];
  const writeFile = () => {
    written.push(Promise.withResolvers<void>());
    return written.at(-1)!.promise;
  };
  const files = [{ path: "/w/a", text: "" }, { path: "/w/b", text: "" }];
  const late = prepare({ writeFile });
  late.launch({ files });
  assertEquals([late.plan(), written.length], [undefined, 1]);
  written[0]!.resolve();
  await turns();
  assertEquals([late.plan(), written.length], [undefined, 2]);
  written[1]!.resolve();
  await turns();
  assertEquals(late.plan()!.taskName, "t");

  const failed = prepare({ writeFile });
  failed.launch({ files });
  written[2]!.reject(new Error("gone"));
  await turns();
  assertEquals([failed.told, failed.plan()], [['failed preparation cannot write "/w/a": gone'], undefined]);

  for (const stop of ["signal", "close"] as const) {
    const stopped = prepare({ writeFile });
    stopped.launch({ files: files.slice(0, 1) }); // The last file is being written.
    if (stop === "signal") stopped.prepared.signal(key, "SIGTERM");
    else await stopped.prepared.close();
    written.at(-1)!.resolve();
    await turns();
    assertEquals([stopped.told, stopped.plan()], [["failed other stopped before it could be started"], undefined]);
  }
});

Deno.test("PreparedLauncher tells an end when the note that it waits for has come, or cannot come", async () => {
  const note = Promise.withResolvers<string | undefined>();
  const { told, launch, exit } = prepare({ takeNote: () => note.promise });
  launch({ note: "/w/note" });
  exit({ code: 1 });
  assertEquals(told, []);
  note.resolve(undefined);
  await turns();
  assertEquals(told, ['exited {"code":1}']);
});

/** Lets promises that are settled have their turns. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}

Deno.test("PreparedLauncher adds the ends of outputs that no launcher has read, and says which cannot be", async () => {
  const read: string[] = [];
  const readRemote = (path: string, bytesMax: number) => {
    read.push(`${path} ${bytesMax}`);
    if (path === "/local") return undefined;
    return path === "/dead" ? Promise.reject(new Error("no answer")) : Promise.resolve("words");
  };
  const plan = { taskName: "t", tailBytes: 9, stdout: "/far", stderr: "/dead" } as LaunchPlan;
  const ends = async (plan: LaunchPlan, tails?: Tails) => {
    const told: (Tails | undefined)[] = [];
    const { prepared, exit } = prepare({ readRemote });
    prepared.launch(
      key,
      plan,
      { exited: (...end: unknown[]) => void told.push(end[4] as Tails) } as unknown as LaunchSink,
    );
    exit({ code: 1 }, undefined, tails);
    await turns();
    assertEquals(told.length, 1);
    return told[0];
  };
  assertEquals(await ends(plan, {}), { stdout: "words", problem: "cannot read /dead: no answer" });
  assertEquals(read, ["/far 9", "/dead 9"]);
  assertEquals(await ends({ ...plan, stdout: "/local" }, { stdout: "x", stderr: "y" }), { stdout: "x", stderr: "y" });
  assertEquals(await ends({ ...plan, stderr: "/far" }, {}), { stdout: "words" });
  assertEquals(await ends(plan), undefined, "it has succeeded");
});

Deno.test("PreparedLauncher cuts what a shell has said without end", () => {
  const { told, launch, start, exit } = prepare({ takeNote: () => `cannot prepare: ${"x".repeat(9999)}` });
  launch({ note: "/w/note" });
  start();
  exit({ code: 1 });
  assertEquals(told[1], `failed preparation cannot prepare: ${"x".repeat(2000 - "cannot prepare: ".length)}…`);
});
