/**
 * What the options of `qcgpj each` about outputs mean.
 *
 * @module
 */

import { isInSlurm } from "../../api/choose_resources.ts";
import { currentDirectory } from "../../deno/host/machine.ts";
import type { ParsedArguments } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";

/** What becomes of the outputs. */
export interface OutputOptions {
  readonly keepOrder: boolean;
  /** What each line begins with, placeholders not filled in; absent for nothing. */
  readonly tag?: string;
  /** When output is printed: in one piece at the end of its task, line by line while it runs, or as it comes. */
  readonly printing: "whole" | "lines" | "raw";
  /** Where commands are printed: before the output, when the task starts on standard error, or both. */
  readonly shows: { readonly beforeOutput: boolean; readonly atStart: boolean };
  /** Where the outputs are kept; absent when they are printed only. */
  readonly results?: string;
  /** Whether it is shown how far the sweep is. */
  readonly showsProgress: boolean;
  readonly jobLog?: string;
  /** How much of the end of each output is kept of a task that fails, in bytes; absent for the usual. */
  readonly tailBytes?: number;
  /** Where outputs are kept until they are printed. */
  readonly temporary?: string;
}

type Options = ParsedArguments["options"];

/** Reads the options. */
export function parseOutputOptions(options: Options): OutputOptions {
  const text = (name: string) => options.get(name) as string | undefined;
  const jobLog = text("joblog");
  const tailBytes = options.get("tail-bytes") as number | undefined;
  // As with GNU parallel, an empty text is no tag.
  const tag = text("tagstring") || (options.has("tag") ? "{}" : undefined);
  const printing = options.has("ungroup") ? "raw" : options.has("line-buffer") ? "lines" : "whole";
  if (printing === "raw" && tag !== undefined) {
    const option = options.has("tag") ? "--tag" : "--tagstring";
    throw new UsageError(`${option} begins lines, and --ungroup prints parts of lines; write --line-buffer instead`, {
      option,
    });
  }
  if (options.has("group") && printing !== "whole") {
    const option = printing === "raw" ? "--ungroup" : "--line-buffer";
    throw new UsageError(`--group and ${option} contradict one another; leave out one`, { option });
  }
  const results = text("results");
  const idle = ["line-buffer", "ungroup", "tag", "tagstring", "print-command"].find((name) => options.has(name));
  if (results !== undefined && idle !== undefined) {
    throw new UsageError(
      `--results keeps outputs and prints none of them, so --${idle} has nothing to do; leave out one`,
      {
        option: `--${idle}`,
      },
    );
  }
  // Tasks on other nodes write to the same files.
  const temporary = text("tmpdir") ?? (isInSlurm() ? currentDirectory() : undefined);
  return {
    keepOrder: options.has("keep-order") && !options.has("no-keep-order"),
    printing,
    showsProgress: options.has("progress"),
    shows: { beforeOutput: options.has("print-command"), atStart: options.has("verbose") },
    ...(tag === undefined ? {} : { tag }),
    ...(results === undefined ? {} : { results }),
    ...(jobLog === undefined ? {} : { jobLog }),
    ...(tailBytes === undefined ? {} : { tailBytes }),
    ...(temporary === undefined ? {} : { temporary }),
  };
}
