/**
 * A neighbour that keeps swapping a folder and a link, for tests of what a permission scope holds.
 *
 * @module
 */

import { delay } from "@std/async/delay";
import { PermissionScopeError } from "@qcg/pilotjob";
import type { Confined } from "./confined.ts";

/** How long a swapper lives at most, whatever becomes of the test. */
const swapMsMax = 60_000;

/** Swaps `flip` and a link to `../outside` in the folder that it is given, until there is a file `stop` beside it. */
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

/** Makes `work/flip`, a folder with a file, `outside`, with another one, and `work/link`, which leads there. */
export function makeSwapped({ scratch }: Confined): void {
  Deno.mkdirSync(scratch.in("outside"));
  Deno.mkdirSync(scratch.in("work/flip"));
  Deno.symlinkSync("../outside", scratch.in("work/link"));
  scratch.write("outside/precious", "precious");
  scratch.write("work/flip/precious", "inside");
}

/** Runs something while another process swaps the folder and the link. */
export async function whileSwapped(confined: Confined, act: () => Promise<void>): Promise<void> {
  const { scratch } = confined;
  makeSwapped(confined);
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

/** What lies outside: names, and the text of the one file that was there. */
export function outsideOf({ scratch }: Confined): string[] {
  const names = Array.from(Deno.readDirSync(scratch.in("outside")), ({ name }) => name);
  return [...names.sort(), scratch.read("outside/precious")];
}

/** What {@linkcode outsideOf} tells when nothing was done there. */
export const untouched: readonly string[] = ["precious", "precious"];

/** Does what is refused while the folder is a link, as soon as it is none. */
export async function whenAllowed(act: () => void): Promise<void> {
  for (let left = 10_000; left > 0; left--) {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof PermissionScopeError) || left === 1) throw error;
      await delay(1);
    }
  }
}
