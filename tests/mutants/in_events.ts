/**
 * Mutants in the events: who is told them, what is held for a reader, and what is missing in a record.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants. */
export const inEvents: readonly Mutant[] = [
  plant(
    "events/event_hub.ts",
    "this.#failed(entry.name, error);",
    "",
    "nobody is told of a reader that failed",
    "unit/events/event_hub_test.ts",
  ),
  plant(
    "events/event_hub.ts",
    "const entries = this.#isSilent ? [] : this.#entries;",
    "const entries = this.#entries;",
    "an interrupted run is recorded further",
    "unit/events/event_hub_test.ts",
    "unit/runtime/run_test.ts",
  ),
  plant(
    "events/event_buffer.ts",
    "if (this.#gap !== undefined || ",
    "if (",
    "events come after a gap before it is told",
    "unit/events/event_buffer_test.ts",
  ),
  plant(
    "events/event_buffer.ts",
    "if (number < this.#from) return;",
    "",
    "events come that were not asked for",
    "unit/events/event_buffer_test.ts",
  ),
  plant(
    "events/catch_up_file.ts",
    "this.#gap++;",
    "",
    "what could not be kept is not missed",
    "unit/events/catch_up_file_test.ts",
  ),
  plant(
    "events/describe_event.ts",
    "return isIterative(ledger.job(event.job)?.job) ? event.count : 0;",
    "return 1;",
    "iterations that never ran are counted as one event",
    "unit/events/describe_event_test.ts",
  ),
  plant(
    "runtime/run.ts",
    "replayed.apply(event);\n        this.#feed.apply(event, ledger);",
    "replayed.apply(event);",
    "the numbers of events begin again in a resumed run",
    "unit/events/event_stream_test.ts",
  ),
  plant(
    "cli/run/run_outcome.ts",
    "this.#isWhole && ",
    "",
    "all is well though not all was heard",
    "unit/cli/run/run_outcome_test.ts",
  ),
];
