/**
 * `qcgpj report html`: all of a run in one file.
 *
 * @module
 */

import { localZone } from "../../deno/host/machine.ts";
import { taskCount } from "../../job/description.ts";
import { findRun, readRun } from "../../deno/files/run_reader.ts";
import { findCriticalPath } from "../../report/critical_path.ts";
import { timeView } from "../../report/figures/view_run.ts";
import { jobsAfter } from "../../report/forecast.ts";
import { renderReport, reportScript } from "../../report/html/report_page.ts";
import { type CriticalTask, tasksOfPath } from "../../report/html/task_columns.ts";
import { groupFailures } from "../../report/look/failure_groups.ts";
import { nameOf } from "../../report/look/run_status.ts";
import type { RunView } from "../../report/look/run_view.ts";
import { againCommand } from "../look/failures.ts";
import { wordsReader } from "../../deno/files/words_reader.ts";
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
  const run = readRun(findRun((options.get("run") as string | undefined) ?? "."));
  const { view, facts } = run;
  const readWords = wordsReader(run);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(reportScript));
  const text = renderReport({
    ...{ view, facts, readWords, timed: timeView(view, facts, localZone()) },
    failures: groupFailures(view, readWords, nameOf),
    critical: criticalTasks(view),
    again: againCommand(facts),
    scriptHash: new Uint8Array(hash).toBase64(),
  });
  await writeOutput(out, new TextEncoder().encode(text), terminal);
  return 0;
}

/** The chain of tasks that took longest, where tasks depend on others. */
function criticalTasks(view: RunView): CriticalTask[] {
  const jobs = [...view.jobs()];
  if (jobs.every((job) => jobsAfter(job).length === 0)) return [];
  const path = findCriticalPath(jobs.map((job) => {
    let length = 0;
    for (let task = job.firstTask; task < job.firstTask + taskCount(job.description); task++) {
      const { startedAtMs, endedAtMs } = view.ledger.task(task);
      if (startedAtMs !== undefined && endedAtMs !== undefined) length = Math.max(length, endedAtMs - startedAtMs);
    }
    return { id: job.id, after: jobsAfter(job), length };
  }));
  return tasksOfPath(view, path);
}
