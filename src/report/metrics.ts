/**
 * The numbers of a run as OpenMetrics has them, for a collector such as the node exporter of Prometheus.
 *
 * @module
 */

import type { Event, Outcome } from "../core/types.ts";
import { taskCount } from "../job/description.ts";
import type { Ledger } from "./ledger.ts";
import { countCores } from "../resources/node.ts";
import { isTerminal } from "./states.ts";

/** Counts what happens in a run, from when it is made on: a reader of events. */
export class Metrics {
  readonly #ended = new Map<Outcome["kind"], number>();
  readonly #failed = new Map<string, number>();
  /** Running tasks: their cores, and since when they have them. */
  readonly #running = new Map<number, { readonly cores: number; readonly sinceMs: number }>();
  #waiting: number;
  #launches = 0;
  #coreSeconds = 0;

  /**
   * @param waiting How many tasks waited when this began.
   */
  constructor(waiting = 0) {
    this.#waiting = waiting;
  }

  /** Takes in one event that the ledger has taken in. */
  apply(event: Event, ledger: Ledger): void {
    switch (event.kind) {
      case "jobSubmitted":
        this.#waiting += taskCount(event.job.description);
        return;
      case "taskScheduled":
        this.#waiting--;
        this.#launches++;
        this.#running.set(event.task, { cores: countCores(event.allocation), sinceMs: event.atMs });
        return;
      case "attemptEnded":
        this.#free(event.task, event.atMs);
        this.#waiting++;
        return;
      case "taskEnded":
        this.#free(event.task, event.atMs);
        this.#end(event.outcome, 1);
        return;
      case "tasksDropped":
        this.#waiting -= event.count;
        this.#end(event.outcome, event.count);
        return;
      case "tasksReopened": {
        for (let task = event.first; task < event.first + event.count; task++) {
          if (!isTerminal(ledger.state(task))) this.#waiting++;
        }
        return;
      }
      default:
        return;
    }
  }

  #free(task: number, atMs: number): void {
    const held = this.#running.get(task);
    this.#running.delete(task);
    if (held !== undefined) this.#coreSeconds += held.cores * Math.max(0, atMs - held.sinceMs) / 1000;
  }

  #end(outcome: Outcome, count: number): void {
    this.#ended.set(outcome.kind, (this.#ended.get(outcome.kind) ?? 0) + count);
    if (outcome.kind === "failed") this.#failed.set(outcome.cause, (this.#failed.get(outcome.cause) ?? 0) + count);
  }

  /**
   * Writes all numbers.
   *
   * @param run The id of the run.
   * @param cores How many cores it has.
   * @param begunAtMs When it began, in milliseconds since the epoch.
   */
  text(run: string, cores: number, begunAtMs: number): string {
    const held = [...this.#running.values()].reduce((sum, { cores }) => sum + cores, 0);
    const label = (labels: Readonly<Record<string, string>>) =>
      `{${Object.entries({ run, ...labels }).map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(",")}}`;
    const lines = [
      "# TYPE qcgpj_tasks gauge",
      "# HELP qcgpj_tasks Tasks that have not ended, by what they do.",
      `qcgpj_tasks${label({ state: "waiting" })} ${Math.max(0, this.#waiting)}`,
      `qcgpj_tasks${label({ state: "running" })} ${this.#running.size}`,
      "# TYPE qcgpj_tasks_ended counter",
      "# HELP qcgpj_tasks_ended Tasks that have ended, by how.",
      ...outcomes.map((kind) => `qcgpj_tasks_ended_total${label({ outcome: kind })} ${this.#ended.get(kind) ?? 0}`),
      "# TYPE qcgpj_tasks_failed counter",
      "# HELP qcgpj_tasks_failed Tasks that have failed, by cause.",
      ...[...this.#failed].map(([cause, count]) => `qcgpj_tasks_failed_total${label({ cause })} ${count}`),
      "# TYPE qcgpj_launches counter",
      "# HELP qcgpj_launches Launches of tasks, those that were tried again too.",
      `qcgpj_launches_total${label({})} ${this.#launches}`,
      "# TYPE qcgpj_cores gauge",
      "# HELP qcgpj_cores Cores, all of them and those that tasks hold.",
      `qcgpj_cores${label({ state: "all" })} ${cores}`,
      `qcgpj_cores${label({ state: "held" })} ${held}`,
      "# TYPE qcgpj_core_seconds counter",
      "# UNIT qcgpj_core_seconds seconds",
      "# HELP qcgpj_core_seconds What tasks that have ended held of cores.",
      `qcgpj_core_seconds_total${label({})} ${this.#coreSeconds}`,
      "# TYPE qcgpj_start_time_seconds gauge",
      "# UNIT qcgpj_start_time_seconds seconds",
      "# HELP qcgpj_start_time_seconds When the run began, since the epoch.",
      `qcgpj_start_time_seconds${label({})} ${begunAtMs / 1000}`,
      "# EOF",
    ];
    return `${lines.join("\n")}\n`;
  }
}

const outcomes: readonly Outcome["kind"][] = ["succeeded", "failed", "canceled", "omitted"];

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
