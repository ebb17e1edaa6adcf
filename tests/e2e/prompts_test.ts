/**
 * With fewer flags than needed nothing prompts, and nothing raw is thrown: every option of an executor, every key of a job
 * and every option of every command is tried on a terminal, where Deno would ask, and off one.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { commandLine } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const project = new URL("../../", import.meta.url).pathname;
const program = `${project}tests/e2e/support/prompts_program.ts`;

const flagSets: readonly (readonly string[])[] = [
  ["--allow-run=date"],
  ["--allow-run", "--allow-read=.", "--allow-write=."],
  ["--allow-run=date,bash", "--allow-read", "--allow-write=.", "--allow-env=PATH"],
];

/** Tries all of a kind, and returns what Deno asked, what was raw, and whether it came to its end. */
async function tryAll(what: string, flags: readonly string[], onTerminal: boolean): Promise<string[]> {
  await using scratch = new Scratch();
  scratch.write("jobs.json", JSON.stringify({ name: "date", execution: { exec: "date", stdout: "out" } }));
  const earlier = new Deno.Command(commandLine[0]!, {
    args: [...commandLine.slice(1), "run", "jobs.json", "--wd", "earlier", "--quiet"],
    cwd: scratch.path,
  });
  assertEquals((await earlier.output()).code, 0);
  const own = ["run", ...flags, "--quiet", "--no-check", "--config", `${project}deno.json`, program, what];
  const words = [Deno.execPath(), ...own].map((word) => `'${word}'`).join(" ");
  const [command, args] = onTerminal ? ["script", ["-qec", words, "/dev/null"]] : [Deno.execPath(), own];
  const options = { args, cwd: scratch.path, stdin: "null", signal: AbortSignal.timeout(300_000) } as const;
  const { stdout, stderr } = await new Deno.Command(command, options).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  return text.split("\n").filter((line) => /requests .* access|Allow\?|RAW|NotCapable|all was tried/.test(line))
    .map((line) => line.trim());
}

for (const what of ["options", "jobs", "lines"]) {
  for (const flags of flagSets) {
    for (const onTerminal of [true, false]) {
      const where = onTerminal ? "on a terminal" : "off a terminal";
      Deno.test(`All ${what} with ${flags.join(" ")}: nothing prompts and nothing raw is thrown ${where}`, async () => {
        assertEquals(await tryAll(what, flags, onTerminal), ["all was tried"]);
      });
    }
  }
}
