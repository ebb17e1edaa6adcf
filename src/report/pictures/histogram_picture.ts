/**
 * How long tasks ran and waited: histograms, one for each of the jobs with most tasks, and one for all others.
 *
 * @module
 */

import { fill, stroke } from "./colours.ts";
import { coordinate, element } from "./markup.ts";
import { bottomAxis, label, type Picture, pictureWidth, rightMargin, topMargin } from "./picture.ts";
import { lengthText, type PicturedRun, waitsOf } from "./pictured_run.ts";
import { countText, timeScale } from "./scale.ts";

/** How many jobs have a histogram of their own. */
const jobsMax = 7;
const binsCount = 48;
const [rowHeight, rowGap, left, valueWidth] = [40, 12, 130, 120];

/** What is counted. */
export type CountedTime = "run" | "wait";

/**
 * How long tasks ran, or waited for their start.
 *
 * @param run The run.
 * @param counted What is counted.
 * @param pixels How wide the picture is.
 */
export function histogramPicture(run: PicturedRun, counted: CountedTime, pixels: number = pictureWidth): Picture {
  const right = pixels - rightMargin - valueWidth;
  const groups = groupsOf(run, counted);
  const all = groups.flatMap(({ times }) => times);
  const longest = greatest(all);
  const top = topMargin + 8;
  const bottom = top + Math.max(1, groups.length) * (rowHeight + rowGap);
  const x = timeScale(Math.max(longest, 1), left, right);
  const rows = groups.map(({ name, times }, index) => {
    const floor = top + (index + 1) * (rowHeight + rowGap) - rowGap;
    const bins = new Array<number>(binsCount).fill(0);
    for (const time of times) bins[Math.min(binsCount - 1, Math.floor(time / Math.max(longest, 1) * binsCount))]!++;
    const most = Math.max(...bins);
    const width = (right - left) / binsCount;
    const path = bins.map((count, bin) => {
      if (count === 0) return "";
      const tall = Math.max(1.5, count / most * rowHeight);
      return `M${coordinate(left + bin * width + 0.5)},${coordinate(floor)}v${coordinate(-tall)}h${
        coordinate(width - 1)
      }v${coordinate(tall)}z`;
    });
    const sorted = times.toSorted((a, b) => a - b);
    const [median, last] = [sorted[sorted.length >> 1]!, sorted.at(-1)!];
    const ground = element("path", { d: `M${left},${floor}H${right}`, "stroke-width": 1, ...stroke("line") });
    return ground + element("path", { d: path.join(""), ...fill(counted === "run" ? "succeeded" : "waiting") }) +
      label(left - 12, floor - 16, name, { anchor: "end", paint: "text", lengthMax: 20 }) +
      label(left - 12, floor, countText(times.length, "task"), { anchor: "end" }) +
      label(right + 12, floor - 16, `median ${lengthText(median)}`, { paint: "text" }) +
      label(right + 12, floor, `longest ${lengthText(last)}`);
  });
  const what = counted === "run" ? "ran" : "waited";
  const noun = counted === "run" ? "run time" : "time from submission to start";
  return {
    title: `How long tasks ${what}, by job`,
    description: groups.length === 0
      ? `No task ${what}.`
      : groups.map(({ name, times }) =>
        `${name}: ${countText(times.length, "task")} ${what}, at most ${lengthText(greatest(times))}.`
      ).join(" "),
    width: pixels,
    height: bottom + 44,
    body: bottomAxis(x, { left, right, top, bottom: bottom - rowGap + 4 }, noun) + rows.join(""),
  };
}

interface Group {
  readonly name: string;
  readonly times: readonly number[];
}

function greatest(times: readonly number[]): number {
  return times.reduce((most, time) => Math.max(most, time), 0);
}

/** The times by job, those of the jobs with most tasks first. */
function groupsOf(run: PicturedRun, counted: CountedTime): Group[] {
  const byJob = new Map<string, number[]>();
  const add = (name: string, time: number) => {
    const job = name.split(":")[0]!;
    const times = byJob.get(job) ?? [];
    byJob.set(job, times);
    times.push(time);
  };
  if (counted === "run") { for (const { name, from, to, hasRun } of run.ran) if (hasRun) add(name, to - from); }
  else {
    for (const { name, waits: [first] } of waitsOf(run)) if (first?.endsInStart) add(name, first.to - first.from);
  }
  const groups = [...byJob].map(([name, times]) => ({ name, times })).sort((a, b) => b.times.length - a.times.length);
  if (groups.length <= jobsMax + 1) return groups;
  const others = groups.slice(jobsMax);
  const name = `${others.length} other jobs`;
  return [...groups.slice(0, jobsMax), { name, times: others.flatMap(({ times }) => times) }];
}
