/**
 * The report of a run as one HTML file, which needs no network: its summary, what failed and why, what ran where, how
 * well cores were used, what to ask for next time, and all tasks.
 *
 * @module
 */

import { breakLength } from "../breaks.ts";
import { layOutJobs } from "../dashboard/job_graph.ts";
import { describeUse } from "../figures/core_use.ts";
import { describeTimes } from "../figures/run_figures.ts";
import type { TimedRun } from "../figures/timed_run.ts";
import { formatTime } from "../times.ts";
import type { Failures, ReadWords } from "../look/failure_groups.ts";
import { howOf, lastLines } from "../look/failures_text.ts";
import type { RunFacts } from "../look/run_status.ts";
import type { RunView, TaskCounts } from "../look/run_view.ts";
import { statePaints } from "../pictures/colours.ts";
import { graphPicture } from "../pictures/graph_picture.ts";
import { ganttPicture } from "../pictures/gantt_picture.ts";
import { histogramPicture } from "../pictures/histogram_picture.ts";
import { queuePicture, utilisationPicture } from "../pictures/lines_picture.ts";
import { escapeMarkup } from "../pictures/markup.ts";
import { numberText } from "../pictures/scale.ts";
import { type Picture, renderFigure } from "../pictures/picture.ts";
import { lengthText, type PicturedRun, pictureRun } from "../pictures/pictured_run.ts";
import { adviceFor, describeJobs, type JobUse } from "./job_use.ts";
import palette from "../pictures/palette.css" with { type: "text" };
import script from "./report.js" with { type: "text" };
import style from "./report.css" with { type: "text" };
import { jobSection, section, stateWords, taskSection } from "./report_tables.ts";
import { columnElement } from "./column_element.ts";
import { columnsOf, type CriticalTask } from "./task_columns.ts";

/** What a report is made of. */
export interface ReportOptions {
  readonly view: RunView;
  readonly facts: RunFacts;
  readonly timed: TimedRun;
  readonly failures: Failures;
  readonly readWords: ReadWords;
  /** The tasks of the critical path, first to last; empty when no task depends on another. */
  readonly critical: readonly CriticalTask[];
  /** The command that runs what failed again. */
  readonly again: string;
  /** The hash of {@linkcode reportScript}, in base 64: no other script may run in the page. */
  readonly scriptHash: string;
}

/** The script of the page; `scriptHash` is the SHA-256 of its UTF-8 bytes. */
export const reportScript: string = script;

/** How many groups of failures, jobs and sentences are shown; the rest is counted. */
const [groupsMax, adviceMax] = [12, 8];
/** More cores than this are joined by the page's script. */
const rowsMax = 72;
/** How wide the pictures are of which two stand side by side, in pixels. */
const figureWidth = 580;

/** Writes the report. */
export async function renderReport(options: ReportOptions): Promise<string> {
  const { view, facts, timed, failures, critical, scriptHash } = options;
  const pictured = pictureRun(timed);
  const counts = view.counts();
  const jobs = describeJobs(view);
  const columns = await columnElement(columnsOf(view, pictured, critical.map(({ task }) => task)));
  const title = headline(timed.taskCount, pictured, counts, facts.liveness);
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; base-uri 'none'; ` +
    "form-action 'none'";
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeMarkup(`${title} · ${facts.id}`)}</title>
<style>${palette}
${style}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(title)}</h1>
<p class="quiet">${escapeMarkup(placeText(options, pictured))}</p>
${stateBar(counts, timed.taskCount)}
${factList(timed, pictured)}
</header>
<main>
${failureSection(failures, options)}
${adviceSection(jobs)}
${chartSection(pictured, columns)}
<div class="pair">
${figure(utilisationPicture(pictured, figureWidth))}
${figure(queuePicture(pictured, figureWidth))}
${figure(histogramPicture(pictured, "run", figureWidth))}
${figure(histogramPicture(pictured, "wait", figureWidth))}
</div>
${graphSection(view)}
${pathSection(critical)}
${jobSection(jobs)}
${taskSection(counts)}
</main>
${columns}
<script type="module">${script}</script>
</body>
</html>
`;
}

