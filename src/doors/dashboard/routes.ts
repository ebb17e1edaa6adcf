/**
 * What can be asked of the dashboard: from the method and address of a request to what is wanted, checked.
 *
 * @module
 */

import { didYouMean } from "../../base/near_miss.ts";
import { pageRowsMax, type TaskQuery } from "../../report/dashboard/task_pages.ts";
import { type RowOrder, rowOrders } from "../../report/look/task_row.ts";
import type { JobState } from "../../report/states.ts";
import type { Refused } from "./access.ts";

/** What is wanted. */
export type Route =
  /** A file of the page. */
  | { readonly kind: "asset"; readonly name: string }
  /** What holds for the whole run, once, or again and again as it changes. */
  | { readonly kind: "run" }
  | { readonly kind: "stream" }
  | { readonly kind: "failures" | "timeline" | "grid" | "graph" }
  | { readonly kind: "tasks"; readonly query: TaskQuery; readonly offset: number; readonly limit: number }
  | { readonly kind: "task" | "explain"; readonly name: string }
  /** A piece of what a task has written, or of the run's own log, from a byte on; the end when `from` is absent. */
  | { readonly kind: "output"; readonly name: string; readonly stream: "stdout" | "stderr"; readonly from?: number }
  | { readonly kind: "log"; readonly from?: number }
  | { readonly kind: "control" };

const states: readonly JobState[] = ["QUEUED", "SCHEDULED", "EXECUTING", "SUCCEED", "FAILED", "CANCELED", "OMITTED"];
const wholes = ["run", "stream", "failures", "timeline", "grid", "graph"] as const;
/** What may stand behind `?`, by what is wanted. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(wholes.map((kind) => [kind, []])),
  tasks: ["state", "search", "sort", "reverse", "offset", "limit"],
  task: ["task"],
  explain: ["task"],
  output: ["task", "stream", "from"],
  log: ["from"],
  control: [],
};
const kinds = Object.keys(parameters);

/** A request that makes no sense. */
class RouteError extends Error {}

/**
 * Reads what is wanted.
 *
 * @param method The method of HTTP.
 * @param address The path and the query.
 */
export function readRoute(method: string, address: URL): Route | Refused {
  const [, api, kind = "", ...more] = address.pathname.split("/");
  if (api !== "api") return method === "GET" ? { kind: "asset", name: address.pathname } : wrongMethod(method, "GET");
  if (more.length > 0 || !kinds.includes(kind)) {
    return { status: 404, problem: `There is no ${JSON.stringify(address.pathname)}${didYouMean(kind, kinds)}` };
  }
  const expected = kind === "control" ? "POST" : "GET";
  if (method !== expected) return wrongMethod(method, expected);
  try {
    return readQuery(kind, address.searchParams);
  } catch (error) {
    if (!(error instanceof RouteError)) throw error;
    return { status: 400, problem: error.message };
  }
}

function wrongMethod(method: string, expected: string): Refused {
  return { status: 405, problem: `The method must be ${expected} here, not ${method}` };
}

function readQuery(kind: string, query: URLSearchParams): Route {
  const known = parameters[kind]!;
  for (const name of query.keys()) {
    if (known.includes(name)) continue;
    const right = known.length === 0 ? "there is none here" : `it must be of ${known.join(", ")}`;
    throw new RouteError(`The parameter ${JSON.stringify(name)} is not known${didYouMean(name, known)}; ${right}`);
  }
  const whole = wholes.find((one) => one === kind);
  if (whole !== undefined) return { kind: whole };
  const from = query.has("from") ? { from: readNumber(query, "from", 0) } : {};
  switch (kind) {
    case "tasks":
      return {
        kind: "tasks",
        query: readTaskQuery(query),
        offset: readNumber(query, "offset", 0),
        limit: Math.min(pageRowsMax, readNumber(query, "limit", pageRowsMax)),
      };
    case "task":
    case "explain":
      return { kind, name: readName(query) };
    case "output": {
      const stream = query.get("stream");
      if (stream === "stdout" || stream === "stderr") return { kind: "output", name: readName(query), stream, ...from };
      throw new RouteError(`The stream must be stdout or stderr, not ${JSON.stringify(stream)}`);
    }
    case "log":
      return { kind: "log", ...from };
    default:
      return { kind: "control" };
  }
}

function readTaskQuery(query: URLSearchParams): TaskQuery {
  const order = query.get("sort");
  if (order !== null && !(rowOrders as readonly string[]).includes(order)) {
    throw new RouteError(`The order must be of ${rowOrders.join(", ")}, not ${JSON.stringify(order)}`);
  }
  const wanted = (query.get("state") ?? "").split(",").filter((word) => word !== "");
  const unknown = wanted.find((word) => !(states as readonly string[]).includes(word));
  if (unknown !== undefined) {
    throw new RouteError(`A state must be of ${states.join(", ")}, not ${JSON.stringify(unknown)}`);
  }
  return {
    states: wanted as JobState[],
    search: query.get("search") ?? "",
    isReversed: query.has("reverse"),
    ...(order === null ? {} : { order: order as RowOrder }),
  };
}

function readName(query: URLSearchParams): string {
  const name = query.get("task");
  if (name === null || name === "") throw new RouteError("The task is missing; add ?task=NAME");
  return name;
}

function readNumber(query: URLSearchParams, key: string, otherwise: number): number {
  const text = query.get(key);
  if (text === null) return otherwise;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RouteError(`The value of ${key} must be a number of 0 or more, not ${JSON.stringify(text)}`);
}

/** Whether a request is refused. */
export function isRefused(route: Route | Refused): route is Refused {
  return "status" in route;
}
