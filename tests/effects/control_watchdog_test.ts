/**
 * No task survives a pilot that goes without closing its launcher.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { hostiles, livingIn, taskDaemons } from "./support/hostile.ts";
import { isAlive, launchMarked, newRunId, shell, textOf, until } from "./support/launches.ts";
import { chooseLauncher } from "../../src/deno/local/launch.ts";
import { ignoredSignals } from "../../src/deno/local/process_scan.ts";

const program = new URL("./support/doomed_pilot.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

/** What a task may do and still not survive: what hides its mark and leaves its session as well is out of reach. */
const scripts = [
  "exec sleep 600",
  ...hostiles.filter(({ isLasting, name }) => isLasting && !/environment of a child|floods/.test(name)).map((one) =>
    one.script
  ),
  ...taskDaemons.filter(({ isHidden }) => !isHidden).map(({ script }) => script),
];

interface Doom {
  readonly runId?: string;
  readonly way: "exit" | "throw" | "reject" | "SIGKILL" | "SIGTERM" | "SIGINT";
  readonly flags?: readonly string[];
}

async function doom({ way, flags = ["-A"], runId = newRunId() }: Doom): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "doomed-" });
  const pilot = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "--config", config, ...flags, program, way, folder, runId, ...scripts],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).spawn();
  const [reader, writer] = [pilot.stdout.getReader(), pilot.stdin.getWriter()];
  try {
    await reader.read();
    await until(() => scripts.every((_, index) => index === 0 || existsSync(`${folder}/${index}/ready`)));
    // What has scrubbed its environment is found once the watchdog was told of its task.
    const [watchdog] = watchdogs(pilot.pid);
    await until(() => charactersRead(watchdog!) > scripts.length * noteCharacters);
    assert(livingIn(folder).length > scripts.length);
    // To the whole group: the watchdog must not go with it.
    if (way.startsWith("SIG")) Deno.kill(-pilot.pid, way as Deno.Signal);
    else await writer.write(new Uint8Array(1));
    await pilot.status;
    await until(() => livingIn(folder).length === 0);
    await until(() => !isAlive(watchdog!));
  } finally {
    livingIn(folder).forEach((pid) => Deno.kill(pid, "SIGKILL"));
    await writer.close().catch(() => {});
    await reader.cancel();
    await Deno.remove(folder, { recursive: true });
  }
}

for (const way of ["SIGKILL", "SIGTERM", "SIGINT", "exit", "throw", "reject"] as const) {
  Deno.test(`No task survives a pilot that ends by ${way}`, () => doom({ way }));
}

Deno.test("No task survives a killed pilot that cannot read /proc", () =>
  doom({ way: "SIGKILL", flags: ["--allow-run", "--allow-read", "--allow-write", "--allow-env"] }));

Deno.test("No task survives a killed pilot, again and again", async () => {
  for (let round = 0; round < 3; round++) await doom({ way: "SIGKILL" });
});

Deno.test("The watchdog of a killed pilot leaves alone what the pilot that resumes its run has started", async () => {
  const folder = await Deno.makeTempDir({ prefix: "resumed-" });
  const runId = newRunId();
  const launcher = chooseLauncher({ runId }, "native");
  try {
    const { started, key, over } = launchMarked(launcher, shell(folder, "exec sleep 600"), runId);
    const pid = await started;
    await doom({ way: "SIGKILL", runId });
    assert(isAlive(pid));
    launcher.signal(key, "SIGKILL");
    await over;
  } finally {
    await launcher.close();
    await Deno.remove(folder, { recursive: true });
  }
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  Deno.test(`The watchdog stays when it gets ${signal}, and goes with the launcher`, () =>
    withWatchdog(async (watchdog, launchNext) => {
      Deno.kill(watchdog, signal);
      await launchNext();
      assertEquals(watchdogs(), [watchdog]);
    }));
}

Deno.test("The watchdog is started again by the next launch after somebody killed it", () =>
  withWatchdog(async (watchdog, launchNext) => {
    Deno.kill(watchdog, "SIGKILL");
    await until(() => !isAlive(watchdog));
    // The launcher may hear of it a moment later than we do.
    for (let launches = 0; watchdogs().length === 0; launches++) {
      assert(launches < 100, "a hundred launches did not start it again");
      await launchNext();
    }
    assertEquals(watchdogs().length, 1);
  }));

async function withWatchdog(
  body: (watchdog: number, launchNext: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const runId = newRunId();
  const launcher = chooseLauncher({ runId }, "native");
  const launchNext = () => launchMarked(launcher, shell("/tmp", "true"), runId).over;
  try {
    assertEquals(watchdogs(), []);
    await launchNext();
    const [watchdog] = watchdogs();
    // Its first words are to ignore what it is to outlive, SIGPIPE (13) the last.
    await until(() => (ignoredSignals(watchdog!) >> 12n & 1n) === 1n);
    await body(watchdog!, launchNext);
  } finally {
    await launcher.close();
  }
  assertEquals(watchdogs(), []);
}

/** A line that tells the watchdog of a task has more characters than these: `+ 7 ?`. */
const noteCharacters = 5;

/** How many characters a shell has read from a pipe: it asks for one at a time, as others may read on. */
function charactersRead(pid: number): number {
  return Number(/^syscr: (\d+)$/m.exec(textOf(`/proc/${pid}/io`))![1]);
}

/** The watchdogs among the children of a process. */
function watchdogs(parent = Deno.pid): number[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name)).filter((pid) => {
    try {
      const isChild = new RegExp(`\\) \\w ${parent} `).test(Deno.readTextFileSync(`/proc/${pid}/stat`));
      return isChild && isAlive(pid) && Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("trap");
    } catch {
      return false;
    }
  });
}
