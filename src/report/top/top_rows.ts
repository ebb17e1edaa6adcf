/**
 * The list of tasks on the screen of `qcgpj top`: as many columns as there is room for.
 *
 * @module
 */

import { formatSpan } from "../../base/duration.ts";
import type { TaskPage } from "../dashboard/task_pages.ts";
import { formatKiB } from "../look/row_table.ts";
import type { TaskRow } from "../look/task_row.ts";
import { countOf } from "../../resources/request.ts";
import { cutName } from "../look/cut_name.ts";
import { fitRight, fitToWidth, oneLine } from "./screen_text.ts";
import { stateLooks, type TopSize } from "./looks.ts";
import type { TopState } from "./top_state.ts";

/** A column behind the name. */
interface Column {
  readonly title: string;
  readonly width: number;
  /** How wide the terminal must be to show it. */
  readonly from: number;
  readonly isRight?: true;
  readonly text: (row: TaskRow) => string;
}

const span = (ms: number | undefined): string => ms === undefined ? "-" : formatSpan(ms);

const columns: readonly Column[] = [
  { title: "ran", width: 7, from: 0, isRight: true, text: ({ ranMs }) => span(ranMs) },
  { title: "waited", width: 7, from: 56, isRight: true, text: ({ waitedMs }) => span(waitedMs) },
  { title: "cores", width: 5, from: 66, isRight: true, text: ({ cores }) => cores === 0 ? "-" : String(cores) },
  {
    title: "node",
    width: 12,
    from: 72,
    text: ({ nodes }) => nodes.length > 1 ? `${nodes[0]}+${nodes.length - 1}` : nodes[0] ?? "-",
  },
  { title: "tries", width: 5, from: 92, isRight: true, text: ({ attempts }) => String(attempts) },
  { title: "cpu", width: 7, from: 104, isRight: true, text: ({ cpuMs }) => span(cpuMs) },
  {
    title: "memory",
    width: 9,
    from: 112,
    isRight: true,
    text: ({ peakKiB }) => peakKiB === undefined ? "-" : formatKiB(peakKiB),
  },
];

/** From this width on there is a column for the reason, too. */
const reasonFrom = 132;

/** The heading and the rows. */
export function rowLines({ total, offset, rows }: TaskPage, state: TopState, size: TopSize): string[] {
  const { filter, order, isReversed, search, chosen } = state;
  const { paint } = size;
  const sorted = `${order ?? "submission"}${isReversed ? ", reversed" : ""}`;
  const found = search === "" ? "" : `, with "${oneLine(search)}"`;
  const shown = total === 0 ? "" : `, ${offset + 1} to ${offset + rows.length}`;
  const title = `${filter === "all" ? countOf(total, "task") : `${total} ${filter}`}${found}, by ${sorted}${shown}`;
  const used = columns.filter(({ from }) => size.columns >= from);
  const rest = used.reduce((sum, { width }) => sum + width + 1, 0);
  const reasonWidth = size.columns >= reasonFrom ? Math.floor((size.columns - rest - 4) / 2) : 0;
  const nameWidth = Math.max(8, size.columns - rest - 3 - (reasonWidth === 0 ? 0 : reasonWidth + 1));
  const line = (name: string, cells: readonly string[], reason: string) => {
    const fitted = used.map(({ width, isRight }, at) => (isRight ? fitRight : fitToWidth)(cells[at]!, width));
    return [fitToWidth(name, nameWidth), ...fitted, ...(reasonWidth === 0 ? [] : [fitToWidth(reason, reasonWidth)])]
      .join(" ");
  };
  const heading = `   ${line("task", used.map(({ title }) => title), "why")}`;
  return [
    "",
    fitToWidth(title, size.columns),
    paint(fitToWidth(heading, size.columns), "4"),
    ...(rows.length === 0 ? [fitToWidth(emptyText(state), size.columns)] : []),
    ...rows.map((row, at) => {
      const [, , shape = "?", colour = "0"] = stateLooks.find(([one]) => one === row.state) ?? [];
      const isChosen = offset + at === chosen;
      const cells = used.map(({ text }) => oneLine(text(row)));
      const text = ` ${line(cutName(oneLine(row.name), nameWidth), cells, oneLine(row.reason ?? row.cause ?? ""))}`;
      return `${isChosen ? ">" : " "}${paint(shape, colour)}${isChosen ? paint(text, "7") : text}`;
    }),
  ];
}

function emptyText({ filter, search }: TopState): string {
  if (search !== "") return "no task has this in its name; escape ends the search";
  return filter === "all" ? "no task yet" : "nothing here; f lists other tasks";
}
