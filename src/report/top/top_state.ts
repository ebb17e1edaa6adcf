/**
 * What the user of `qcgpj top` has chosen, and what each key changes of it. What is to be done outside, such as a cancel,
 * comes out as a wish; what ends or stops something is asked about first.
 *
 * @module
 */

import type { RowOrder } from "../look/task_row.ts";
import type { JobState } from "../states.ts";
import type { Key } from "./keys.ts";

/** Which tasks are listed. */
export type Filter = "running" | "failed" | "waiting" | "ended" | "all";

/** What is to be done outside. */
export type Wish =
  | { readonly kind: "quit" | "suspend" | "redraw" | "pause" | "continue" }
  | { readonly kind: "cancel" | "show"; readonly task: string };

/** What was chosen. */
export interface TopState {
  /** Which tasks are listed. */
  readonly filter: Filter;
  /** Their order; the order of submission when absent. */
  readonly order?: RowOrder;
  /** Whether the order is turned round. */
  readonly isReversed: boolean;
  /** What their names must contain. */
  readonly search: string;
  /** What the keys go to. */
  readonly mode: "list" | "search" | "help" | "question" | "task";
  /** The 0-based place of the chosen row in the list. */
  readonly chosen: number;
  /** The question that waits for yes or no, and what yes means. */
  readonly question?: { readonly text: string; readonly wish: Wish };
  /** What was done, or refused. */
  readonly message?: string;
  /** The task that is shown in full, and the first of its lines. */
  readonly scroll: number;
}

/** What a key acts upon. */
export interface KeyPlace {
  /** The name of the chosen task; `undefined` when the list is empty. */
  readonly task: string | undefined;
  /** How many tasks are listed. */
  readonly total: number;
  /** How many rows of them are shown. */
  readonly rows: number;
  /** Whether the run is paused. */
  readonly isPaused: boolean;
  /** Whether the run lives, as far as is known. */
  readonly isLive: boolean;
}

/** What a beginner sees: what runs, the longest first. */
export const firstState: TopState = {
  filter: "running",
  order: "ran",
  isReversed: false,
  search: "",
  mode: "list",
  chosen: 0,
  scroll: 0,
};

/** What is listed at first: of a run that is over, what failed, or else everything. */
export function beginTop(isLive: boolean, failed: number): TopState {
  return isLive ? firstState : { ...firstState, filter: failed > 0 ? "failed" : "all" };
}

/** The states that a filter lists; all when empty. */
export const filterStates: Readonly<Record<Filter, readonly JobState[]>> = {
  running: ["SCHEDULED", "EXECUTING"],
  failed: ["FAILED"],
  waiting: ["QUEUED"],
  ended: ["SUCCEED", "FAILED", "CANCELED", "OMITTED"],
  all: [],
};

const filters = Object.keys(filterStates) as Filter[];
const orders: readonly (RowOrder | undefined)[] = [
  "ran",
  "waited",
  "cpu",
  "memory",
  "attempts",
  "ended",
  "name",
  undefined,
];

/** What a key changes, and what it wishes to be done. */
export function press(
  state: TopState,
  key: Key,
  place: KeyPlace,
): { readonly state: TopState; readonly wish?: Wish } {
  if ("name" in key) {
    switch (key.name) {
      case "interrupt":
        return { state, wish: { kind: "quit" } };
      case "suspend":
      case "redraw":
        return { state, wish: { kind: key.name } };
      default:
    }
  }
  switch (state.mode) {
    case "search":
      return { state: typed(state, key) };
    case "question":
      return answered(state, key);
    case "help":
      return { state: { ...state, mode: "list" } };
    case "task":
      return { state: scrolled(state, key, place) };
    case "list":
      return listed(withoutMessage(state), key, place);
    default:
      return state.mode satisfies never;
  }
}

function withoutMessage({ message: _, ...state }: TopState): TopState {
  return state;
}

