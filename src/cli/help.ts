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

/**
 * Writes what `qcgpj --help` shows.
 *
 * @param commands All commands, in the order to be listed.
 * @param columns Columns of the terminal.
 */
export function formatGeneralHelp(commands: readonly Command[], columns: number): string {
  const width = Math.min(columns, widthMax);
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return join([
    wrap("Runs many command-line tasks, with needs and an order among them, on the cores that there are.", width),
    `Usage: ${programName} COMMAND [OPTION …] [ARGUMENT …]`,
    ["Commands:", ...formatRows(rows, width, 2)].join("\n"),
    ["Options:", ...formatRows([["-h, --help", "shows this help"], ["--version", "shows the version"]], width, 2)]
      .join("\n"),
    [
      "Examples:",
      ...commands.flatMap(({ examples }) => examples.slice(0, 1)).flatMap((one) => formatExample(one, width)),
    ]
      .join("\n"),
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
  const options = [...command.options.filter(({ name }) => name !== helpOption.name), helpOption];
  const rows = options.map((spec) => [describeName(spec), describeOption(spec)] as const);
  return join([
    wrap(`${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`, width),
    `Usage: ${programName} ${command.name} ${command.usage}`,
    ...command.details.map((paragraph) => wrap(paragraph, width)),
    ["Options:", ...formatRows(rows, width, 2)].join("\n"),
    ["Examples:", ...command.examples.flatMap((one) => formatExample(one, width))].join("\n"),
  ]);
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

/** Writes two columns; the second one is wrapped. */
function formatRows(rows: readonly (readonly [name: string, text: string])[], width: number, indent: number): string[] {
  const longest = Math.max(...rows.map(([name]) => textWidth(name)).filter((width) => width <= nameColumn));
  const column = indent + longest + 2;
  return rows.flatMap(([name, text]) => {
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