function headline(
  tasks: number,
  { lengthMs }: PicturedRun,
  counts: TaskCounts,
  liveness: RunFacts["liveness"],
): string {
  const noun = tasks === 1 ? "1 task" : `${numberText(tasks)} tasks`;
  const failed = counts.FAILED === 0 ? "" : `: ${numberText(counts.FAILED)} failed`;
  const open = counts.QUEUED + counts.SCHEDULED + counts.EXECUTING;
  const left = open === 0 ? "" : `, ${numberText(open)} not ended`;
  const well = counts.SUCCEED === tasks && tasks > 0 ? ", all succeeded" : "";
  const goesOn = liveness === "alive" ? ", and the run goes on" : "";
  return `${noun} in ${lengthText(lengthMs)}${failed}${left}${well}${goesOn}`;
}

function placeText(
  { facts: { id, host, slurmJob, damage, breaks }, timed }: ReportOptions,
  { begunAtMs }: PicturedRun,
): string {
  const where = [host === undefined ? "" : ` on ${host}`, slurmJob === undefined ? "" : ` in Slurm job ${slurmJob}`]
    .join("");
  const stoodMs = breakLength(breaks);
  const stood = stoodMs === 0 ? "" : `, and resumed after it had stood still for ${lengthText(stoodMs)}`;
  const lost = damage === undefined ? "" : ` Something of its records is lost: ${damage}.`;
  return `Run ${id}${where}, begun ${formatTime(begunAtMs, timed.zone).slice(0, 19)}${stood}.${lost}`;
}

function stateBar(counts: TaskCounts, tasks: number): string {
  const found = stateWords.filter(([state]) => counts[state] > 0);
  const parts = found.map(([state]) => `<span class="is-${statePaints[state]}" style="flex:${counts[state]}"></span>`);
  const words = found.map(([state, word, mark]) => {
    const share = tasks === 0 ? 0 : counts[state] / tasks * 100;
    const percent = share > 0 && share < 1 ? "under 1 %" : `${Math.round(share)} %`;
    return `<li><span class="mark is-${statePaints[state]}" aria-hidden="true">${mark}</span>${
      numberText(counts[state])
    } ${word} ` +
      `<span class="quiet">${percent}</span></li>`;
  });
  return `<div class="bar" aria-hidden="true">${parts.join("")}</div>\n<ul class="legend">${words.join("")}</ul>`;
}