function typed(state: TopState, key: Key): TopState {
  if ("text" in key) return { ...state, search: state.search + key.text, chosen: 0 };
  switch (key.name) {
    case "backspace":
      return { ...state, search: [...state.search].slice(0, -1).join(""), chosen: 0 };
    case "escape":
      return { ...state, search: "", mode: "list", chosen: 0 };
    case "enter":
      return { ...state, mode: "list" };
    default:
      return state;
  }
}

/** Nothing but y means yes. */
function answered(state: TopState, key: Key): { readonly state: TopState; readonly wish?: Wish } {
  const { question, ...rest } = state;
  const back = { ...rest, mode: "list" as const };
  const isYes = "text" in key && key.text.toLowerCase() === "y";
  return isYes && question !== undefined ? { state: back, wish: question.wish } : { state: back };
}

function scrolled(state: TopState, key: Key, { rows }: KeyPlace): TopState {
  const steps: Partial<Record<string, number>> = { up: -1, down: 1, pageUp: -rows, pageDown: rows, home: -Infinity };
  const step = "name" in key ? steps[key.name] : undefined;
  if (step !== undefined) return { ...state, scroll: Math.max(0, state.scroll + step) };
  if ("name" in key && key.name === "end") return { ...state, scroll: Number.MAX_SAFE_INTEGER };
  return { ...state, mode: "list", scroll: 0 };
}

function listed(state: TopState, key: Key, place: KeyPlace): { readonly state: TopState; readonly wish?: Wish } {
  if ("text" in key) return commanded(state, key.text, place);
  const { total, rows, task } = place;
  const go = (chosen: number) => ({ state: { ...state, chosen: Math.max(0, Math.min(chosen, total - 1)) } });
  switch (key.name) {
    case "up":
      return go(state.chosen - 1);
    case "down":
      return go(state.chosen + 1);
    case "pageUp":
      return go(state.chosen - rows);
    case "pageDown":
      return go(state.chosen + rows);
    case "home":
      return go(0);
    case "end":
      return go(total - 1);
    case "escape":
      return { state: { ...state, search: "", chosen: 0 } };
    case "enter":
      return task === undefined
        ? { state }
        : { state: { ...state, mode: "task", scroll: 0 }, wish: { kind: "show", task } };
    default:
      return { state };
  }
}

/** What is said of a run of which nothing can be asked. */
const goneText = "the run does not live any more";

function commanded(state: TopState, text: string, place: KeyPlace): { readonly state: TopState; readonly wish?: Wish } {
  const { task, isPaused, isLive } = place;
  switch (text) {
    case "q":
      return { state, wish: { kind: "quit" } };
    case "/":
      return { state: { ...state, mode: "search", search: "", chosen: 0 } };
    case "?":
    case "h":
      return { state: { ...state, mode: "help" } };
    case "f":
      return { state: { ...state, filter: next(filters, state.filter), chosen: 0 } };
    case "s": {
      const { order: _, ...rest } = state;
      const order = next(orders, state.order);
      return { state: { ...rest, ...(order === undefined ? {} : { order }), chosen: 0 } };
    }
    case "r":
      return { state: { ...state, isReversed: !state.isReversed, chosen: 0 } };
    case "c":
      if (task === undefined) return { state };
      if (!isLive) return { state: { ...state, message: goneText } };
      return { state: asking(state, `Cancel ${task}? What runs of it is stopped.`, { kind: "cancel", task }) };
    case "p":
      if (!isLive) return { state: { ...state, message: goneText } };
      return isPaused
        ? { state: asking(state, "Start tasks again?", { kind: "continue" }) }
        : { state: asking(state, "Pause? What runs goes on, and nothing more is started.", { kind: "pause" }) };
    default:
      return { state };
  }
}

function asking(state: TopState, text: string, wish: Wish): TopState {
  return { ...state, mode: "question", question: { text, wish } };
}

function next<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length]!;
}
