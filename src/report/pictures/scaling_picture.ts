/**
 * How a run became faster with more cores: the speed-up of each run over the first, beside what it would be if every
 * core did as much as in the first run.
 *
 * @module
 */

import type { ComparedRun } from "../compare/compare_runs.ts";
import { fill, stroke } from "./colours.ts";
import { coordinate, element } from "./markup.ts";
import { bottomAxis, label, leftAxis, type Picture, topMargin } from "./picture.ts";
import { amountScale, countText } from "./scale.ts";

const area = { left: 60, right: 560, top: topMargin + 20, bottom: 380 };

/** Draws the runs that have cores and a length. */
export function scalingPicture(runs: readonly ComparedRun[]): Picture {
  const points = runs.flatMap(({ cores, speedUp, efficiencyPercent }) =>
    cores === undefined || speedUp === undefined ? [] : [{ cores, speedUp, percent: efficiencyPercent ?? 0 }]
  ).sort((a, b) => a.cores - b.cores);
  const base = runs.find(({ cores, speedUp }) => cores !== undefined && speedUp !== undefined)?.cores ?? 1;
  const most = points.reduce((most, { cores }) => Math.max(most, cores), 1);
  const x = amountScale(most, area.left, area.right);
  const y = amountScale(Math.max(most / base, ...points.map(({ speedUp }) => speedUp)), area.bottom, area.top, false);
  const at = (cores: number, speedUp: number) => [x.at(cores), y.at(speedUp)].map(coordinate).join(",");
  const ideal = element("path", {
    d: `M${at(0, 0)}L${at(most, most / base)}`,
    ...{ "stroke-width": 1, "stroke-dasharray": "4 3", ...stroke("quiet") },
  });
  const line = element("path", {
    d: points.map(({ cores, speedUp }, index) => `${index === 0 ? "M" : "L"}${at(cores, speedUp)}`).join(""),
    ...{ "stroke-width": 1.5, ...stroke("succeeded") },
  });
  const marks = points.map(({ cores, speedUp, percent }) =>
    element("circle", { cx: x.at(cores), cy: y.at(speedUp), r: 4, ...fill("succeeded") }) +
    label(x.at(cores) + 8, y.at(speedUp) + 14, `${speedUp.toFixed(2)} (${Math.round(percent)} %)`, { paint: "text" })
  );
  const told = points.map(({ cores, speedUp, percent }) =>
    `${countText(cores, "core")}: ${speedUp.toFixed(2)} times as fast, an efficiency of ${Math.round(percent)} %.`
  );
  return {
    title: `Speed-up over the run on ${countText(base, "core")}`,
    description: told.length === 0 ? "No run has both its cores and its length on record." : told.join(" "),
    width: area.right + 120,
    height: area.bottom + 44,
    body: bottomAxis(x, area, "cores") + leftAxis(y, area, "speed-up") + ideal +
      label(area.right - 4, y.at(most / base) - 8, "ideal", { anchor: "end" }) + line + marks.join(""),
  };
}