function factList(timed: TimedRun, { coreCount, lengthMs, ran }: PicturedRun): string {
  const use = describeUse(timed);
  const percent = use === undefined ? undefined : use.allPercent ?? use.usedPercent;
  const coreMs = ran.reduce((sum, { from, to, rows }) => sum + (to - from) * rows.length, 0);
  const { initOverhead, finishOverhead } = describeTimes(timed);
  const overheadMs = initOverhead === undefined || finishOverhead === undefined
    ? undefined
    : (initOverhead + finishOverhead) / 1000;
  const facts: [string, string][] = [
    ["from start to end", lengthText(lengthMs)],
    [coreCount === 1 ? "core" : "cores", numberText(coreCount)],
    ["of the cores' time used", percent === undefined ? "–" : `${Math.round(percent)} %`],
    [
      "time of cores used",
      coreMs >= 3.6e6 ? `${(coreMs / 3.6e6).toFixed(1)} core-h` : `${(coreMs / 1000).toFixed(1)} core-s`,
    ],
    ["before and after all tasks", overheadMs === undefined ? "–" : lengthText(overheadMs)],
  ];
  return `<dl class="facts">${
    facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeMarkup(value)}</dd></div>`).join("")
  }</dl>`;
}

function failureSection(failures: Failures, { readWords, again, facts }: ReportOptions): string {
  const { groups, failed } = failures;
  if (groups.length === 0) return section("What failed", "<p>Nothing did.</p>");
  const told = groups.slice(0, groupsMax).map((group, index) => {
    const how = `<strong>${numberText(group.count)} ${group.state.toLowerCase()}</strong>: ${
      escapeMarkup(howOf(group))
    }`;
    const words = group.words === "" || group.words === howOf(group) ? "" : `<p>${escapeMarkup(group.words)}</p>`;
    const names = group.tasks.slice(0, 8).map((name) => `<code>${escapeMarkup(name, 80)}</code>`).join(" ");
    const more = group.tasks.length > 8 ? ` and ${numberText(group.tasks.length - 8)} more` : "";
    const lines = lastLines(group, { readWords }, index === 0 ? 8 : 4);
    const said = lines.length === 0 ? "" : `<pre>${escapeMarkup(lines.join("\n"), 4000)}</pre>`;
    const kind = group.state === "FAILED" ? "failure" : "failure other";
    return `<div class="${kind}"><p>${how}</p>${words}<p class="quiet">${names}${more}</p>${said}</div>`;
  });
  const rest = groups.length > groupsMax
    ? `<p>${groups.length - groupsMax} more ways; qcgpj failures tells all.</p>`
    : "";
  const next = failed === 0 || facts.liveness === "alive"
    ? ""
    : `<p>To run them again:</p><pre>${escapeMarkup(again, 1000)}</pre>`;
  return section("What failed, and why", told.join("\n") + rest + next);
}

function adviceSection(jobs: readonly JobUse[]): string {
  const advice = jobs.flatMap(adviceFor);
  if (advice.length === 0) return "";
  const more = advice.length > adviceMax
    ? `<p class="quiet">And ${advice.length - adviceMax} more jobs alike.</p>`
    : "";
  const list = advice.slice(0, adviceMax).map((sentence) => `<li>${escapeMarkup(sentence)}</li>`).join("");
  return section("What to ask for next time", `<ul>${list}</ul>${more}`);
}

function chartSection(pictured: PicturedRun, columns: string): string {
  const hasPath = !columns.includes('"critical":[]');
  const note = (hasPath ? " Tasks of the critical path have a frame." : "") +
    (pictured.breaks.length === 0 ? "" : " Dashed lines show where the run stood still.") +
    (pictured.cores.length > rowsMax ? " A row is several cores: the darker, the more of the time in use." : "");
  return section(
    "What ran where",
    `<div class="script" hidden>
<div class="tools"><button id="zoom-in">Zoom in</button><button id="zoom-out">Zoom out</button>
<button id="zoom-all">All</button><span class="quiet" id="range"></span>
<span class="quiet">Drag to move, Ctrl and wheel to zoom; + − 0 and arrows on the keyboard.${note}</span></div>
<div class="chart"><canvas id="gantt" tabindex="0" role="img" aria-label="${
      escapeMarkup(ganttPicture(pictured).description)
    }"></canvas>
<div class="tip" id="tip" hidden></div></div></div>
<div class="plain"><figure>${renderFigure(ganttPicture(pictured))}</figure></div>`,
  );
}

function graphSection(view: RunView): string {
  const graph = layOutJobs(view);
  return graph.edges.length === 0 ? "" : figure(graphPicture(graph));
}

function pathSection(critical: readonly CriticalTask[]): string {
  if (critical.length < 2) return "";
  const total = critical.reduce((sum, { ranMs }) => sum + ranMs, 0);
  const shown = critical.slice(0, 30).map(({ name, ranMs }) =>
    `<li><code>${escapeMarkup(name, 80)}</code> <span class="quiet">${lengthText(ranMs)}</span></li>`
  );
  const more = critical.length > 30 ? `<p class="quiet">And ${critical.length - 30} more.</p>` : "";
  return section(
    "The critical path",
    `<p>No number of cores makes the run shorter than these tasks, one after the other: ${lengthText(total)}.</p>` +
      `<ol>${shown.join("")}</ol>${more}`,
  );
}

function figure(picture: Picture): string {
  return section(
    escapeMarkup(picture.title),
    `<figure tabindex="0" role="region" aria-label="${escapeMarkup(picture.title)}">${renderFigure(picture)}</figure>`,
  );
}
