/**
 * The clock of the machine, in a program of its own.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";

const clock = new URL("../../src/deno/host/clock.ts", import.meta.url).href;

/** What a program says that has nothing to do but to wait for a timer. */
async function sayWoken(options: string): Promise<string> {
  const text = `import { SystemClock } from ${JSON.stringify(clock)};
    const clock = new SystemClock(${options});
    clock.wakeAt(clock.nowMs() + 500, () => console.log("woken"));`;
  const folder = await Deno.makeTempDir({ prefix: "clock-" });
  try {
    await Deno.writeTextFile(`${folder}/program.ts`, text);
    const args = ["run", "--no-check", "--no-config", `${folder}/program.ts`];
    const { code, stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
    assertEquals(code, 0);
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("SystemClock keeps a program alive until it has woken it, and only where it is to", async () => {
  assertEquals(await sayWoken(""), "woken\n");
  assertEquals(await sayWoken("{ staysAlive: false }"), "");
});
