/**
 * What `qcgpj report` can do, one action for each word behind it.
 *
 * @module
 */

import type { OptionSpec, ParsedArguments } from "../../service/arguments.ts";
import type { Terminal } from "../command.ts";
import { onlyArgument } from "../only_argument.ts";

/** What an action was asked for. */
export interface ReportRequest {
  readonly options: ParsedArguments["options"];
  /** The words behind the action's name. */
  readonly words: readonly string[];
  readonly terminal: Terminal;
}

/** An action. */
export interface ReportAction {
  /** The word that chooses it. */
  readonly name: string;
  /** What stands behind it. */
  readonly usage: string;
  /** What it does, in a sentence. */
  readonly does: string;
  /** The options that it takes, by name; `report.ts` lists them. */
  readonly takes: readonly string[];
  /** Runs the action; returns the exit code. */
  readonly run: (request: ReportRequest) => number | Promise<number>;
}

/** The options that more than one action takes. */
export const detailsOption: OptionSpec = {
  name: "details",
  value: { kind: "flag" },
  help: "tells more: each task, or each core",
};
/** Chooses CSV. */
export const csvOption: OptionSpec = {
  name: "csv",
  value: { kind: "flag" },
  help: "writes CSV, for spreadsheets",
};

/**
 * The one file that a report goes to.
 *
 * @param usage What stands behind `qcgpj report`.
 * @param words The words behind the action's name.
 * @throws {UsageError} If there is none, or more.
 */
export function onlyOutput(usage: string, words: readonly string[]): string {
  return onlyArgument(words, `The file is missing; write qcgpj report ${usage}, or - for the standard output`);
}

/** Tells what has to be said beside every figure of a run. */
export function tellNotes({ notes }: { readonly notes?: () => readonly string[] }, terminal: Terminal): void {
  for (const note of notes?.() ?? []) terminal.err(`qcgpj report: ${note}\n`);
}
