/**
 * `qcgpj report trace`: a run for the trace viewers of Chrome and Perfetto.
 *
 * @module
 */

import { localZone } from "../../deno/host/machine.ts";
import { readTimedRun, runNotes } from "../../deno/files/runs/figures_reader.ts";
import { findRun } from "../../deno/files/runs/run_reader.ts";
import { pictureRun } from "../../report/pictures/pictured_run.ts";
import { traceLines } from "../../report/trace_events.ts";
import { writeOutput } from "./output.ts";
import { onlyOutput, type ReportAction, type ReportRequest, tellNotes } from "./report_action.ts";

/** The action. */
export const traceAction: ReportAction = {
  name: "trace",
  usage: "OUT.json",
  does: "What ran where for chrome://tracing and ui.perfetto.dev: nodes, cores, tasks, what waits for what.",
  takes: ["run"],
  run: writeTrace,
};

async function writeTrace({ words, options, terminal }: ReportRequest): Promise<number> {
  const out = onlyOutput("trace OUT.json", words);
  const { view, facts, timed } = readTimedRun(findRun((options.get("run") as string | undefined) ?? "."), localZone());
  tellNotes({ notes: () => runNotes(facts) }, terminal);
  const pictured = pictureRun(timed);
  await writeOutput(out, new TextEncoder().encode([...traceLines(view, pictured)].join("")), terminal);
  return 0;
}
