/**
 * The jobs as a graph: what waits for what, and how each stands.
 */
import { ask } from "./ask.js";
import { count, countOf, draw, make, plain, states } from "./words.js";

/**
 * @typedef {{ name: string, jobs: number, counts: Record<string, number>, column: number, row: number }} GraphNode
 * @typedef {{ nodes: GraphNode[], edges: [number, number][], jobs: number, isAggregated: boolean }} Drawn
 */

const box = { width: 168, height: 44, across: 64, down: 16, margin: 16 };
/** How many rows are seen at once, about. */
const rowsInSight = 12;
/** Longer names are cut in the picture; whole they are in its title. */
const nameMax = 20;

/** The view of jobs. */
export class Graph {
  #drawn = "";

  /**
   * @param {HTMLElement} parent
   * @param {{ open: (name: string) => void }} parts
   */
  constructor(parent, { open }) {
    this.open = open;
    this.heading = make("h2", {}, "Jobs");
    this.note = make("p", { class: "quiet small" });
    this.picture = make("div", { class: "graph", tabindex: 0, role: "region", "aria-label": "Graph of jobs" });
    parent.append(this.heading, this.note, this.picture);
  }

  /** Draws the jobs. */
  async show() {
    /** @type {Drawn} */
    const graph = await ask("graph");
    const text = JSON.stringify(graph);
    if (text === this.#drawn) return;
    this.#drawn = text;
    this.heading.textContent = `${countOf(graph.jobs, "job")}, ${countOf(graph.edges.length, "arrow")}`;
    this.note.textContent = graph.jobs === 0
      ? "Jobs are drawn here as soon as they are submitted."
      : graph.isAggregated
      ? "Jobs whose names differ in numbers only are drawn as one. A job stands right of all that it waits for."
      : "A job stands right of all that it waits for.";
    const [left, top] = [this.picture.scrollLeft, this.picture.scrollTop];
    this.picture.replaceChildren(drawGraph(graph, this.open));
    [this.picture.scrollLeft, this.picture.scrollTop] = [left, top];
  }
}

/**
 * @param {Drawn} graph
 * @param {(name: string) => void} open
 */
function drawGraph({ nodes, edges }, open) {
  const across = Math.max(0, ...nodes.map(({ column }) => column)) + 1;
  const down = Math.max(0, ...nodes.map(({ row }) => row)) + 1;
  const width = 2 * box.margin + across * box.width + (across - 1) * box.across;
  const height = 2 * box.margin + down * box.height + (down - 1) * box.down;
  const tallness = new Map();
  for (const { column, row } of nodes) tallness.set(column, Math.max(tallness.get(column) ?? 0, row + 1));
  const x = (/** @type {GraphNode} */ { column }) => box.margin + column * (box.width + box.across);
  // A short column stands in the middle of the tall ones, where these are not taller than a screen.
  const y = (/** @type {GraphNode} */ { column, row }) =>
    box.margin + (row + (down > rowsInSight ? 0 : (down - tallness.get(column)) / 2)) * (box.height + box.down);
  const svg = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Jobs" });
  for (const [from, to] of edges) {
    const [one, other] = [nodes[from], nodes[to]];
    if (one === undefined || other === undefined) continue;
    const [x1, y1, x2, y2] = [x(one) + box.width, y(one) + box.height / 2, x(other), y(other) + box.height / 2];
    const middle = (x1 + x2) / 2;
    svg.append(draw("path", { d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` }));
  }
  for (const node of nodes) svg.append(drawNode(node, x(node), y(node), open));
  return svg;
}

/**
 * @param {GraphNode} node
 * @param {number} x
 * @param {number} y
 * @param {(name: string) => void} open
 */
function drawNode({ name, jobs, counts }, x, y, open) {
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const told = states.filter(([state]) => (counts[state] ?? 0) > 0)
    .map(([state, word]) => total === 1 ? word : `${count(counts[state] ?? 0)} ${word}`);
  const shown = plain(name);
  const letters = [...shown];
  const first = letters.length > nameMax ? `${letters.slice(0, nameMax - 1).join("")}…` : shown;
  const second = jobs > 1 ? countOf(jobs, "job") : total > 1 ? countOf(total, "task") : told[0] ?? "";
  const node = draw(
    "a",
    { href: "#", role: "button", tabindex: "0", "aria-label": `${first} ${second} (${shown}: ${told.join(", ")})` },
    draw("rect", { x, y, width: box.width, height: box.height, rx: 4 }),
    draw("text", { x: x + 8, y: y + 17 }, first),
    // A blank, so that the words are two when they are read.
    draw("text", { class: "quiet", x: x + 8, y: y + 33 }, ` ${second}`),
  );
  let at = x;
  for (const [state] of states) {
    const part = (counts[state] ?? 0) / Math.max(1, total) * box.width;
    if (part === 0) continue;
    node.append(draw("rect", { class: `part ${state}`, x: at, y: y + box.height - 4, width: part, height: 4 }));
    at += part;
  }
  node.addEventListener("click", (event) => {
    event.preventDefault();
    open(name);
  });
  return node;
}
