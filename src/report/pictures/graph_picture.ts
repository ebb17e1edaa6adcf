/**
 * The jobs of a run and what waits for what, from left to right; see `job_graph.ts` for how they are laid out.
 *
 * @module
 */

import { cutToWidth } from "../../base/columns.ts";
import type { GraphNode, JobGraph } from "../dashboard/job_graph.ts";
import type { JobState } from "../states.ts";
import { fill, statePaints, stroke } from "./colours.ts";
import { coordinate, element, escapeMarkup } from "./markup.ts";
import { label, type Picture, pictureWidth, rightMargin, topMargin } from "./picture.ts";
import { countText } from "./scale.ts";

const [boxHeight, rowGap, columnGap, boxWidthMin, boxWidthMax] = [36, 12, 56, 96, 180];
const top = topMargin + 8;
/** A graph is no narrower than its title. */
const widthMin = 440;
/** How much of the stripe of a job each state has that one of its tasks is in, in pixels. */
const stripeMin = 4;
/** The states in the order in which a stripe shows them. */
const worstFirst: readonly JobState[] = [
  "FAILED",
  "CANCELED",
  "OMITTED",
  "EXECUTING",
  "SCHEDULED",
  "QUEUED",
  "SUCCEED",
];

/** Draws the graph. */
export function graphPicture(graph: JobGraph): Picture {
  const { nodes, edges, jobs, isAggregated } = graph;
  const columns = 1 + nodes.reduce((most, { column }) => Math.max(most, column), 0);
  const room = (pictureWidth - rightMargin - (columns - 1) * columnGap) / columns;
  const boxWidth = Math.max(boxWidthMin, Math.min(boxWidthMax, room));
  const heights = new Map<number, number>();
  for (const { column } of nodes) heights.set(column, (heights.get(column) ?? 0) + 1);
  const rows = Math.max(1, ...heights.values());
  // Short columns stand in the middle of the longest.
  const place = ({ column, row }: GraphNode) => ({
    x: column * (boxWidth + columnGap),
    y: top + (row + (rows - heights.get(column)!) / 2) * (boxHeight + rowGap),
  });
  const lines = edges.map(([from, to]) => {
    const [source, target] = [place(nodes[from]!), place(nodes[to]!)];
    const [x, y, toY] = [source.x + boxWidth, source.y + boxHeight / 2, target.y + boxHeight / 2];
    const bend = Math.max(20, (target.x - x) / 2);
    return `M${[x, y].map(coordinate)}C${[x + bend, y, target.x - bend, toY, target.x, toY].map(coordinate)}`;
  });
  const noun = countText(jobs, "job");
  return {
    title: `What waits for what: ${noun}${isAggregated ? `, drawn as ${nodes.length}` : ""}`,
    description: `${noun} in ${columns} ${columns === 1 ? "step" : "steps"}; ` +
      (edges.length === 0 ? "none waits for another." : "each stands right of those that it waits for."),
    width: Math.max(widthMin, columns * (boxWidth + columnGap) - columnGap + 2),
    height: top + rows * (boxHeight + rowGap) + 8,
    body: element("path", { d: lines.join(""), "stroke-width": 1.25, ...stroke("waiting") }) +
      nodes.map((node) => drawBox(node, place(node), boxWidth)).join(""),
  };
}

/** How many of the tasks are in each state, the worst on top; what is there at all is seen. */
function stateStripe(counts: GraphNode["counts"], tasks: number, x: number, top: number): string[] {
  const found = worstFirst.filter((state) => (counts[state] ?? 0) > 0);
  const room = boxHeight - stripeMin * found.length;
  let y = top;
  return found.map((state) => {
    const height = stripeMin + room * counts[state]! / tasks;
    const part = element("rect", { x, y, width: 5, height, ...fill(statePaints[state]) });
    y += height;
    return part;
  });
}

function drawBox({ name, jobs, counts }: GraphNode, { x, y }: { x: number; y: number }, width: number): string {
  const tasks = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const words = Object.entries(counts).map(([state, count]) => `${count} ${state}`).join(", ");
  const many = [jobs > 1 ? `${jobs} jobs` : "", tasks > 1 || jobs > 1 ? countText(tasks, "task") : ""].filter((text) =>
    text !== ""
  );
  const letters = Math.floor((width - 18) / 6.6);
  const shown = cutToWidth(name, letters);
  const failed = counts.FAILED ?? 0;
  const second = [...many, ...(failed > 0 ? [`${failed} failed`] : [])].join(", ");
  return element(
    "g",
    {},
    element("title", {}, escapeMarkup(`${name}: ${words}`)),
    element("rect", { x, y, width, height: boxHeight, rx: 2, ...fill("idle") }),
    ...stateStripe(counts, tasks, x, y),
    // How wide letters are depends on the font: what is drawn in an svg ends at its border.
    element(
      "svg",
      { x: x + 12, y, width: width - 16, height: boxHeight },
      label(0, second === "" ? 22 : 15, shown, { paint: "text" }),
      second === "" ? "" : label(0, 29, second, { size: 11, lengthMax: letters + 2 }),
    ),
  );
}
