/**
 * The front door: help, version, near misses and exit codes, without a process.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Command } from "../../../src/cli/command.ts";
import { commandGroups, commands } from "../../../src/cli/commands.ts";
import { formatCommandHelp, formatGeneralHelp } from "../../../src/cli/help.ts";
import { main } from "../../../src/cli/main.ts";
import { MemoryTerminal } from "./support.ts";

async function call(...args: readonly string[]): Promise<[code: number, out: string, err: string]> {
  const terminal = new MemoryTerminal();
  return [await main(args, terminal), terminal.written, terminal.complaints];
}

const command: Command = {
  name: "sort",
  summary: "puts lines in order",
  usage: "FILE [OPTION …]",
  details: ["The order is that of code points, whatever the language of the system may say about it, always."],
  examples: [{ line: "qcgpj sort a", does: "Sorts a file." }],
  options: [
    { name: "reverse", short: "r", value: { kind: "flag" }, help: "the other way round" },
    { name: "key", value: { kind: "text" }, placeholder: "NAME", default: "all", help: "what to sort by" },
    { name: "net", value: { kind: "flag" }, help: "over the network", later: "the network interface" },
  ],
  run: () => Promise.resolve(0),
};

Deno.test("formatCommandHelp() shows all that a command says about itself, wrapped", () => {
  assertEquals(
    formatCommandHelp(command, 60),
    `Puts lines in order.

Usage: qcgpj sort FILE [OPTION …]

The order is that of code points, whatever the language of
the system may say about it, always.

Options:
  -r, --reverse  the other way round
  --key NAME     what to sort by (default: all)
  --net          over the network; needs the network
                 interface, so it has no effect yet
  -h, --help     shows this help

Examples:
  qcgpj sort a
      Sorts a file.
`,
  );
});

Deno.test("formatCommandHelp() puts options under their headings, and those without one at the end", () => {
  const [reverse, key, net] = command.options.map((spec, i) => i === 1 ? spec : { ...spec, section: "How" });
  const help = formatCommandHelp({ ...command, options: [key!, reverse!, net!] }, 100);
  const lists = "How:\n  -r, --reverse  the other way round\n" +
    "  --net          over the network; needs the network interface, so it has no effect yet\n\n" +
    "Options:\n  --key NAME     what to sort by (default: all)\n  -h, --help     shows this help\n\nExamples:\n";
  assertStringIncludes(help, lists);
});

Deno.test("formatGeneralHelp() lists commands and is not wider than the terminal", () => {
  const groups = [
    { title: "Sort", commands: [command] },
    { title: "Turn round", commands: [{ ...command, name: "reverse" }] },
  ];
  const help = formatGeneralHelp(groups, 60);
  const lists = "Sort:\n  sort     puts lines in order\n\nTurn round:\n  reverse  puts lines in order\n\nOptions:\n";
  assertStringIncludes(help, lists);
  assert(help.split("\n").every((line) => line.length <= 60), help);
});

Deno.test("main() writes help to the standard output, and to the standard error when nothing was asked for", async () => {
  const help = formatGeneralHelp(commandGroups, 80);
  for (const word of ["--help", "-h", "help"]) assertEquals(await call(word), [0, help, ""]);
  assertEquals(await call(), [2, "", help]);
});

Deno.test("Every command tells its exit codes", () => {
  const silent = commands.filter(({ details }) => !details.some((text) => text.startsWith("Exit code: 0 ")));
  assertEquals(silent.map(({ name }) => name), []);
});

Deno.test("main() takes help COMMAND for COMMAND --help", async () => {
  const plan = commands.find(({ name }) => name === "plan")!;
  assertEquals(await call("help", "plan"), [0, formatCommandHelp(plan, 80), ""]);
  const [code, , err] = await call("help", "plam");
  assertEquals(code, 2);
  assertStringIncludes(err, 'There is no command "plam" (did you mean "plan"?)');
});

Deno.test("main() finds --help wherever it stands before --", async () => {
  const [code, out] = await call("journal", "salvage", "x", "-h");
  assertEquals([code, out.includes("Usage: qcgpj journal")], [0, true]);
  const [otherCode, otherOut, err] = await call("journal", "--", "--help");
  assertEquals([otherCode, otherOut], [2, ""]);
  assertStringIncludes(err, '"--help" is nothing that can be done with a journal');
});

Deno.test("main() says which command was called, and where to read on", async () => {
  assertEquals(await call("journal", "--nope"), [
    2,
    "",
    'qcgpj journal: Option "--nope" is unknown; --help lists all options; see qcgpj journal --help\n',
  ]);
});

Deno.test("main() does not take a refusal by the system or by Deno's permissions for our bug", async () => {
  const full = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  for (const refusal of [full, new Deno.errors.NotCapable("Requires env access")]) {
    const terminal = new MemoryTerminal();
    terminal.columns = () => {
      throw refusal;
    };
    assertEquals(await main(["journal", "--help"], terminal), 2);
    assertEquals(terminal.complaints, `qcgpj journal: The system refuses: ${refusal.message}\n`);
  }
});

Deno.test("main() takes a thrown error that is none of ours for our bug, and exits with 70", async () => {
  const terminal = new MemoryTerminal();
  terminal.columns = () => {
    throw new Error("planted");
  };
  assertEquals(await main(["journal", "--help"], terminal), 70);
  assertStringIncludes(terminal.complaints, "qcgpj journal: This is a bug of qcgpj");
  assertStringIncludes(terminal.complaints, "Error: planted");
});
