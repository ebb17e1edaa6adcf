/**
 * The options that let a run be watched: a dashboard, and a file of its numbers.
 *
 * @module
 */

import type { OptionSpec, OptionValue } from "./arguments.ts";
import { UsageError } from "./usage.ts";

/** Where a dashboard is served, and what it may do. */
export interface DashboardChoice {
  /** The host name or address. */
  readonly hostname: string;
  /** The port; 0 for a free one. */
  readonly port: number;
  /** Whether the page may cancel and pause. */
  readonly control: boolean;
}

/** What a value looks like: nothing else behind the option is taken for one. */
const place = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]*):[0-9]{1,5}$/;

/** How it is written, for error messages. */
const placeForm = "ADDRESS:PORT, such as 127.0.0.1:8080 or :8080";

/** The options. */
export const dashboardOptionTable: readonly OptionSpec[] = [
  {
    name: "dashboard",
    value: { kind: "optional", pattern: place, form: placeForm },
    placeholder: "[ADDRESS:PORT]",
    default: "127.0.0.1 and a free port",
    help: "serves a web page about the run; its address is told on standard error",
  },
  {
    name: "dashboard-control",
    value: { kind: "flag" },
    help: "lets the page cancel tasks and pause the run; implies --dashboard",
  },
];

/** Lets a run write its numbers to a file. */
export const metricsOption: OptionSpec = {
  name: "metrics-file",
  value: { kind: "text" },
  placeholder: "FILE",
  help: "writes the numbers of the run to a file every 10 s and at the end, as OpenMetrics has them",
};

/**
 * Reads the options.
 *
 * @returns `undefined` when no dashboard is asked for.
 * @throws {UsageError} If the port is none.
 */
export function readDashboard(options: ReadonlyMap<string, OptionValue>): DashboardChoice | undefined {
  const given = options.get("dashboard");
  const control = options.has("dashboard-control");
  if (given === undefined && !control) return undefined;
  return { ...readPlace(typeof given === "string" ? given : undefined, "--dashboard"), control };
}

/**
 * Reads `ADDRESS:PORT`; the address may be left out.
 *
 * @param given What was given; this machine's own address and a free port are taken when absent.
 * @param option The option that it was given to.
 * @throws {UsageError} If it has another form.
 */
export function readPlace(
  given: string | undefined,
  option: string,
): { readonly hostname: string; readonly port: number } {
  const text = given ?? ":0";
  const colon = text.lastIndexOf(":");
  const port = Number(text.slice(colon + 1));
  if (place.test(text) && port <= 65_535) {
    return { hostname: text.slice(0, colon).replace(/^\[|\]$/g, "") || "127.0.0.1", port };
  }
  const problem = `must be ${placeForm}, with a port of at most 65535, not ${JSON.stringify(text)}`;
  throw new UsageError(`Option ${option} ${problem}`, { option });
}
