/**
 * The texts of `--help`, made of what the commands say about themselves.
 *
 * @module
 */

import { padToWidth, textWidth } from "../base/columns.ts";
import { type OptionSpec, spell } from "../service/arguments.ts";
import type { Command } from "./command.ts";

/** The word that the command line is called by. */
export const programName = "qcgpj";

/** Every command knows this option; it need not be in the command's own list. */
export const helpOption: OptionSpec = { name: "help", short: "h", value: { kind: "flag" }, help: "shows this help" };

/** Texts are not made wider than this, however wide the terminal. */
const widthMax = 100;
/** Names of options longer than this stand in a line of their own. */
const nameColumn = 28;
/** The heading of options that have none. */
const lastSection = "Options";

/** Commands under one heading. */
export interface CommandGroup {
  /** The heading. */
  readonly title: string;
  /** The commands, in the order of help. */
  readonly commands: readonly Command[];
}

/**
 * Writes what `qcgpj --help` shows.
 *
 * @param groups All commands, in the order to be listed.
 * @param columns Columns of the terminal.
 */
export function formatGeneralHelp(groups: readonly CommandGroup[], columns: number): string {
  const width = Math.min(columns, widthMax);
  const commands = groups.flatMap((group) => group.commands);
  const lines = formatRows(commands.map(({ name, summary }) => [name, summary] as const), width, 2);
  const linesOf = (command: Command) => lines[commands.indexOf(command)]!;
  // Of the first two commands under each heading.
  const examples = groups.flatMap((group) => group.commands.slice(0, 2)).flatMap((command) =>
    command.examples.slice(0, 1)
  );
  const options = formatRows([["-h, --help", "shows this help"], ["--version", "shows the version"]], width, 2);
  return join([
    wrap("Runs many command-line tasks, with needs and an order among them, on the cores that there are.", width),
    `Usage: ${programName} COMMAND [OPTION …] [ARGUMENT …]`,
    ...groups.map(({ title, commands }) => [`${title}:`, ...commands.flatMap(linesOf)].join("\n")),
    ["Options:", ...options.flat()].join("\n"),
    ["Examples:", ...examples.flatMap((one) => formatExample(one, width))].join("\n"),
    wrap(
      `Exit code: 0 all succeeded, 1 some did not, 2 wrong usage or a bad file, 70 a fault of ${programName} itself. ` +
        `Data goes to standard output, everything else to standard error. See ${programName} COMMAND --help.`,
      width,
    ),
  ]);
}

/**
 * Writes what `qcgpj COMMAND --help` shows.
 *
 * @param command The command.
 * @param columns Columns of the terminal.
 */
export function formatCommandHelp(command: Command, columns: number): string {
  const width = Math.min(columns, widthMax);
  return join([
    wrap(`${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`, width),
    `Usage: ${programName} ${command.name} ${command.usage}`,
    ...command.details.map((paragraph) => wrap(paragraph, width)),
    ...formatOptions(command, width),
    ["Examples:", ...command.examples.flatMap((one) => formatExample(one, width))].join("\n"),
  ]);
}

/** Writes the options under their headings, in the order in which these come first. */
function formatOptions(command: Command, width: number): string[] {
  const options = [...command.options.filter(({ name }) => name !== helpOption.name), helpOption];
  const rows = options.map((spec) => [describeName(spec), describeOption(spec)] as const);
  const lines = formatRows(rows, width, 2);
  const sections = new Map<string, string[]>();
  for (const [i, { section = lastSection }] of options.entries()) {
    sections.set(section, [...sections.get(section) ?? [], ...lines[i]!]);
  }
  const isLast = ([section]: readonly [string, unknown]) => section === lastSection;
  const ordered = [...sections].toSorted((a, b) => Number(isLast(a)) - Number(isLast(b)));
  return ordered.map(([section, all]) => [`${section}:`, ...all].join("\n"));
}

function join(paragraphs: readonly string[]): string {
  return `${paragraphs.join("\n\n")}\n`;
}

function describeName(spec: OptionSpec): string {
  const short = spec.short === undefined ? "" : `-${spec.short}, `;
  return `${short}${spell(spec)}${spec.placeholder === undefined ? "" : ` ${spec.placeholder}`}`;
}

function describeOption({ help, default: preset, later }: OptionSpec): string {
  const presetText = preset === undefined ? "" : ` (default: ${preset})`;
  return `${help}${presetText}${later === undefined ? "" : `; needs ${later}, so it has no effect yet`}`;
}

function formatExample({ line, does }: Command["examples"][number], width: number): string[] {
  return [`  ${line}`, ...wrap(does, width - 6).split("\n").map((part) => `      ${part}`)];
}

/** Writes two columns; the second one is wrapped. Gives the lines of each row. */
function formatRows(
  rows: readonly (readonly [name: string, text: string])[],
  width: number,
  indent: number,
): string[][] {
  const longest = Math.max(...rows.map(([name]) => textWidth(name)).filter((width) => width <= nameColumn));
  const column = indent + longest + 2;
  return rows.map(([name, text]) => {
    const [first = "", ...more] = wrap(text, Math.max(20, width - column)).split("\n");
    const head = " ".repeat(indent) + name;
    const lines = textWidth(name) > longest ? [head, " ".repeat(column) + first] : [padToWidth(head, column) + first];
    return [...lines, ...more.map((line) => " ".repeat(column) + line)];
  });
}

/** Breaks a text into lines at blanks. */
function wrap(text: string, width: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (textWidth(line) + 1 + textWidth(word) <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
