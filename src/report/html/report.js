/**
 * What moves in the report: the chart of what ran where, with zoom, and the table of all tasks. Names and reasons are
 * only ever set as text.
 */

/**
 * @typedef {object} Columns
 * @property {[string, number, number?][]} jobs
 * @property {string} states
 * @property {number[]} start
 * @property {number[]} ran
 * @property {number[]} queued
 * @property {number[]} cpu
 * @property {number[]} memory
 * @property {number[]} row
 * @property {Record<string, number[]>} rows
 * @property {Record<string, number>} attempts
 * @property {Record<string, number>} why
 * @property {string[]} reasons
 * @property {string[]} cores
 * @property {number} lengthMs
 * @property {[at: number, lengthMs: number][]} breaks
 * @property {number[]} critical
 */

export {};

const states = [
  { word: "waits", mark: "○", name: "waiting" },
  { word: "runs", mark: "▶", name: "running" },
  { word: "succeeded", mark: "●", name: "succeeded" },
  { word: "failed", mark: "✕", name: "failed" },
  { word: "canceled", mark: "■", name: "canceled" },
  { word: "omitted", mark: "–", name: "omitted" },
];

/** @type {Columns} */
const tasks = await readColumns();
const count = tasks.start.length;

/**
 * Reads the columns, which are compressed where they are long.
 * @returns {Promise<Columns>}
 */
async function readColumns() {
  const { textContent, dataset } = find("tasks");
  const text = textContent ?? "";
  if (dataset.packing !== "deflate-raw") return JSON.parse(text);
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).json();
}

/** The job of each task: tasks of a job follow each other. */
const jobOf = new Uint32Array(count);
const firstOf = tasks.jobs.map(() => 0);
{
  let task = 0;
  tasks.jobs.forEach(([, number], job) => {
    firstOf[job] = task;
    jobOf.fill(job, task, task + number);
    task += number;
  });
}

