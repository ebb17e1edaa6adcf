/**
 * `qcgpj report compare`: runs side by side.
 *
 * @module
 */

import { basename, resolve } from "@std/path";
import { findFigureSource } from "../../deno/files/runs/figures_reader.ts";
import { currentDirectory, localZone } from "../../deno/host/machine.ts";
import { compareRuns } from "../../report/compare/compare_runs.ts";
import { comparisonLines, comparisonTable } from "../../report/compare/comparison_text.ts";
import { csvLines, tableJson } from "../../report/figures/table.ts";
import { renderPicture } from "../../report/pictures/picture.ts";
import { scalingPicture } from "../../report/pictures/scaling_picture.ts";
import type { OptionSpec } from "../../service/arguments.ts";
import { UsageError } from "../../service/usage.ts";
import { writePieces } from "../look/tasks.ts";
import { pictureFormat, writePicture } from "./output.ts";
import type { ReportAction, ReportRequest } from "./report_action.ts";

/** The options of comparisons. */
export const compareOptions: readonly OptionSpec[] = [{
  name: "picture",
  value: { kind: "text" },
  placeholder: "FILE",
  help: "compare: draws the speed-up over the first run, as SVG or, if FILE ends in .png, as PNG",
}];

/** The action. */
export const compareAction: ReportAction = {
  name: "compare",
  usage: "DIR DIR …",
  does: "Runs side by side: lengths, costs, failures, run times by job, speed-up over the first.",
  takes: ["json", "csv", "picture"],
  run: compare,
};

async function compare({ words, options, terminal }: ReportRequest): Promise<number> {
  if (words.length < 2) throw new UsageError("Two runs or more are needed; write qcgpj report compare DIR DIR …");
  if (options.has("json") && options.has("csv")) {
    throw new UsageError("--json and --csv cannot both be given", { option: "--csv" });
  }
  const picture = options.get("picture") as string | undefined;
  const format = picture === undefined ? "svg" : pictureFormat(picture);
  const zone = localZone();
  const names = namesOf(words);
  const runs = compareRuns(words.map((word, index) => [names[index]!, findFigureSource(word, zone).read()] as const));
  if (picture !== undefined) {
    await writePicture(picture, renderPicture(scalingPicture(runs)), format, terminal);
    if (picture === "-") return 0;
  }
  const lines = () => comparisonLines(runs).map((line) => `${line}\n`);
  const table = options.has("json") || options.has("csv") ? comparisonTable(runs) : undefined;
  writePieces(table === undefined ? lines() : options.has("csv") ? csvLines(table) : tableJson(table), terminal);
  return 0;
}

/** The last parts of the paths, or as much of them as tells the runs apart. */
function namesOf(words: readonly string[]): readonly string[] {
  const short = words.map((word) => basename(resolve(currentDirectory(), word)));
  return new Set(short).size === short.length ? short : words;
}
