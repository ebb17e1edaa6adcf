/**
 * `qcgpj report wfformat`: a run for the tools of WfCommons.
 *
 * @module
 */

import { findRun, readRun } from "../../deno/files/runs/run_reader.ts";
import { workflowOf } from "../../report/wfformat.ts";
import { writeOutput } from "./output.ts";
import { onlyOutput, type ReportAction, type ReportRequest } from "./report_action.ts";

/** The action. */
export const wfformatAction: ReportAction = {
  name: "wfformat",
  usage: "OUT.json",
  does: "The run as a workflow of WfCommons (WfFormat 1.5), which qcgpj run --from wfformat runs again.",
  takes: ["run"],
  run: writeWorkflow,
};

async function writeWorkflow({ words, options, terminal }: ReportRequest): Promise<number> {
  const out = onlyOutput("wfformat OUT.json", words);
  const run = readRun(findRun((options.get("run") as string | undefined) ?? "."));
  const workflow = workflowOf({ ...run, bytesOf });
  if (typeof workflow === "string") {
    terminal.err(`qcgpj report: ${workflow}\n`);
    return 1;
  }
  await writeOutput(out, new TextEncoder().encode(`${JSON.stringify(workflow, undefined, 2)}\n`), terminal);
  return 0;
}

function bytesOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0; // It was removed, or never written.
  }
}
