/**
 * `qcgpj completion`: the scripts are right, and bash completes with the one for it.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { commands } from "../../src/cli/commands.ts";
import { call, shell } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

/** What bash offers for the last of some words, for each of several lines. */
async function completeAll(lines: readonly (readonly string[])[]): Promise<string[][]> {
  await using scratch = new Scratch();
  scratch.write("a file.json", "");
  Deno.mkdirSync(scratch.in("folder"));
  const asked = lines.map((words) => {
    const quoted = words.map((word) => `'${word}'`).join(" ");
    return `COMPREPLY=(); COMP_WORDS=(qcgpj ${quoted}); COMP_CWORD=${words.length}; _qcgpj; ` +
      'printf "%s\\n" "${COMPREPLY[@]}"; echo "next line"';
  });
  const line = `source <(qcgpj completion bash); ${asked.join("; ")}`;
  const { code, out, err } = await shell(line, scratch.path);
  assertEquals([code, err], [0, ""]);
  return out.split("next line\n").slice(0, -1).map((text) => text.split("\n").filter((one) => one !== ""));
}

/** The same for one line. */
async function complete(...words: string[]): Promise<string[]> {
  return (await completeAll([words]))[0]!;
}

Deno.test("qcgpj completion bash completes commands", async () => {
  assertEquals(await complete(""), [...commands.map(({ name }) => name), "--help", "--version"]);
  assertEquals(await complete("va"), ["validate"]);
});

Deno.test("qcgpj completion bash completes the options of every command", async () => {
  assertEquals(await complete("each", "--ke"), ["--keep-order"]);
  const offered = await completeAll(commands.map(({ name }) => [name, "--"]));
  for (const [index, { name, options }] of commands.entries()) {
    const wanted = new Set([...options.map((spec) => `--${spec.name}`), "--help"]);
    assertEquals(offered[index]!.toSorted(), [...wanted].toSorted(), name);
  }
});

Deno.test("qcgpj completion bash completes values, files, folders, programs and words", async () => {
  assertEquals(await complete("service", "--log", "warn"), ["warning"]);
  assertEquals(await complete("service", "--log", "=", "warn"), ["warning"]);
  assertEquals(await complete("each", "--wd", ""), ["folder"]);
  assertEquals(await complete("each", "-a", "a"), ["a file.json"]);
  assertEquals(await complete("each", "-j", ""), []);
  assert((await complete("each", "mkfif")).includes("mkfifo"));
  assertEquals(await complete("completion", ""), ["bash", "zsh", "fish"]);
  assertEquals((await complete("report", "ga")).toSorted(), ["gantt", "gantt-gaps", "gaps"]);
  assertEquals(await complete("journal", "salvage", "f"), ["folder"]);
  assertEquals(await complete("validate", "fol"), ["folder"]);
});

for (const name of ["bash", "zsh", "fish"]) {
  Deno.test({
    name: `qcgpj completion ${name} is a script that ${name} reads`,
    ignore: !isThere(name),
    fn: async () => {
      await using scratch = new Scratch();
      const { code, out } = await shell(`qcgpj completion ${name} > script && ${name} -n script`, scratch.path);
      assertEquals([code, out], [0, ""]);
    },
  });
}

Deno.test({
  name: "qcgpj completion fish completes commands and options",
  ignore: !isThere("fish"),
  fn: async () => {
    await using scratch = new Scratch();
    const line = `qcgpj completion fish > s; fish -c 'source s; complete -C"qcgpj pla"; complete -C"qcgpj each --kee"'`;
    const { out } = await shell(line, scratch.path);
    assertEquals(out.split("\n").map((text) => text.split("\t")[0]), ["plan", "--keep-order", ""]);
  },
});

Deno.test("qcgpj completion names the shells that there are", async () => {
  const { code, err } = await call(["completion", "fsih"]);
  assertEquals(code, 2);
  assertStringIncludes(err, 'There is no completion for "fsih" (did you mean "fish"?)');
});

function isThere(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
