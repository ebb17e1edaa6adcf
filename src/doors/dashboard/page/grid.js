/**
 * Nodes and cores: which are busy, and by what; where there are too many, how busy each node is.
 */
import { count, countOf, make, plain } from "./words.js";

/**
 * @typedef {{ name: string, nodes: number, cores: number, busy: number, ids?: string[], tasks?: number[] }} GridRow
 * @typedef {{ rows: GridRow[], tasks: string[], cores: number, busy: number }} Grid
 */

/** The cores of a node with more than these are drawn narrower. */
const manyCores = 32;

/**
 * Draws the grid.
 * @param {Grid} grid
 * @param {(name: string) => void} open Opens a task.
 */
export function drawGrid(grid, open) {
  if (grid.cores === 0) return make("p", { class: "quiet small" }, "No core has been granted yet.");
  const isSingle = grid.rows.every(({ tasks }) => tasks !== undefined);
  const isMany = !isSingle && grid.rows.length > 16;
  const box = make("div", { class: isMany ? "grid many" : "grid" });
  for (const row of grid.rows) {
    const title = `${row.name}: ${row.busy} of ${countOf(row.cores, "core")} in use`;
    const name = make("span", { class: "node", title: plain(title) }, make("bdi", {}, plain(row.name)));
    const share = () => {
      const filled = make("span");
      filled.style.width = `${100 * row.busy / Math.max(1, row.cores)}%`;
      return make("div", { class: "share", role: "img", "aria-label": plain(title), title: plain(title) }, filled);
    };
    if (isMany) box.append(make("div", {}, name, share()));
    else box.append(name, row.tasks === undefined ? share() : coresOf(row, grid, open));
  }
  return box;
}

/**
 * @param {GridRow} row
 * @param {Grid} grid
 * @param {(name: string) => void} open
 */
function coresOf({ name, ids = [], tasks = [], busy, cores }, grid, open) {
  const label = plain(`${name}: ${count(busy)} of ${countOf(cores, "core")} in use`);
  const box = make("div", {
    class: ids.length > manyCores ? "cores fine" : "cores",
    role: "group",
    "aria-label": label,
  });
  ids.forEach((id, at) => {
    const task = grid.tasks[tasks[at] ?? -1];
    if (task === undefined) {
      box.append(make("span", { class: "core", title: plain(`core ${id}: free`) }));
      return;
    }
    const title = plain(`core ${id}: ${task}`);
    // A thousand cores are no thousand stops of the tabulator: the table of tasks leads to the same.
    box.append(make("button", {
      ...{ type: "button", class: "core", title, "aria-label": title, tabindex: grid.cores > 64 ? -1 : undefined },
      click: () => open(task),
    }));
  });
  return box;
}
