/**
 * What every launcher promises of the outputs of tasks, checked with real processes.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import type { Launcher } from "../../../src/runtime/ports.ts";
import { hangMs, launch, planOf, run, shell, textOf, until } from "./launches.ts";

/** How a launcher is made whose tasks' outputs are kept in these folders. */
export type MakeLauncher = (spoolFolders: readonly string[]) => Launcher;

const tailBytes = 8192;
/** What takes longer has hung. */
const testMsMax = 2 * hangMs;

/** Checks a launcher; `root` is a folder that exists. */
export function outputContract(name: string, root: string, make: MakeLauncher): void {
  let folders = 0;
  const test: Register = (criterion, body, isSpooled = true) =>
    Deno.test(`${name} ${criterion}`, { timeout: testMsMax }, async () => {
      const folder = `${root}/${++folders}`;
      mkdirSync(folder);
      const launcher = make(isSpooled ? [folder] : []);
      try {
        await body(launcher, folder);
      } finally {
        await launcher.close();
      }
    });

  testSpool(test);
  testFiles(test);
}

type Register = (
  criterion: string,
  body: (launcher: Launcher, folder: string) => Promise<void>,
  isSpooled?: boolean,
) => void;

function testSpool(test: Register): void {
  test("tells the ends of outputs without files, of tasks that do not succeed only", async (launcher, folder) => {
    const plan = (script: string) => shell(folder, script, { tailBytes });
    assertEquals((await run(launcher, plan("echo fine; echo well >&2"))).tails, undefined);
    assertEquals((await run(launcher, plan("echo out; echo err >&2; exit 3"))).tails, {
      stdout: "out\n",
      stderr: "err\n",
    });
    // The next task in the same place says nothing, and gets none of what others said.
    assertEquals((await run(launcher, plan("exit 4"))).tails, { stdout: "", stderr: "" });
    assertEquals((await run(launcher, plan("echo x; kill -9 $$"))).tails, { stdout: "x\n", stderr: "" });
    assertEquals((await run(launcher, shell(folder, "echo x; exit 1"))).tails, undefined);
    assertEquals(readdirSync(folder), [], "nothing is left of what was kept");
  });

  test("tells the last bytes of a long output, and shows what is no text", async (launcher, folder) => {
    const script =
      "i=0; while [ $i -lt 900 ]; do echo 0123456789$i; i=$((i+1)); done; printf '\\303\\251\\351\\n'; exit 1";
    const { stdout } = (await run(launcher, shell(folder, script, { tailBytes: 1000 }))).tails!;
    assert(stdout!.endsWith("0123456789899\né\\xe9\n"), stdout!.slice(-40));
    assertEquals(stdout!.length, 1000 - 1 + 3); // é has two bytes; the four characters \xe9 are one.
  });

  test("keeps what tasks say apart that run at once", async (launcher, folder) => {
    const scripts = Array.from({ length: 6 }, (_, i) => `for n in 1 2 3 4 5; do echo ${i}; done; exit 1`);
    const told = await Promise.all(scripts.map((script) => run(launcher, shell(folder, script, { tailBytes }))));
    assertEquals(told.map(({ tails }) => tails?.stdout), scripts.map((_, i) => `${i}\n`.repeat(5)));
  });

  test("tells the end of a task that was stopped, whatever its exit code is", async (launcher, folder) => {
    const task = launch(
      launcher,
      shell(folder, "trap 'echo bye; exit 0' TERM; echo hi; touch up; while :; do sleep 0.01; done", { tailBytes }),
    );
    await until(() => textOf(`${folder}/up`) !== "" || readdirSync(folder).includes("up"));
    launcher.signal(task.key, "SIGTERM");
    const { exit, tails } = await task.over;
    assertEquals([exit, tails?.stdout], [{ code: 0 }, "hi\nbye\n"]);
  });
}