/** @param {string} id */
function find(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {number} task */
function nameOf(task) {
  const job = jobOf[task] ?? 0;
  const [name, , first] = tasks.jobs[job] ?? ["", 0];
  return first === undefined ? name : `${name}:${first + task - (firstOf[job] ?? 0)}`;
}

/** @param {number} task */
function stateOf(task) {
  return Number(tasks.states[task]);
}

/** @param {number | undefined} ms */
function span(ms) {
  if (ms === undefined || ms < 0) return "–";
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h} h ${m} min` : `${m} min ${s} s`;
}

/** @param {number | undefined} kib */
function memory(kib) {
  if (kib === undefined || kib < 0) return "–";
  return kib < 1024
    ? `${kib} KiB`
    : kib < 1 << 20
    ? `${(kib / 1024).toFixed(0)} MiB`
    : `${(kib / 1048576).toFixed(1)} GiB`;
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString("en-US");
}

/** @param {string} name */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/* ---- What ran where ---- */

const canvas = /** @type {HTMLCanvasElement} */ (find("gantt"));
const tip = find("tip");
const critical = new Set(tasks.critical);
const axisHeight = 24;
/** More cores than one can tell apart are joined: so many in a row that rows end where nodes do, if that can be. */
const rowsMax = 72;
const perRow = coresPerRow();
const rowCount = Math.ceil(tasks.cores.length / perRow);
const rowHeight = Math.max(4, Math.min(18, Math.floor(560 / Math.max(1, rowCount))));
const labelWidth = Math.min(
  160,
  16 +
    7 * Array.from({ length: rowCount }, (_, row) => rowName(row).length).reduce((most, one) => Math.max(most, one), 0),
);
/** How many degrees of density are told apart. */
const degrees = 6;
const view = { from: 0, to: tasks.lengthMs };

/** Tasks that ran, by row and start, to draw and to find them. */
const bars = /** @type {number[][]} */ (tasks.cores.map(() => []));
for (let task = 0; task < count; task++) {
  const row = tasks.row[task] ?? -1;
  if (row < 0 || (tasks.start[task] ?? -1) < 0) continue;
  for (const one of [row, ...(tasks.rows[task] ?? [])]) bars[one]?.push(task);
}
for (const row of bars) row.sort((a, b) => (tasks.start[a] ?? 0) - (tasks.start[b] ?? 0));

/** @param {number} task */
function endOf(task) {
  const ran = tasks.ran[task] ?? -1;
  return ran < 0 ? tasks.lengthMs : (tasks.start[task] ?? 0) + ran;
}

function coresPerRow() {
  const least = Math.max(1, Math.ceil(tasks.cores.length / rowsMax));
  const first = tasks.cores[0] ?? "";
  const node = first.slice(0, first.lastIndexOf(":") + 1);
  const ofNode = Math.max(1, tasks.cores.findLastIndex((name) => name.startsWith(node)) + 1);
  for (let cores = least; cores < 2 * least; cores++) if (ofNode % cores === 0 || cores % ofNode === 0) return cores;
  return least;
}

/**
 * What a row is called: a core, or the first and the last of several.
 * @param {number} row
 */
function rowName(row) {
  const [first = "", last = ""] = [
    tasks.cores[row * perRow],
    tasks.cores[(row + 1) * perRow - 1] ?? tasks.cores.at(-1),
  ];
  if (first === last) return first;
  const [node, core] = [last.slice(0, last.lastIndexOf(":")), last.slice(last.lastIndexOf(":") + 1)];
  return `${first}–${first.startsWith(`${node}:`) ? core : "…"}`;
}

/**
 * A time on the axis, in the unit in which all of it is written.
 * @param {number} ms
 * @param {number} step
 */
function axisText(ms, step) {
  if (view.to < 1000) return `${ms} ms`;
  if (view.to < 120_000) return `${Number((ms / 1000).toFixed(3))} s`;
  const minutes = Math.floor(ms / 60_000);
  if (step < 60_000) return `${minutes} min ${Math.round(ms / 1000) % 60} s`;
  if (view.to < 7_200_000) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function drawChart() {
  const width = canvas.clientWidth;
  const height = rowCount * rowHeight + axisHeight;
  const scale = globalThis.devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.scale(scale, scale);
  pen.font = "12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  const paints = states.map(({ name }) => colour(name));
  const [line, quiet, text, accent] = ["line", "quiet", "text", "text"].map(colour);
  const at = (/** @type {number} */ ms) => labelWidth + (ms - view.from) / (view.to - view.from) * (width - labelWidth);
  drawAxis(pen, at, height, width, line ?? "", quiet ?? "");
  pen.fillStyle = text ?? "";
  const step = Math.max(1, Math.ceil(13 / rowHeight));
  for (let row = 0; row < rowCount; row += step) {
    pen.fillText(rowName(row), 0, Math.max(7, (row + 0.5) * rowHeight), labelWidth - 8);
  }
  pen.save();
  pen.beginPath();
  pen.rect(labelWidth, 0, width - labelWidth, height);
  pen.clip();
  for (let row = 0; row < rowCount; row++) {
    if (perRow === 1) drawBars(pen, at, row, paints, accent ?? "");
    else drawDensity(pen, at, row, width, [paints[2] ?? "", paints[3] ?? "", accent ?? ""]);
  }
  drawBreaks(pen, at, height - axisHeight, text ?? "");
  pen.restore();
  find("range").textContent = `${span(Math.round(view.from))} to ${span(Math.round(view.to))}`;
}

/**
 * The bars of the tasks of a core.
 * @param {CanvasRenderingContext2D} pen
 * @param {(ms: number) => number} at
 * @param {number} row
 * @param {string[]} paints
 * @param {string} accent
 */
function drawBars(pen, at, row, paints, accent) {
  const top = row * rowHeight;
  let drawn = -1;
  for (const task of bars[row] ?? []) {
    const start = tasks.start[task] ?? 0;
    if (start > view.to) break;
    const end = endOf(task);
    if (end < view.from) continue;
    const [left, right] = [at(start), at(end)];
    // What is narrower than a pixel is drawn once a pixel, a failure always.
    if (right - left < 1 && Math.floor(left) === drawn && stateOf(task) !== 3) continue;
    drawn = Math.floor(left);
    pen.fillStyle = paints[stateOf(task)] ?? "";
    pen.fillRect(
      left,
      top + (rowHeight > 6 ? 1 : 0),
      Math.max(1, right - left - (right - left > 3 ? 1 : 0)),
      rowHeight - (rowHeight > 6 ? 2 : 0.5),
    );
    if (critical.has(task)) frame(pen, left, right, top, accent);
    if (rowHeight >= 14 && right - left > 60) {
      pen.fillStyle = colour("on-bar");
      pen.save();
      pen.beginPath();
      pen.rect(left, top, right - left - 6, rowHeight);
      pen.clip();
      pen.fillText(nameOf(task).slice(0, 80), Math.max(left, labelWidth) + 6, top + rowHeight / 2);
      pen.restore();
    }
  }
}

/**
 * How much of the time the cores of a row were used, and where a task failed.
 * @param {CanvasRenderingContext2D} pen
 * @param {(ms: number) => number} at
 * @param {number} row
 * @param {number} width
 * @param {[used: string, failed: string, accent: string]} paints
 */
function drawDensity(pen, at, row, width, [used, failed, accent]) {
  const columns = Math.max(1, Math.floor((width - labelWidth) / 2));
  const step = (view.to - view.from) / columns;
  const held = new Float64Array(columns);
  /** @type {Set<number>} */
  const fails = new Set();
  const top = row * rowHeight;
  const cores = bars.slice(row * perRow, (row + 1) * perRow);
  for (const task of cores.flat()) {
    const [start, end] = [Math.max(view.from, tasks.start[task] ?? 0), Math.min(view.to, endOf(task))];
    if (end < start) continue;
    const last = Math.min(columns - 1, Math.floor((end - view.from) / step));
    for (let column = Math.floor((start - view.from) / step); column <= last; column++) {
      const from = view.from + column * step;
      held[column] = (held[column] ?? 0) + Math.max(0, Math.min(end, from + step) - Math.max(start, from));
    }
    if (stateOf(task) === 3 && endOf(task) <= view.to) fails.add(last);
  }
  const degreeOf = (/** @type {number} */ column) => {
    const share = (held[column] ?? 0) / (step * cores.length);
    return share <= 0 ? 0 : Math.max(1, Math.min(degrees, Math.round(share * degrees)));
  };
  pen.fillStyle = used;
  for (let column = 0; column < columns;) {
    const [first, degree] = [column, degreeOf(column)];
    while (column < columns && degreeOf(column) === degree) column++;
    pen.globalAlpha = degree / degrees;
    if (degree > 0) pen.fillRect(labelWidth + first * 2, top, (column - first) * 2, rowHeight - 0.5);
  }
  pen.globalAlpha = 1;
  pen.fillStyle = failed;
  for (const column of fails) pen.fillRect(labelWidth + column * 2, top + rowHeight / 2, 2, rowHeight / 2 - 0.5);
  for (const task of cores.flat()) {
    if (critical.has(task)) frame(pen, at(tasks.start[task] ?? 0), at(endOf(task)), top, accent);
  }
}

/**
 * The frame of a task of the critical path.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} left
 * @param {number} right
 * @param {number} top
 * @param {string} paint
 */
function frame(pen, left, right, top, paint) {
  pen.strokeStyle = paint;
  pen.lineWidth = rowHeight < 8 ? 1 : 2;
  pen.strokeRect(left + 1, top + 1, Math.max(2, right - left - 3), rowHeight - 3);
}

/**
 * Where no pilot had the run.
 * @param {CanvasRenderingContext2D} pen
 * @param {(ms: number) => number} at
 * @param {number} height
 * @param {string} paint
 */
function drawBreaks(pen, at, height, paint) {
  pen.strokeStyle = paint;
  pen.lineWidth = 1.5;
  pen.setLineDash([2, 3]);
  for (const [ms] of tasks.breaks) {
    pen.beginPath();
    pen.moveTo(at(ms), 0);
    pen.lineTo(at(ms), height);
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.lineWidth = 1;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {(ms: number) => number} at
 * @param {number} height
 * @param {number} width
 * @param {string} line
 * @param {string} quiet
 */
function drawAxis(pen, at, height, width, line, quiet) {
  const least = (view.to - view.from) / Math.max(2, width / 110);
  const steps = [
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1e3,
    2e3,
    5e3,
    1e4,
    15e3,
    3e4,
    6e4,
    12e4,
    3e5,
    6e5,
    9e5,
    18e5,
    36e5,
    72e5,
    108e5,
    216e5,
    432e5,
    864e5,
  ];
  const step = steps.find((one) => one >= least) ?? Math.ceil(least / 864e5) * 864e5;
  pen.strokeStyle = line;
  pen.fillStyle = quiet;
  pen.textAlign = "center";
  for (let ms = Math.ceil(view.from / step) * step; ms <= view.to; ms += step) {
    pen.beginPath();
    pen.moveTo(at(ms), 0);
    pen.lineTo(at(ms), height - axisHeight + 4);
    pen.stroke();
    const text = axisText(ms, step);
    const half = pen.measureText(text).width / 2;
    pen.fillText(text, Math.min(width - half, Math.max(labelWidth + half - 8, at(ms))), height - axisHeight / 2 + 2);
  }
  pen.textAlign = "left";
}

/**
 * @param {number} factor
 * @param {number} [around]
 */
function zoom(factor, around = (view.from + view.to) / 2) {
  const length = Math.min(tasks.lengthMs, Math.max(5, (view.to - view.from) * factor));
  const share = (around - view.from) / (view.to - view.from);
  move(around - share * length, length);
}

/**
 * @param {number} from
 * @param {number} length
 */
function move(from, length) {
  view.from = Math.max(0, Math.min(tasks.lengthMs - length, from));
  view.to = view.from + length;
  tip.hidden = true;
  drawChart();
}

/** @param {MouseEvent} event */
function placeOf(event) {
  const box = canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  const ms = view.from + (x - labelWidth) / (box.width - labelWidth) * (view.to - view.from);
  return { x, y, ms, row: Math.floor(y / rowHeight) };
}

/** @type {{ x: number, from: number } | undefined} */
let grip;
canvas.addEventListener("pointerdown", (event) => {
  grip = { x: event.clientX, from: view.from };
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointerup", () => grip = undefined);
canvas.addEventListener("pointerleave", () => tip.hidden = true);
canvas.addEventListener("pointermove", (event) => {
  if (grip !== undefined) {
    const perPixel = (view.to - view.from) / Math.max(1, canvas.clientWidth - labelWidth);
    return move(grip.from - (event.clientX - grip.x) * perPixel, view.to - view.from);
  }
  const { x, y, ms, row } = placeOf(event);
  const slack = (view.to - view.from) / Math.max(1, canvas.clientWidth) * 1.5;
  const found = bars.slice(row * perRow, (row + 1) * perRow).flat().filter((one) =>
    (tasks.start[one] ?? 0) - slack <= ms && ms <= endOf(one) + slack
  );
  const task = found.find((one) => stateOf(one) === 3) ?? found[0];
  tip.hidden = task === undefined;
  if (task === undefined) return;
  tip.textContent = tellTask(task) + (found.length > 1 && perRow > 1 ? `; and ${found.length - 1} more` : "");
  tip.style.left = `${Math.min(x + 12, canvas.clientWidth - 280)}px`;
  tip.style.top = `${y + 16}px`;
});
canvas.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.shiftKey) return;
  event.preventDefault();
  zoom(event.deltaY + event.deltaX > 0 ? 1.25 : 0.8, placeOf(event).ms);
}, { passive: false });
canvas.addEventListener("keydown", (event) => {
  const length = view.to - view.from;
  /** @type {Record<string, () => void>} */
  const keys = {
    "+": () => zoom(0.7),
    "=": () => zoom(0.7),
    "-": () => zoom(1.4),
    "0": () => move(0, tasks.lengthMs),
    ArrowLeft: () => move(view.from - length / 5, length),
    ArrowRight: () => move(view.from + length / 5, length),
  };
  const act = keys[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});
find("zoom-in").addEventListener("click", () => zoom(0.5));
find("zoom-out").addEventListener("click", () => zoom(2));
find("zoom-all").addEventListener("click", () => move(0, tasks.lengthMs));

/** @param {number} task */
function tellTask(task) {
  const { word } = states[stateOf(task)] ?? { word: "" };
  const why = tasks.reasons[tasks.why[task] ?? -1];
  return `${nameOf(task)} ${word}, ran ${span(tasks.ran[task])} from ${span(tasks.start[task])}${
    why === undefined ? "" : `: ${why}`
  }`;
}

/* ---- All tasks ---- */

const height = 28;
const box = find("rows");
const body = /** @type {HTMLTableSectionElement} */ (box.querySelector("tbody"));
const search = /** @type {HTMLInputElement} */ (find("search"));
/** @type {Set<number>} */
const wanted = new Set();
/** @type {{ key: string, isUp: boolean }} */
let order = { key: "", isUp: true };
let shown = Uint32Array.from({ length: count }, (_, task) => task);

/** @param {number} task */
function waitOf(task) {
  const start = tasks.start[task] ?? -1;
  return start < 0 ? -1 : start - (tasks.queued[jobOf[task] ?? 0] ?? 0);
}

/** @type {Record<string, (task: number) => number>} */
const keys = {
  task: (task) => task,
  state: (task) => [4, 5, 2, 0, 1, 3][stateOf(task)] ?? 0,
  waited: waitOf,
  ran: (task) => tasks.ran[task] ?? -1,
  cpu: (task) => tasks.cpu[task] ?? -1,
  memory: (task) => tasks.memory[task] ?? -1,
  tries: (task) => tasks.attempts[task] ?? 1,
};

function choose() {
  const words = search.value.trim().toLowerCase();
  const found = [];
  for (let task = 0; task < count; task++) {
    if (wanted.size > 0 && !wanted.has(stateOf(task))) continue;
    if (words !== "") {
      const why = tasks.reasons[tasks.why[task] ?? -1] ?? "";
      if (!nameOf(task).toLowerCase().includes(words) && !why.toLowerCase().includes(words)) continue;
    }
    found.push(task);
  }
  const key = keys[order.key];
  if (key !== undefined) found.sort((a, b) => (order.isUp ? 1 : -1) * (key(a) - key(b)) || a - b);
  shown = Uint32Array.from(found);
  const all = `${number(count)} ${count === 1 ? "task" : "tasks"}`;
  find("found").textContent = shown.length === count ? all : `${number(shown.length)} of ${all}`;
  box.scrollTop = 0;
  drawRows();
}

function drawRows() {
  const first = Math.max(0, Math.floor(box.scrollTop / height) - 10);
  const last = Math.min(shown.length, first + Math.ceil(box.clientHeight / height) + 20);
  const pad = (/** @type {number} */ rows) => {
    const line = document.createElement("tr");
    line.className = "pad";
    line.setAttribute("aria-hidden", "true");
    const cell = line.insertCell();
    cell.colSpan = 8;
    cell.style.height = `${rows * height}px`;
    return line;
  };
  body.replaceChildren(pad(first), ...Array.from(shown.slice(first, last), rowOf), pad(shown.length - last));
}

/** @param {number} task */
function rowOf(task) {
  const line = document.createElement("tr");
  const state = states[stateOf(task)] ?? { word: "", mark: "", name: "" };
  const mark = document.createElement("span");
  mark.className = `mark is-${state.name}`;
  mark.textContent = state.mark;
  const why = tasks.reasons[tasks.why[task] ?? -1] ?? "";
  const name = line.insertCell();
  // Where there is no room for all of a name its index stays, as it tells an iteration from the others.
  const [index = ""] = /:\d+$/.exec(nameOf(task)) ?? [];
  const begin = document.createElement("span");
  begin.textContent = nameOf(task).slice(0, nameOf(task).length - index.length);
  begin.style.maxWidth = `calc(100% - ${index.length + 0.5}ch)`;
  name.append(begin, index);
  name.title = nameOf(task);
  line.insertCell().append(mark, state.word);
  for (
    const text of [
      span(waitOf(task)),
      span(tasks.ran[task]),
      span(tasks.cpu[task]),
      memory(tasks.memory[task]),
      String(tasks.attempts[task] ?? 1),
    ]
  ) {
    const cell = line.insertCell();
    cell.className = "number";
    cell.textContent = text;
  }
  const cell = line.insertCell();
  cell.textContent = why;
  cell.title = why;
  return line;
}

box.addEventListener("scroll", drawRows);
search.addEventListener("input", choose);
for (const button of document.querySelectorAll("#states button")) {
  button.addEventListener("click", () => {
    const state = Number(button.getAttribute("value"));
    if (!wanted.delete(state)) wanted.add(state);
    button.setAttribute("aria-pressed", String(wanted.has(state)));
    choose();
  });
}
for (const button of box.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const key = button.getAttribute("value") ?? "";
    order = { key, isUp: order.key === key ? !order.isUp : key === "task" };
    for (const other of box.querySelectorAll("th")) other.removeAttribute("aria-sort");
    button.closest("th")?.setAttribute("aria-sort", order.isUp ? "ascending" : "descending");
    choose();
  });
}

for (const part of document.querySelectorAll(".script")) part.removeAttribute("hidden");
for (const part of document.querySelectorAll(".plain")) part.setAttribute("hidden", "");
globalThis.addEventListener("resize", () => {
  drawChart();
  drawRows();
});
globalThis.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawChart);
drawChart();
choose();
