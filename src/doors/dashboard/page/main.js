/**
 * The page: which view is shown, and what is told of the run as it changes.
 */
import { ask, follow, order, Refusal } from "./ask.js";
import { Details } from "./details.js";
import { FailureGroups } from "./failures.js";
import { Graph } from "./graph.js";
import { Log } from "./log.js";
import { Overview } from "./overview.js";
import { Tasks } from "./tasks.js";
import { count, plain } from "./words.js";

/** @typedef {import("./overview.js").Run} Run */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @returns {T}
 */
function find(id) {
  return /** @type {T} */ (/** @type {unknown} */ (document.getElementById(id)));
}

/** A view is drawn anew at most so often, in milliseconds. */
const drawMs = 1000;
const happeningsMax = 500;

const view = find("view");
const pause = /** @type {HTMLButtonElement} */ (find("pause"));
/** @type {import("./overview.js").Happening[]} */
const happenings = [];
/** @type {Run | undefined} */
let run;
/** @type {{ show: (run: Run) => Promise<void> } | undefined} */
let shown;
let isDrawing = false;
let isStale = false;

const details = new Details(find("details"), {
  sure,
  tell,
  closed: () => {},
});
const open = (/** @type {string} */ name) => void details.open(name);

/** @type {Record<string, () => { show: (run: Run) => Promise<void> }>} */
const views = {
  overview: () => new Overview(view, { open, go, happenings }),
  tasks: () => new Tasks(view, { open }),
  failures: () => new FailureGroups(view, { open }),
  graph: () => new Graph(view, { open }),
  log: () => new Log(view),
};

/** @param {string} name */
function go(name) {
  view.replaceChildren();
  for (const button of document.querySelectorAll("nav button")) {
    const isChosen = button.getAttribute("data-view") === name;
    if (isChosen) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  const [secret] = location.hash.slice(1).split("/");
  history.replaceState(null, "", `#${secret}/${name}`);
  shown = views[name]?.();
  redraw();
}

/** Draws what is shown anew, now or when what is drawn just now has been. */
async function redraw() {
  if (run === undefined || shown === undefined) return;
  if (isDrawing) {
    isStale = true;
    return;
  }
  isDrawing = true;
  isStale = false;
  try {
    await Promise.all([shown.show(run), details.show()]);
    trouble();
  } catch (error) {
    trouble(/** @type {Error} */ (error));
  }
  setTimeout(() => {
    isDrawing = false;
    if (isStale) redraw();
  }, drawMs);
}

/** @param {Run} news */
function update(news) {
  run = news;
  const { id, liveness, isPaused, mayControl, failures, counts } = news;
  const words = { alive: "live", ended: "ended", brokenOff: "broken off", elsewhere: "on another host" };
  find("run-name").textContent = plain(id);
  find("liveness").textContent = isPaused === true ? "paused" : words[/** @type {"alive"} */ (liveness)] ?? liveness;
  find("control").hidden = !mayControl;
  details.setControl(mayControl);
  pause.textContent = isPaused === true ? "Continue" : "Pause";
  const badge = find("failure-count");
  badge.hidden = counts.FAILED === 0;
  badge.textContent = count(counts.FAILED);
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const done = total - counts.QUEUED - counts.SCHEDULED - counts.EXECUTING;
  document.title = `${total === 0 ? "" : `${Math.floor(100 * done / total)} % `}${
    failures.failed > 0 ? `✕${failures.failed} ` : ""
  }${plain(id)}`;
  redraw();
}

/** @param {Error} [error] */
function trouble(error) {
  const box = find("trouble");
  const text = error === undefined ? "" : plain(error.message);
  box.hidden = error === undefined;
  if (box.textContent !== text) box.textContent = text;
}

/** @param {string} text */
function tell(text) {
  find("told").textContent = text;
  if (!find("trouble").hidden) return;
  const box = find("trouble");
  box.textContent = text;
  box.hidden = false;
  setTimeout(() => box.textContent === text && trouble(), 5000);
}

/**
 * Asks the user.
 * @param {string} question
 * @returns {Promise<boolean>}
 */
function sure(question) {
  const dialog = /** @type {HTMLDialogElement} */ (find("question"));
  find("question-text").textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

pause.addEventListener("click", async () => {
  const isPaused = run?.isPaused === true;
  if (!isPaused && !await sure("Pause the run? What runs goes on, and nothing more is started.")) return;
  try {
    await order({ request: isPaused ? "continue" : "pause" });
    tell(isPaused ? "Tasks are started again" : "Nothing more is started");
  } catch (error) {
    tell(plain(/** @type {Error} */ (error).message));
  }
});

for (const button of document.querySelectorAll("nav button")) {
  button.addEventListener("click", () => go(button.getAttribute("data-view") ?? "overview"));
}
find("skip").addEventListener("click", (event) => {
  event.preventDefault();
  view.focus();
});
addEventListener("resize", () => redraw());
document.addEventListener("visibilitychange", async () => {
  if (!document.hidden) await ask("run").then(update, () => {});
});

const wanted = location.hash.split("/")[1] ?? "";
go(Object.hasOwn(views, wanted) ? wanted : "overview");

let isLost = false;
await follow({
  happened: (name, value) => {
    if (name === "run") return update(value);
    if (name === "closed") {
      find("liveness").textContent = "ended";
      trouble(
        new Error("The run has ended, and this page stands still. To look further: qcgpj dashboard, in its directory."),
      );
      return;
    }
    if (name !== "happenings") return;
    const known = happenings.at(-1)?.number ?? 0;
    happenings.push(...value.happenings.filter((/** @type {{ number: number }} */ one) => one.number > known));
    happenings.splice(0, happenings.length - happeningsMax);
    const last = value.happenings.at(-1);
    if (last?.level === "failure" && known > 0) find("told").textContent = plain(last.text);
  },
  found: () => {
    if (isLost) trouble();
    isLost = false;
  },
  lost: (problem) => {
    isLost = true;
    const isRefused = problem instanceof Refusal;
    trouble(isRefused ? problem : new Error("The run does not answer at the moment; this page goes on when it does."));
  },
});
