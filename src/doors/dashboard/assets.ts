/**
 * The files of the page. They are imported as text, so that a bundle, a compiled program and the package have them.
 *
 * @module
 */

import palette from "../../report/pictures/palette.css" with { type: "text" };
import page from "./page/page.html" with { type: "text" };
import style from "./page/style.css" with { type: "text" };
import main from "./page/main.js" with { type: "text" };
import ask from "./page/ask.js" with { type: "text" };
import words from "./page/words.js" with { type: "text" };
import overview from "./page/overview.js" with { type: "text" };
import chart from "./page/chart.js" with { type: "text" };
import grid from "./page/grid.js" with { type: "text" };
import tasks from "./page/tasks.js" with { type: "text" };
import details from "./page/details.js" with { type: "text" };
import failures from "./page/failures.js" with { type: "text" };
import graph from "./page/graph.js" with { type: "text" };
import log from "./page/log.js" with { type: "text" };
import icon from "./page/icon.svg" with { type: "text" };

/** A file of the page. */
export interface Asset {
  /** What it is, as a header says it. */
  readonly type: string;
  /** What it holds. */
  readonly text: string;
}

const script = (text: string): Asset => ({ type: "text/javascript; charset=utf-8", text });

/** The files by their paths. */
export const assets: Readonly<Record<string, Asset>> = {
  "/": { type: "text/html; charset=utf-8", text: page },
  "/style.css": { type: "text/css; charset=utf-8", text: `${palette}\n${style}` },
  "/icon.svg": { type: "image/svg+xml", text: icon },
  "/main.js": script(main),
  "/ask.js": script(ask),
  "/words.js": script(words),
  "/overview.js": script(overview),
  "/chart.js": script(chart),
  "/grid.js": script(grid),
  "/tasks.js": script(tasks),
  "/details.js": script(details),
  "/failures.js": script(failures),
  "/graph.js": script(graph),
  "/log.js": script(log),
};
