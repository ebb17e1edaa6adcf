/**
 * Help, version and near misses, of the command line as a whole and of each command.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { commands } from "../../src/cli/commands.ts";
import { version } from "../../src/version.ts";
import { call, shell } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

Deno.test("qcgpj --help lists every command with what it does", async () => {
  const { code, out, err } = await call(["--help"]);
  assertEquals([code, err], [0, ""]);
  for (const { name } of commands) assertMatch(out, new RegExp(`^  ${name} +\\w`, "m"));
  assertStringIncludes(out, "Exit code: 0 all succeeded, 1 some did not, 2 wrong usage");
});

Deno.test("qcgpj COMMAND --help shows usage, all options and examples", async () => {
  for (const command of commands) {
    const { code, out, err } = await call([command.name, "--help"]);
    assertEquals([code, err], [0, ""], command.name);
    assertStringIncludes(out, `Usage: qcgpj ${command.name} ${command.usage}\n`);
    for (const { name } of command.options) assertStringIncludes(out, `--${name}`);
    assert(command.examples.length > 0, `${command.name} has no example`);
    for (const { line } of command.examples) assertStringIncludes(out, `  ${line}\n`);
    assertEquals(out.split("\n").filter((line) => line.length > 80 && !/^ {2}\S/.test(line)), [], command.name);
  }
});

Deno.test("qcgpj --version tells the version", async () => {
  assertEquals(await call(["--version"]), { code: 0, out: `qcgpj ${version}\n`, err: "" });
});

Deno.test("qcgpj without a command shows help on the standard error and exits with 2", async () => {
  const { code, out, err } = await call([]);
  assertEquals([code, out], [2, ""]);
  assertStringIncludes(err, "Usage: qcgpj COMMAND");
});

Deno.test("qcgpj suggests the near miss of a command, an option and a word", async () => {
  const wrong: [args: string[], told: string][] = [
    [["rnu"], 'There is no command "rnu" (did you mean "run"?)'],
    [["--verion"], 'There is no option "--verion" (did you mean "--version"?)'],
    [["service", "--fiel-path", "x"], 'Option "--fiel-path" is unknown (did you mean "--file-path"?)'],
    [["service", "--log", "wraning"], '(did you mean "warning"?)'],
    [["journal", "slavage", "."], '(did you mean "salvage"?)'],
  ];
  for (const [args, told] of wrong) {
    const { code, out, err } = await call(args);
    assertEquals([args, code, out], [args, 2, ""]);
    assertStringIncludes(err, told);
  }
});

Deno.test("qcgpj ends quietly when nobody reads its help to the end", async () => {
  await using scratch = new Scratch();
  for (const line of ["qcgpj service --help | head -1", "qcgpj service --help | true"]) {
    const { code, err } = await shell(line, scratch.path);
    assertEquals([code, err], [0, ""], line);
  }
});

Deno.test("qcgpj says that standard output cannot be written, and exits with 2", async () => {
  await using scratch = new Scratch();
  const { code, err } = await shell("qcgpj --help > /dev/full", scratch.path);
  assertEquals(code, 2);
  assertStringIncludes(err, "Cannot write to standard output: No space left on device");
});
