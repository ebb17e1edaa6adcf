/**
 * `qcgpj report html`: all of a run in one file.
 *
 * @module
 */

import { localZone } from "../../deno/host/machine.ts";
import { ranTasks, type TimedRun } from "../../report/figures/timed_run.ts";
import { readTimedRun } from "../../deno/files/runs/figures_reader.ts";
import { findRun } from "../../deno/files/runs/run_reader.ts";
import { renderReport, reportScript } from "../../report/html/report_page.ts";
import { criticalTasks } from "../../report/html/task_columns.ts";
import { groupFailures } from "../../report/look/failure_groups.ts";
import { nameOf } from "../../report/look/run_status.ts";
import { againCommand } from "../look/failures.ts";
import { wordsReader } from "../../deno/files/runs/words_reader.ts";
import { writeOutput } from "./output.ts";
import { onlyOutput, type ReportAction, type ReportRequest } from "./report_action.ts";

/** The action. */
export const htmlAction: ReportAction = {
  name: "html",
  usage: "OUT.html",
  does: "All of the run in one file that needs no network: what failed and why, what ran where, what to ask for.",
  takes: ["run"],
  run: writeHtml,
};

async function writeHtml({ words, options, terminal }: ReportRequest): Promise<number> {
  const out = onlyOutput("html OUT.html", words);
  const run = readTimedRun(findRun((options.get("run") as string | undefined) ?? "."), localZone());
  const { view, facts, timed } = run;
  const readWords = wordsReader(run);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(reportScript));
  const text = await renderReport({
    ...{ view, facts, readWords, timed },
    failures: groupFailures(view, readWords, nameOf),
    critical: criticalTasks([...view.jobs()], runTimes(timed)),
    again: againCommand(facts),
    scriptHash: new Uint8Array(hash).toBase64(),
  });
  await writeOutput(out, new TextEncoder().encode(text), terminal);
  return 0;
}

/** How long each task ran, all attempts together. */
function runTimes(timed: TimedRun): ReadonlyMap<string, number> {
  const ranMs = new Map<string, number>();
  for (const { name, beganAt, finishedAt, hasRun } of ranTasks(timed)) {
    if (hasRun) ranMs.set(name, (ranMs.get(name) ?? 0) + (finishedAt - beganAt) / 1000);
  }
  return ranMs;
}
