/**
 * A keeper that is started ahead, and what the first start of a keeper must not cost.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { readLinkAt } from "../../src/deno/host/remote_paths.ts";
import { KeeperLauncher } from "../../src/deno/keeper/launch_keeper.ts";
import { dismissAhead, startAhead } from "../../src/deno/keeper/start_ahead.ts";
import { Folders, isNamedPipe, mayWaitToOpen, Programs } from "../../src/deno/local/launch_prepare.ts";
import { listChildren } from "../../src/deno/local/process_scan.ts";
import { hangMs, isAlive, run, shell, textOf, until } from "./support/launches.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ahead-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starts a keeper ahead, and returns its process id. */
function ahead(): number {
  const before = listChildren();
  startAhead();
  startAhead(); // Once is enough.
  const [pid, ...more] = listChildren().filter((pid) => !before.includes(pid));
  assertEquals(more, []);
  return pid!;
}

/** Lets a keeper start a task, and returns the process id of its parent. */
async function parentOfTask(folder: string, launcher: KeeperLauncher): Promise<number> {
  const { exit } = await run(launcher, shell(folder, "echo $PPID", { stdout: `${folder}/parent` }));
  assertEquals(exit, { code: 0 });
  return Number(textOf(`${folder}/parent`));
}

Deno.test({
  name: "startAhead() starts the keeper of the next launcher, and of that one only",
  timeout: hangMs,
  fn: () =>
    inFolder(async (folder) => {
      const pid = ahead();
      const [first, second] = [new KeeperLauncher({}), new KeeperLauncher({})];
      assertEquals(await parentOfTask(folder, first), pid);
      assertEquals(await parentOfTask(folder, second) === pid, false);
      await first.close();
      await second.close();
      assertEquals(isAlive(pid), false);
    }),
});

Deno.test({
  name: "dismissAhead() ends the keeper that nobody took, and the next launcher starts its own",
  timeout: hangMs,
  fn: () =>
    inFolder(async (folder) => {
      dismissAhead(); // There is none yet.
      const pid = ahead();
      dismissAhead();
      await until(() => !isAlive(pid));
      const launcher = new KeeperLauncher({});
      assertEquals(await parentOfTask(folder, launcher) === pid, false);
      await launcher.close();
    }),
});

Deno.test("What a start looks at loads no module of Node.js, which would take longer than the start", () =>
  inFolder((folder) => {
    const load = process.getBuiltinModule;
    const loaded: string[] = [];
    const watched = (name: string) => {
      loaded.push(name);
      return load.call(process, name);
    };
    Deno.symlinkSync("file", `${folder}/link`);
    Deno.writeTextFileSync(`${folder}/file`, "");
    process.getBuiltinModule = watched as typeof load;
    try {
      const plan = shell(`${folder}/made/for/it`, "true", { stdout: `${folder}/out/stdout` });
      assertEquals(new Folders().prepare(plan), undefined);
      assertEquals(new Programs().find("sh", "/nowhere:/bin:/usr/bin")?.endsWith("/bin/sh"), true);
      const looks = (path: string) => [readLinkAt(path), isNamedPipe(path), mayWaitToOpen(path)];
      assertEquals(looks(`${folder}/link`), ["file", false, false]);
      assertEquals(looks(`${folder}/missing`), [undefined, false, false]);
      assertEquals(looks(`${folder}/file/below`), [undefined, false, false]);
      assertEquals(looks("/dev/zero"), [undefined, false, true]);
    } finally {
      process.getBuiltinModule = load;
    }
    assertEquals(loaded, []);
    assertEquals(Deno.statSync(`${folder}/made/for/it`).isDirectory, true);
    return Promise.resolve();
  }));