function testFiles(test: Register): void {
  test("reads the end of an output from its file", async (launcher, folder) => {
    const both = { stdout: `${folder}/o`, stderr: `${folder}/e` };
    const apart = await run(launcher, shell(folder, "echo out; echo err >&2; exit 1", { tailBytes, ...both }));
    assertEquals(apart.tails, { stdout: "out\n", stderr: "err\n" });
    const one = { stdout: `${folder}/b`, stderr: `${folder}/b` };
    const together = await run(launcher, shell(folder, "echo out; echo err >&2; exit 1", { tailBytes, ...one }));
    assertEquals(together.tails, { stdout: "out\nerr\n" });
    const mixed = await run(
      launcher,
      shell(folder, "echo out; echo err >&2; exit 1", { tailBytes, stderr: `${folder}/m` }),
    );
    assertEquals([mixed.tails, textOf(`${folder}/m`)], [{ stdout: "out\n", stderr: "err\n" }, "err\n"]);
    const gone = await run(launcher, shell(folder, "rm g; exit 1", { tailBytes, stdout: `${folder}/g` }));
    assertEquals([gone.tails!.stdout, gone.tails!.stderr], [undefined, ""]);
    assertStringIncludes(gone.tails!.problem!, `cannot read ${folder}/g: ENOENT`);
  });

  test("adds to a file where its plan says so, and tells of it what the task has added", async (launcher, folder) => {
    writeFileSync(`${folder}/log`, "before\n");
    const added = { stdout: `${folder}/log`, append: ["stdout"] as const, tailBytes };
    assertEquals((await run(launcher, shell(folder, "echo one", added))).exit, { code: 0 });
    assertEquals((await run(launcher, shell(folder, "echo two; exit 1", added))).tails, {
      stdout: "two\n",
      stderr: "",
    });
    assertEquals(textOf(`${folder}/log`), "before\none\ntwo\n");
    const shared = { stdout: `${folder}/log`, stderr: `${folder}/log`, append: ["stdout", "stderr"] as const };
    await run(launcher, shell(folder, "echo three; echo four >&2", shared));
    assertEquals(textOf(`${folder}/log`), "before\none\ntwo\nthree\nfour\n");
  });

  test("says why there is no end where nothing can be kept", async (launcher, folder) => {
    const { tails } = await run(launcher, shell(folder, "echo x; exit 1", { tailBytes }));
    assertEquals(tails, { problem: "what it said was not kept: there is no folder for it" });
  }, false);

  test("keeps the end of an endless output in bounded space", async (launcher, folder) => {
    const task = launch(launcher, planOf(folder, { program: "yes", args: ["0123456789"], tailBytes: 110 }));
    const pid = await task.started;
    let [most, written] = [0, 0];
    await until(() => {
      const { blocks, size } = spoolOf(pid, folder) ?? { blocks: 0, size: 0 };
      most = Math.max(most, blocks * 512);
      // Where no holes can be made, the file is cut again and again.
      if (size < written) return true;
      written = size;
      return written > 2 ** 29;
    });
    launcher.signal(task.key, "SIGKILL");
    assertStringIncludes((await task.over).tails!.stdout!, "0123456789\n0123456789\n");
    assert(most > 2 ** 20 && most < 2 ** 30, `${most} bytes were in use`);
  });
}

/** What the standard output of a task is written to, by the task or by this program. */
function spoolOf(pid: number, folder: string): { readonly blocks: number; readonly size: number } | undefined {
  const descriptors = [
    `/proc/${pid}/fd/1`,
    ...readdirSync("/proc/self/fd").map((descriptor) => `/proc/self/fd/${descriptor}`),
  ];
  const sizes = descriptors.map((path) => {
    const link = linkOf(path);
    const stat = link.startsWith(`${folder}/`) ? statSync(path, { throwIfNoEntry: false }) : undefined;
    return { blocks: stat?.blocks ?? 0, size: stat?.size ?? 0 };
  });
  return sizes.toSorted((a, b) => b.size - a.size)[0];
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ""; // It was closed meanwhile.
  }
}
