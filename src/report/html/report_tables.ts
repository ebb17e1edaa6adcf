/**
 * The tables of a run's report: what jobs asked for and used, and all tasks.
 *
 * @module
 */

import type { TaskCounts } from "../look/run_view.ts";
import { statePaints } from "../pictures/colours.ts";
import { escapeMarkup } from "../pictures/markup.ts";
import { countText, numberText } from "../pictures/scale.ts";
import { lengthText } from "../pictures/pictured_run.ts";
import type { JobState } from "../states.ts";
import { type JobUse, memoryText } from "./job_use.ts";

/** The word and the mark of each state, in the order in which they are told. */
export const stateWords: readonly (readonly [JobState, word: string, mark: string])[] = [
  ["SUCCEED", "succeeded", "●"],
  ["FAILED", "failed", "✕"],
  ["CANCELED", "canceled", "■"],
  ["OMITTED", "omitted", "–"],
  ["EXECUTING", "running", "▶"],
  ["SCHEDULED", "starting", "○"],
  ["QUEUED", "waiting", "○"],
];

/** How many jobs are shown; the rest is counted. */
const jobsMax = 60;

/** A part of the page with its heading; nothing where it has no content. */
export function section(title: string, content: string): string {
  return content === "" ? "" : `<section><h2>${title}</h2>\n${content}\n</section>`;
}

/** What the tasks of each job asked for, and what they used. */
export function jobSection(jobs: readonly JobUse[]): string {
  const head = [
    ...["job", "tasks", "failed", "tries again", "median", "longest", "limit", "cores", "busy", "memory asked"],
    ...["largest process"],
  ].map((name, index) => `<th scope="col"${index === 0 ? "" : ' class="number"'}>${name}</th>`);
  const cell = (value: string | number | undefined) => `<td class="number">${value ?? "–"}</td>`;
  const time = (ms: number | undefined) => cell(ms === undefined ? undefined : lengthText(ms));
  const rows = jobs.slice(0, jobsMax).map((job) => {
    const { name, tasks, counts, retries, medianMs, longestMs, limitMs, cores, busyCores, askedKiB, peakKiB } = job;
    return `<tr><th scope="row" title="${escapeMarkup(name)}">${escapeMarkup(name, 60)}</th>` + [
      ...[
        cell(numberText(tasks)),
        cell(numberText(counts.FAILED ?? 0)),
        cell(retries),
        time(medianMs),
        time(longestMs),
        time(limitMs),
      ],
      ...[
        cell(cores === 0 ? undefined : cores),
        cell(busyCores?.toFixed(1)),
        cell(askedKiB === 0 ? undefined : memoryText(askedKiB)),
      ],
      cell(peakKiB === undefined ? undefined : memoryText(peakKiB)),
    ].join("") + "</tr>";
  });
  const more = jobs.length > jobsMax ? `<p class="quiet">And ${countText(jobs.length - jobsMax, "more job")}.</p>` : "";
  return section(
    "What jobs asked for and used",
    `<div class="wide" tabindex="0" role="region" aria-label="Jobs"><table><thead><tr>${head.join("")}</tr></thead>` +
      `<tbody>${rows.join("\n")}</tbody></table></div>${more}`,
  );
}

/** The table of all tasks, which the page's script fills. */
export function taskSection(counts: TaskCounts): string {
  const columns = ["task", "state", "waited", "ran", "cpu", "memory", "tries"];
  const head = columns.map((name) =>
    `<th scope="col"${
      ["task", "state"].includes(name) ? "" : ' class="number"'
    }><button value="${name}">${name}</button></th>`
  );
  const digits: Partial<Record<JobState, number>> = {
    SUCCEED: 2,
    FAILED: 3,
    CANCELED: 4,
    OMITTED: 5,
    EXECUTING: 1,
    QUEUED: 0,
  };
  const buttons = stateWords.filter(([state]) => digits[state] !== undefined && counts[state] > 0).map(
    ([state, word, mark]) =>
      `<button value="${digits[state]}" aria-pressed="false"><span class="mark is-${
        statePaints[state]
      }" aria-hidden="true">` +
      `${mark}</span>${word}</button>`,
  );
  return section(
    "All tasks",
    `<div class="script" hidden><div class="tools"><label for="search" class="quiet">Name or reason</label>
<input id="search" type="search"><span id="states" class="tools" style="margin:0">${buttons.join("")}</span>
<span class="quiet" id="found" role="status"></span></div>
<div class="rows" id="rows" tabindex="0" role="region" aria-label="Tasks"><table>
<colgroup><col style="width:22%"><col style="width:13%"><col style="width:10%"><col style="width:10%"><col style="width:10%">
<col style="width:10%"><col style="width:7%"><col></colgroup>
<thead><tr>${head.join("")}<th scope="col">why</th></tr></thead><tbody></tbody></table></div></div>
<p class="plain">Paper, and a browser without JavaScript, show no table of all tasks; <code>qcgpj tasks</code> lists them.</p>`,
  );
}
