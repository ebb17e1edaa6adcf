/**
 * Nothing that a keeper started survives its pilot, itself, or both, whenever they are killed.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { KeeperLauncher } from "../../src/deno/keeper/launch_keeper.ts";
import { listChildren, readState } from "../../src/deno/local/process_scan.ts";
import type { Launcher } from "../../src/runtime/ports.ts";
import { livingIn } from "./support/hostile.ts";
import { hangMs, isAlive, launch, type Launched, newRunId, shell, textOf, until } from "./support/launches.ts";

const program = new URL("./support/kept_pilot.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;
/** Milliseconds from the first launch to the kill: before the keeper is there, while it starts tasks, and long after. */
const delays = [0, 10, 20, 30, 40, 50, 60, 80, 100, 150, 250, 500];

const perl = (code: string): string => `exec perl -MPOSIX -e '${code}'`;
/** What hides in every way that a process has: no environment, no session, no parent, always another process, stopped. */
const scripts: readonly string[] = [
  "exec env -i sleep 600",
  "(setsid env -i sh -c 'sleep 600 & sleep 600' &) ; sleep 600",
  ...Array.from(
    { length: 6 },
    () =>
      perl(
        "$SIG{TERM} = q(IGNORE); %ENV = (); my $end = time + 100; " +
          "while (time < $end) { my $p = fork; exit if $p; setsid; select undef, undef, undef, 0.02 }",
      ),
  ),
  "kill -STOP $$",
  "env -i setsid sh -c 'kill -STOP $$' & exec env -i sleep 600",
];

interface Scene {
  readonly folder: string;
  readonly pilot: Deno.ChildProcess;
  /** Everything that the pilot has said. */
  readonly said: () => string;
}

async function withPilot(tasks: readonly string[], body: (scene: Scene) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kept-" });
  const pilot = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", config, program, folder, ...tasks],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let said = "";
  const reading = pilot.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void (said += text) }),
  );
  try {
    await until(() => said.includes("launching"));
    await body({ folder, pilot, said: () => said });
  } finally {
    await pilot.stdin.close().catch(() => {});
    await pilot.status;
    await reading;
    livingIn(folder).forEach((pid) => Deno.kill(pid, "SIGKILL"));
    await Deno.remove(folder, { recursive: true });
  }
}

/** The process below a pilot that has the keeper's name. */
function keeperOf({ pilot }: Scene): number | undefined {
  const children = textOf(`/proc/${pilot.pid}/task/${pilot.pid}/children`).split(" ").map(Number);
  return children.find((pid) => textOf(`/proc/${pid}/comm`) === "qcgpj-keeper\n");
}

/** What forks all the time may be between two processes at one look, so ten in a row must find none. */
async function untilNoneIsLeft(folder: string): Promise<void> {
  const startMs = performance.now();
  for (let clean = 0; clean < 10; clean++) {
    if (livingIn(folder).length > 0) clean = 0;
    assert(performance.now() - startMs < hangMs, `tasks survive: ${livingIn(folder)}`);
    await pause(10);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

for (const victim of ["pilot", "keeper", "pilot and keeper"] as const) {
  Deno.test(`No task survives when ${victim} is killed, whenever that is`, async () => {
    for (const delayMs of delays) {
      await withPilot(scripts, async (scene) => {
        await pause(delayMs);
        if (victim !== "pilot") {
          await until(() => keeperOf(scene) !== undefined);
          Deno.kill(keeperOf(scene)!, "SIGKILL");
        }
        if (victim !== "keeper") Deno.kill(scene.pilot.pid, "SIGKILL");
        else await scene.pilot.stdin.close();
        await scene.pilot.status;
        await untilNoneIsLeft(scene.folder);
      });
    }
  });
}

Deno.test("A task that ran when its keeper was killed counts as killed, one that waited runs by another keeper", () =>
  withPilot(["echo > a; exec sleep 600"], async (scene) => {
    await until(() => scene.said().includes("started 0"));
    const [keeper, task] = [keeperOf(scene)!, Number(/started 0 (\d+)/.exec(scene.said())![1])];
    Deno.kill(keeper, "SIGKILL");
    await until(() => scene.said().includes("over 0"));
    assert(!isAlive(task));
    assertEquals(/over 0 (.*)/.exec(scene.said())![1], '{"signal":"SIGKILL"}');
  }));

/** So often an impatient launcher asks, in milliseconds: a keeper of a busy machine answers within four questions. */
const askMs = 500;

/** A launcher that asks its keeper often, with one task that lasts. */
async function withImpatient(
  body: (keeper: () => number, task: Launched, launcher: Launcher, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kept-" });
  const before = listChildren();
  const launcher = new KeeperLauncher(Deno.env.toObject(), { runId: newRunId(), askMs });
  try {
    const task = launch(launcher, shell(folder, "exec sleep 600"));
    await task.started;
    const keeper = () => listChildren().find((pid) => !before.includes(pid) && isAlive(pid))!;
    await body(keeper, task, launcher, folder);
  } finally {
    await launcher.close();
    assertEquals(livingIn(folder), []);
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("A keeper that somebody stopped is let go on, and its task as well", () =>
  withImpatient(async (keeper, { key, started, over }, launcher) => {
    const pid = keeper();
    Deno.kill(pid, "SIGSTOP");
    await until(() => readState(pid) === "T");
    await until(() => readState(pid) === "S");
    assert(isAlive(await started));
    launcher.signal(key, "SIGTERM");
    assertEquals((await over).exit, { signal: "SIGTERM" });
  }));

/** Stops a process, and keeps from this program that it lets it go on: as if it hung, and not one word slips out. */
function holdStopped(pid: number): Disposable & { readonly letGoOn: number } {
  const { kill } = Deno;
  const held = { letGoOn: 0, [Symbol.dispose]: () => void (Deno.kill = kill) };
  Deno.kill(pid, "SIGSTOP");
  Deno.kill = (target, signal) => {
    if (target === pid && signal === "SIGCONT") held.letGoOn++;
    else kill(target, signal);
  };
  return held;
}

Deno.test("A keeper that stays silent is given up: its task counts as killed, and another starts the next", () =>
  withImpatient(async (keeper, { started, over }, launcher, folder) => {
    const pid = keeper();
    using held = holdStopped(pid);
    await until(() => readState(pid) === "T"); // Else the next task may be its own still.
    const late = launch(launcher, shell(folder, "exit 4"));
    assertEquals((await over).exit, { signal: "SIGKILL" });
    assert(held.letGoOn > 0, "nobody has tried to let it go on");
    assert(!isAlive(pid) && !isAlive(await started));
    assertEquals((await late.over).exit, { code: 4 });
    assert(keeper() !== pid);
  }));
