/**
 * Halting: when too much has failed, nothing more is begun.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import type { Event } from "../core/types.ts";
import type { EventReader } from "../events/event_reader.ts";
import { taskCount } from "../job/description.ts";
import { countOf } from "../resources/request.ts";
import type { Pilot } from "./pilot.ts";

/** When a run halts, and how. */
export interface HaltRule {
  /** How many tasks must have failed for good: a number, at least 1, or a share of all that were submitted so far. */
  readonly failures: number | `${number}%`;
  /**
   * Whether what runs goes on to its end (`"soon"`), or is stopped too (`"now"`).
   *
   * @default {"soon"}
   */
  readonly how?: "soon" | "now";
}

/** The form of {@linkcode HaltRule.failures}, for errors. */
export const failuresForm: string = 'a whole number of at least 1, or a share such as "5%", above 0 and at most 100';

/** Says whether a value can stand for a count of failures. */
export function isFailures(value: unknown): value is HaltRule["failures"] {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 1;
  const share = typeof value === "string" ? /^([0-9]+(?:\.[0-9]+)?)%$/.exec(value)?.[1] : undefined;
  return share !== undefined && Number(share) > 0 && Number(share) <= 100;
}

/** Follows the events of a run and halts it. What is submitted after that is canceled, too. */
export class Halting implements EventReader {
  readonly #rule: HaltRule;
  readonly #pilot: Pick<Pilot, "halt">;
  readonly #halted: (text: string) => void;
  #failed = 0;
  #submitted: number;
  #isHalted = false;

  /**
   * Begins to count failures.
   *
   * @param rule When to halt.
   * @param pilot What halts.
   * @param halted Is told that in a sentence without its end.
   * @param known How many tasks the run has already: those of the run that it goes on with.
   */
  constructor(rule: HaltRule, pilot: Pick<Pilot, "halt">, halted: (text: string) => void, known = 0) {
    this.#rule = rule;
    this.#pilot = pilot;
    this.#halted = halted;
    this.#submitted = known;
  }

  /** Takes in an event. */
  apply(event: Event): void {
    switch (event.kind) {
      case "jobSubmitted":
        this.#submitted += taskCount(event.job.description);
        return;
      case "taskEnded":
        if (event.outcome.kind === "failed") this.#count(1);
        return;
      case "tasksDropped":
        if (event.outcome.kind === "failed") this.#count(event.count);
        return;
      default:
        return;
    }
  }

  #count(failed: number): void {
    this.#failed += failed;
    invariant(this.#failed <= this.#submitted, "No more tasks have failed than there are");
    const limit = this.#limit;
    invariant(limit >= 1, "A run halts after a failure at the earliest");
    if (this.#isHalted || this.#failed < limit) return;
    const { how = "soon" } = this.#rule;
    invariant(failed > 0, "A run halts when something has failed");
    this.#isHalted = true;
    this.#halted(
      `Halted as ${countOf(this.#failed, "task")} of ${this.#submitted} failed: ` +
        (how === "soon" ? "what runs goes on, nothing more is started" : "what runs is stopped"),
    );
    this.#pilot.halt(how === "soon" ? "queued" : "all", `canceled as ${countOf(this.#failed, "task")} had failed`);
  }

  get #limit(): number {
    const { failures } = this.#rule;
    if (typeof failures === "number") return failures;
    return Math.max(1, Math.ceil(this.#submitted * Number(failures.slice(0, -1)) / 100));
  }
}
