/**
 * Streams and folders of tasks under a permission scope, against a neighbour that keeps swapping folders and links.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import type { ExecutorOptions } from "@qcg/pilotjob";
import { Confined } from "./support/confined.ts";

/** How long a swapper lives at most, whatever becomes of the test. */
const swapMsMax = 60_000;

/** Swaps the folder `flip` and a link of that name to `../outside`, again and again; the folder it stands in is its argument. */
const swapper = `
const [folder, ms] = Deno.args; Deno.chdir(folder); const endMs = Date.now() + Number(ms);
let made = 0;
function move(from, to) {
  while (Date.now() < endMs) {
    try { return Deno.renameSync(from, to); } catch { /* A task has had its folder made meanwhile. */ }
    try { Deno.renameSync(to, "made-" + made++); } catch { /* It was not that. */ }
  }
}
while (Date.now() < endMs) {
  try { Deno.statSync("../stop"); break; } catch { /* Not yet. */ }
  for (let turn = 0; turn < 50; turn++) {
    move("flip", "aside"); move("link", "flip"); move("flip", "link"); move("aside", "flip");
  }
}`;

/** Runs something while another process swaps `work/flip`, a folder with a file, and a link to `outside`. */
async function whileSwapped({ scratch }: Confined, act: () => Promise<void>): Promise<void> {
  Deno.mkdirSync(scratch.in("outside/deep"), { recursive: true });
  Deno.mkdirSync(scratch.in("work/flip"));
  Deno.symlinkSync("../outside", scratch.in("work/link"));
  scratch.write("outside/precious", "precious");
  scratch.write("work/flip/precious", "inside");
  scratch.write("swapper.ts", swapper);
  const args = ["run", "--quiet", "--no-config", "-A", scratch.in("swapper.ts"), scratch.in("work"), `${swapMsMax}`];
  await using process = new Deno.Command(Deno.execPath(), { args }).spawn();
  try {
    await act();
  } finally {
    scratch.write("stop", "");
    await process.status;
  }
}

/** Runs as many jobs as a few seconds allow, each with streams below `flip`. */
async function launchMany(
  confined: Confined,
  count: number,
): Promise<{ readonly succeeded: number; readonly all: number }> {
  const { manager } = confined.executor;
  manager.submit({
    name: "w",
    execution: {
      exec: "sh",
      args: ["-c", "cat; echo written"],
      stdin: "flip/precious",
      stdout: "flip/new-${it}",
      stderr: "flip/made-${it}/new",
    },
    iteration: { stop: count / 2 },
  });
  manager.submit({
    name: "p",
    execution: { exec: "sh", args: ["-c", "echo written"], stdout: "flip/precious", wd: "." },
    iteration: { stop: count / 2 },
    maxRunning: 2,
  });
  await manager.wait4(["w", "p"]);
  const states = Object.values(manager.info(["w", "p"], { withChilds: true }).jobs).flatMap(({ data }) =>
    data.childs ?? []
  )
    .map(({ state }) => state);
  return { succeeded: states.filter((state) => state === "SUCCEED").length, all: states.length };
}

/** What lies outside: names, and the text of the one file that was there. */
function outsideOf({ scratch }: Confined): string[] {
  const names = [scratch.in("outside"), scratch.in("outside/deep")].flatMap((folder) =>
    Array.from(Deno.readDirSync(folder), ({ name }) => name)
  );
  return [...names.sort(), scratch.read("outside/precious")];
}

const untouched = ["deep", "precious", "precious"];

const launchers: readonly (readonly [string, ExecutorOptions])[] = [
  ["the keeper", {}],
  ["the native launcher", { launcher: "native" }],
];

for (const [name, options] of launchers) {
  Deno.test(`A scope with ${name}: no stream is opened outside while folders and links are swapped`, async () => {
    await using confined = new Confined(() => ({
      permissions: { run: ["sh", "cat"], read: ["."], write: ["."] },
      durability: "memory",
      ...options,
    }));
    await whileSwapped(confined, async () => {
      const { succeeded, all } = await launchMany(confined, 400);
      assert(succeeded > 0 && succeeded < all, `${succeeded} of ${all} found a folder, the others a link`);
    });
    assertEquals(outsideOf(confined), untouched);
  });
}
