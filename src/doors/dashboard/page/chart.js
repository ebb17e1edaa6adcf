/**
 * A picture of an amount over time: its mean in each piece of time, from zero, with few lines.
 */
import { count, draw, make, span } from "./words.js";

/**
 * @typedef {{ startMs: number, stepMs: number, cores: number[], waiting: number[], running: number[], ended: number[],
 *   breaks: { afterMs: number, lengthMs: number }[],
 *   coresOfRun?: number, number: number }} Timeline
 */

const margins = { right: 8, top: 8, bottom: 24 };
/** How wide a digit of the axis is, about. */
const digitWidth = 7.5;
const height = 160;

/**
 * The largest value of an axis, such that its halves are round numbers, too.
 * @param {number} value
 */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value) ?? 10;
  return Math.max(1, step * power);
}

/**
 * How much room the numbers of an axis need.
 * @param {number[]} values
 * @param {number} [limit]
 */
export function axisWidth(values, limit = 0) {
  return 16 + Math.ceil(count(roundUp(Math.max(limit, ...values))).length * digitWidth);
}

/** Steps of a time axis, in seconds: what people count by. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800];

/**
 * Draws one amount.
 * @param {{ title: string, unit: string, values: number[], stepMs: number, limit?: number | undefined, kind: string,
 *   breaks?: { afterMs: number, lengthMs: number }[] }} parts
 * @param {number} width
 * @param {number} left How much room the numbers of the axis get; pictures of one run have the same.
 */
export function chart({ title, unit, values, stepMs, limit, kind, breaks = [] }, width, left) {
  const most = roundUp(Math.max(limit ?? 0, ...values));
  const margin = { ...margins, left };
  const [right, bottom] = [width - margin.right, height - margin.bottom];
  const pieces = Math.max(1, values.length);
  const x = (/** @type {number} */ piece) => margin.left + piece / pieces * (right - margin.left);
  const y = (/** @type {number} */ value) => bottom - value / most * (bottom - margin.top);
  const svg = draw("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  for (const value of [0, most / 2, most]) {
    if (value !== Math.round(value)) continue;
    svg.append(
      draw("line", { class: "axis", x1: margin.left, x2: right, y1: y(value), y2: y(value) }),
      draw("text", { x: margin.left - 8, y: y(value) + 4, "text-anchor": "end" }, count(value)),
    );
  }
  const seconds = pieces * stepMs / 1000;
  const step = timeSteps.find((one) => seconds / one <= Math.max(3, width / 120)) ?? 604_800;
  for (let at = 0; at <= seconds; at += step) {
    const place = x(at * 1000 / stepMs);
    if (place > right - 16 && at > 0) break;
    const text = at === 0 ? "0 s" : axisTime(at, step);
    svg.append(draw("text", { x: place, y: height - 6, "text-anchor": at === 0 ? "start" : "middle" }, text));
  }
  let line = "";
  values.forEach((value, piece) =>
    line += `${piece === 0 ? "M" : "L"}${x(piece).toFixed(1)} ${y(value).toFixed(1)}H${x(piece + 1).toFixed(1)}`
  );
  if (values.length > 0) {
    svg.append(
      draw("path", { class: `used ${kind}`, d: `${line}L${right} ${y(0)}L${margin.left} ${y(0)}Z` }),
      draw("path", { class: `line ${kind}`, d: line }),
    );
  }
  if (limit !== undefined) {
    svg.append(draw("line", { class: "limit", x1: margin.left, x2: right, y1: y(limit), y2: y(limit) }));
  }
  for (const { afterMs, lengthMs } of breaks) {
    const place = x(afterMs / stepMs);
    const told = draw("title", {}, `No pilot had the run for ${span(lengthMs)}`);
    svg.append(draw("line", { class: "break", x1: place, x2: place, y1: y(0), y2: margin.top }, told));
  }
  const last = values.at(-1) ?? 0;
  const peak = Math.max(0, ...values);
  svg.setAttribute(
    "aria-label",
    `${title}, in ${unit}, over ${span(seconds * 1000)}: now ${count(Math.round(last))}, at most ${
      count(Math.round(peak))
    }`,
  );
  return make("figure", {}, svg);
}

/**
 * @param {number} seconds
 * @param {number} step
 */
function axisTime(seconds, step) {
  if (step >= 86_400) return `${seconds / 86_400} d`;
  if (step >= 3600) return `${seconds / 3600} h`;
  if (step >= 60) {
    const minutes = seconds / 60;
    return minutes < 60
      ? `${minutes} min`
      : `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? "" : ` ${minutes % 60}`}`;
  }
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} min`;
}
