/**
 * Lines over time: the cores in use, and the tasks that wait and run.
 *
 * @module
 */

import { fill, type Paint, stroke } from "./colours.ts";
import { coordinate, element } from "./markup.ts";
import {
  type Area,
  bottomAxis,
  label,
  leftAxis,
  type Picture,
  pictureWidth,
  rightMargin,
  topMargin,
} from "./picture.ts";
import { breakMarks, runTimeName } from "./break_marks.ts";
import { lengthText, type PicturedRun, waitsOf } from "./pictured_run.ts";
import { amountScale, numberText, type Scale, timeScale } from "./scale.ts";
import { areaOf, meansOf, type Step, stepsOf, type WeighedSpan } from "./series.ts";

/** More changes than this are drawn as means. */
const stepsMax = 2000;
const [left, labelWidth] = [60, 72];
const [top, bottom] = [topMargin + 20, 300];
const height = bottom + 44;

/** A line and what it is. */
interface Line {
  readonly steps: readonly Step[];
  readonly paint: Paint;
  readonly name: string;
  readonly isFilled: boolean;
}

/**
 * The cores in use over time.
 *
 * @param run The run.
 * @param width How wide the picture is, in pixels.
 */
export function utilisationPicture(run: PicturedRun, width: number = pictureWidth): Picture {
  const { ran, coreCount, lengthMs } = run;
  const steps = stepsOf(ran.map(({ from, to, rows }) => ({ from, to, weight: rows.length })));
  const share = coreCount === 0 ? 0 : areaOf(steps, lengthMs) / (coreCount * lengthMs);
  const percent = `${Math.round(share * 100)} %`;
  const noun = coreCount === 1 ? "core" : "cores";
  const line: Line = { steps, paint: "succeeded", name: "in use", isFilled: true };
  return {
    title: `Cores in use: ${percent} of ${coreCount} ${noun} over ${lengthText(lengthMs)}`,
    description: `How many of ${coreCount} ${noun} were held by tasks at each time of ${lengthText(lengthMs)}. ` +
      `On average ${percent} of them were.`,
    ...{ width, height },
    body: linesBody([line], run, width, Math.max(coreCount, 1), "cores", { at: coreCount, text: `all ${coreCount}` }),
  };
}

/**
 * The tasks that wait and run over time.
 *
 * @param run The run.
 * @param width How wide the picture is, in pixels.
 */
export function queuePicture(run: PicturedRun, width: number = pictureWidth): Picture {
  const { ran, lengthMs } = run;
  const waits = waitsOf(run).flatMap(({ waits }) =>
    waits.map(({ from, to }): WeighedSpan => ({ from, to, weight: 1 }))
  );
  const waiting = stepsOf(waits);
  const running = stepsOf(ran.map(({ from, to }) => ({ from, to, weight: 1 })));
  const greatest = (steps: readonly Step[]) => steps.reduce((most, { value }) => Math.max(most, value), 0);
  const [waitingMax, runningMax] = [greatest(waiting), greatest(running)];
  const lines: Line[] = [
    { steps: waiting, paint: "waiting", name: "waiting", isFilled: true },
    { steps: running, paint: "running", name: "running", isFilled: false },
  ];
  return {
    title: `Tasks over time: up to ${numberText(waitingMax)} wait, ${numberText(runningMax)} run`,
    description:
      `How many tasks waited and how many ran at each time of ${lengthText(lengthMs)}: at most ${waitingMax} ` +
      `waited and at most ${runningMax} ran at a time.`,
    ...{ width, height },
    body: linesBody(lines, run, width, Math.max(waitingMax, runningMax, 1), "tasks"),
  };
}

function linesBody(
  lines: readonly Line[],
  run: PicturedRun,
  width: number,
  greatest: number,
  quantity: string,
  bound?: { readonly at: number; readonly text: string },
): string {
  const area: Area = { left, right: width - rightMargin - labelWidth, top, bottom };
  const { right } = area;
  const { lengthMs } = run;
  const [x, y] = [timeScale(lengthMs, left, right), amountScale(greatest, bottom, top)];
  let body = bottomAxis(x, area, runTimeName(run)) + leftAxis(y, area, quantity);
  const labels: { at: number; text: string; paint: Paint }[] = [];
  for (const { steps, paint, name, isFilled } of lines) {
    const points = steps.length > stepsMax ? meanPath(steps, lengthMs, x, y) : stepPath(steps, lengthMs, x, y);
    const filled = `${points}V${coordinate(bottom)}H${coordinate(left)}Z`;
    if (isFilled) body += element("path", { d: filled, "fill-opacity": 0.22, ...fill(paint) });
    body += element("path", { d: points, "stroke-width": 1.5, "stroke-linejoin": "round", ...stroke(paint) });
    labels.push({ at: y.at(meanOf(steps, lengthMs)), text: name, paint });
  }
  if (bound !== undefined) {
    const d = `M${left},${coordinate(y.at(bound.at))}H${right}`;
    body += element("path", { d, "stroke-width": 1, "stroke-dasharray": "4 3", ...stroke("quiet") });
    labels.push({ at: y.at(bound.at), text: bound.text, paint: "quiet" });
  }
  return body + breakMarks(run, x, area) + placeLabels(labels, right + 8);
}

/** Labels beside what they name, moved apart where they would touch. */
function placeLabels(labels: { at: number; text: string; paint: Paint }[], x: number): string {
  let lowest = -Infinity;
  return labels.sort((a, b) => a.at - b.at).map(({ at, text, paint }) => {
    lowest = Math.max(at + 4, lowest + 16);
    const mark = element("rect", { x, y: lowest - 9, width: 8, height: 8, ...fill(paint) });
    return mark + label(x + 14, lowest, text, { paint: "text" });
  }).join("");
}

/** The mean over the last fifth, beside which the label stands. */
function meanOf(steps: readonly Step[], lengthMs: number): number {
  return meansOf(steps, lengthMs, 5).at(-1)!;
}

function stepPath(steps: readonly Step[], lengthMs: number, x: Scale, y: Scale): string {
  let path = `M${coordinate(x.at(0))},${coordinate(y.at(0))}`;
  for (const { at, value } of steps) path += `H${coordinate(x.at(at))}V${coordinate(y.at(value))}`;
  return `${path}H${coordinate(x.at(lengthMs))}`;
}

function meanPath(steps: readonly Step[], lengthMs: number, x: Scale, y: Scale): string {
  const count = Math.round((x.at(lengthMs) - x.at(0)) / 2);
  let path = `M${coordinate(x.at(0))},${coordinate(y.at(0))}`;
  for (const [part, mean] of meansOf(steps, lengthMs, count).entries()) {
    path += `V${coordinate(y.at(mean))}H${coordinate(x.at((part + 1) * lengthMs / count))}`;
  }
  return path;
}
