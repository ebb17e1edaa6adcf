/**
 * Nodes and cores as a grid: which task has which core, and how busy nodes are where there are too many cores to tell one
 * by one.
 *
 * @module
 */

import { taskName } from "../../job/description.ts";
import type { DashboardModel, NodeCores } from "./dashboard_model.ts";

/** One row of the grid: a node, or several neighbours. */
export interface GridRow {
  /** The name of the node, or of the first and the last. */
  readonly name: string;
  /** How many nodes it stands for. */
  readonly nodes: number;
  /** How many cores it has. */
  readonly cores: number;
  /** How many of them tasks hold. */
  readonly busy: number;
  /** The ids of the cores; absent where cores are only counted. */
  readonly ids?: readonly string[];
  /** For each core the index of its task in {@linkcode CoreGrid.tasks}, -1 for none. */
  readonly tasks?: readonly number[];
}

/** All nodes. */
export interface CoreGrid {
  /** The nodes, or groups of neighbours. */
  readonly rows: readonly GridRow[];
  /** The names of the tasks that hold cores; empty where cores are only counted. */
  readonly tasks: readonly string[];
  /** How many cores there are. */
  readonly cores: number;
  /** How many of them tasks hold. */
  readonly busy: number;
}

/** More cores than these are only counted, node by node; more nodes than these are put together. */
const singleCoresMax = 5000;
const rowsMax = 512;

/** Draws the grid. What tasks hold beside the known nodes, as after a resume elsewhere, comes behind them. */
export function gridOf(model: DashboardModel, nodes: readonly NodeCores[]): CoreGrid {
  const rows = new Map(
    nodes.map(({ name, cores }) => [name, { name, ids: [...cores], held: new Map<string, number>() }]),
  );
  const names: string[] = [];
  for (const { job, offset } of model.live()) {
    const index = names.push(taskName(job.description, offset)) - 1;
    for (const part of model.view.ledger.task(job.firstTask + offset).allocation?.nodes ?? []) {
      let row = rows.get(part.name);
      if (row === undefined) rows.set(part.name, row = { name: part.name, ids: [], held: new Map() });
      for (const core of part.cores) row.held.set(core, index);
    }
  }
  const drawn = [...rows.values()].map(({ name, ids, held }) => {
    const known = new Set(ids);
    const all = [...ids, ...[...held.keys()].filter((core) => !known.has(core))];
    return { name, nodes: 1, cores: all.length, busy: held.size, ids: all, tasks: all.map((id) => held.get(id) ?? -1) };
  });
  const sum = (key: "cores" | "busy") => drawn.reduce((total, row) => total + row[key], 0);
  const [cores, busy] = [sum("cores"), sum("busy")];
  if (cores <= singleCoresMax && drawn.length <= rowsMax) return { rows: drawn, tasks: names, cores, busy };
  return { rows: putTogether(drawn), tasks: [], cores, busy };
}

/** Counts cores, and puts neighbours together, as few as make the rows not too many. */
function putTogether(rows: readonly GridRow[]): GridRow[] {
  const each = Math.ceil(rows.length / rowsMax);
  const groups: GridRow[] = [];
  for (let at = 0; at < rows.length; at += each) {
    const group = rows.slice(at, at + each);
    const [first, last] = [group[0]!.name, group.at(-1)!.name];
    groups.push({
      name: group.length === 1 ? first : `${first} … ${last}`,
      nodes: group.length,
      cores: group.reduce((sum, row) => sum + row.cores, 0),
      busy: group.reduce((sum, row) => sum + row.busy, 0),
    });
  }
  return groups;
}
