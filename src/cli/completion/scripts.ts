/**
 * The scripts that complete our command lines, made of what the commands say about themselves.
 *
 * @module
 */

import { shellQuote } from "../../base/shell_quote.ts";
import { type OptionSpec, spell } from "../../service/arguments.ts";
import type { Command } from "../command.ts";
import { helpOption, programName } from "../help.ts";

/** What an option's value is completed with. */
type Values = { readonly kind: "none" | "words" | "files" | "folders"; readonly words: readonly string[] };

function valuesOf({ value, placeholder = "" }: OptionSpec): Values {
  if (value.kind === "choice") return { kind: "words", words: value.choices };
  if (/DIR/.test(placeholder)) return { kind: "folders", words: [] };
  if (/FILE|PATH/.test(placeholder)) return { kind: "files", words: [] };
  return { kind: "none", words: [] };
}

function optionsOf({ options }: Command): readonly OptionSpec[] {
  return [...options.filter(({ name }) => name !== helpOption.name), helpOption];
}

function namesOf(spec: OptionSpec): string[] {
  return [spell(spec), ...(spec.short === undefined ? [] : [`-${spec.short}`])];
}

/** The words of which one stands behind a command, such as `bash|zsh|fish` of its usage; none where there are no such. */
function argumentWords({ usage, actions }: Command): readonly string[] {
  if (actions !== undefined) return actions;
  const [first = ""] = usage.split(" ");
  return first.split("|").filter((word) => /^[a-z]+$/.test(word));
}

/** A script for bash. */
export function bashCompletion(commands: readonly Command[]): string {
  const words = (list: readonly string[]) => shellQuote(list.join(" "));
  // Names of files may have blanks in them, so only line ends part them.
  const paths = (kind: "-f" | "-d") =>
    `compopt -o filenames 2>/dev/null; local IFS=$'\\n'; COMPREPLY=($(compgen ${kind} -- "$word"))`;
  const generated = { none: "COMPREPLY=()", words: "", files: paths("-f"), folders: paths("-d") };
  const perCommand = commands.map((command) => {
    const valued = optionsOf(command).filter(({ value }) => value.kind !== "flag").map((spec) => {
      const { kind, words: choices } = valuesOf(spec);
      const act = kind === "words" ? `COMPREPLY=($(compgen -W ${words(choices)} -- "$word"))` : generated[kind];
      return `        ${namesOf(spec).join("|")}) ${act}; return ;;`;
    });
    const all = optionsOf(command).flatMap((spec) => spec.value.kind === "flag" ? namesOf(spec) : [spell(spec)]);
    const others = argumentWords(command);
    // Behind the options of a command that runs another one stands the name of a program.
    const rest = command.looksForHelp
      ? 'COMPREPLY=($(compgen -c -- "$word"))'
      : others.length > 0
      ? `if (( COMP_CWORD == 2 )); then COMPREPLY=($(compgen -W ${
        words(others)
      } -- "$word")); else ${generated.files}; fi`
      : generated.files;
    return [
      `    ${command.name})`,
      '      case "$before" in',
      ...valued,
      "      esac",
      `      if [[ "$word" == -* ]]; then COMPREPLY=($(compgen -W ${words(all)} -- "$word"))`,
      `      else ${rest}; fi ;;`,
    ].join("\n");
  });
  return [
    `_${programName}() {`,
    // Bash takes `=` for a word of its own.
    '  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
    '  if [[ "$word" == "=" ]]; then word=""; elif [[ "$before" == "=" ]]; then before="${COMP_WORDS[COMP_CWORD-2]}"; fi',
    "  COMPREPLY=()",
    "  if (( COMP_CWORD == 1 )); then",
    `    COMPREPLY=($(compgen -W ${words([...commands.map(({ name }) => name), "--help", "--version"])} -- "$word"))`,
    "    return",
    "  fi",
    '  case "${COMP_WORDS[1]}" in',
    ...perCommand,
    "  esac",
    "}",
    `complete -o bashdefault -o default -F _${programName} ${programName}`,
    "",
  ].join("\n");
}

/** A script for zsh. */
export function zshCompletion(commands: readonly Command[]): string {
  // In a specification of _arguments a colon parts the fields, and brackets hold the text.
  const text = (help: string) => help.replaceAll(/[\\[\]:]/g, "\\$&");
  const specification = (spec: OptionSpec) => {
    const { kind, words } = valuesOf(spec);
    const action = { none: " ", words: `(${words.join(" ")})`, files: "_files", folders: "_files -/" }[kind];
    const value = spec.value.kind === "flag" ? "" : `:${text((spec.placeholder ?? "value").toLowerCase())}:${action}`;
    const names = namesOf(spec);
    return names.map((name) => {
      const glue = spec.value.kind === "flag" ? "" : name.startsWith("--") ? "=" : "+";
      return shellQuote(`(${names.join(" ")})${name}${glue}[${text(spec.help)}]${value}`);
    });
  };
  const perCommand = commands.map((command) => {
    const others = argumentWords(command);
    const rest = command.looksForHelp
      ? ["'1: :_command_names -e'", "'*: :_files'"]
      : others.length > 0
      ? [shellQuote(`1: :(${others.join(" ")})`), "'*: :_files'"]
      : ["'*: :_files'"];
    const lines = [...optionsOf(command).flatMap(specification), ...rest].map((one) => `        ${one}`);
    return `    ${command.name})\n      _arguments -s \\\n${lines.join(" \\\n")} ;;`;
  });
  return [
    `#compdef ${programName}`,
    `_${programName}() {`,
    "  local -a commands",
    "  commands=(",
    ...commands.map(({ name, summary }) => `    ${shellQuote(`${name}:${text(summary)}`)}`),
    "  )",
    "  if (( CURRENT == 2 )); then",
    "    _describe command commands",
    "    return",
    "  fi",
    "  local command=$words[2]",
    "  shift words",
    "  (( CURRENT-- ))",
    "  case $command in",
    ...perCommand,
    "  esac",
    "}",
    `compdef _${programName} ${programName}`,
    "",
  ].join("\n");
}

/** A script for fish. */
export function fishCompletion(commands: readonly Command[]): string {
  const quote = (text: string) => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
  const line = (condition: string, ...rest: readonly string[]) =>
    [`complete -c ${programName}`, "-n", quote(condition), ...rest].join(" ");
  const perCommand = commands.flatMap((command) => {
    const condition = `__fish_seen_subcommand_from ${command.name}`;
    const others = argumentWords(command);
    return [
      line("__fish_use_subcommand", "-f", "-a", command.name, "-d", quote(command.summary)),
      ...optionsOf(command).map((spec) => {
        const { kind, words } = valuesOf(spec);
        const flags = {
          none: ["-x"],
          words: ["-x", "-a", quote(words.join(" "))],
          files: ["-r", "-F"],
          folders: ["-x", "-a", quote("(__fish_complete_directories)")],
        }[kind];
        const value = spec.value.kind === "flag" ? [] : flags;
        const short = spec.short === undefined ? [] : ["-s", spec.short];
        return line(condition, ...short, "-l", spec.name, ...value, "-d", quote(spec.help));
      }),
      ...(others.length > 0
        ? [
          line(
            `${condition}; and not __fish_seen_subcommand_from ${others.join(" ")}`,
            "-f",
            "-a",
            quote(others.join(" ")),
          ),
        ]
        : []),
    ];
  });
  return [...perCommand, ""].join("\n");
}
