/**
 * Mistakes about tasks that stand still, that cannot be signalled, and that wait for what is used up.
 *
 * @module
 */

import { type Mutant, plant } from "./mutant.ts";

/** The mutants of this file. */
export const inProcesses: readonly Mutant[] = [
  plant(
    "runtime/attempt_name.ts",
    "`${task}:${attempt}`",
    "`${task}`",
    "two attempts of a task are taken for one",
    "unit/runtime/guest_book_test.ts|apart",
  ),
  plant(
    "core/task_clock.ts",
    "Math.min(atMs, this.#stoppedAtMs ?? atMs) - this.#stoodMs",
    "atMs",
    "time limits pass while the tasks stand still",
    "unit/core/traces_test.ts|frozen",
  ),
  plant(
    "core/task_clock.ts",
    "this.#stoppedAtMs ??= atMs;",
    "this.#stoppedAtMs = atMs;",
    "of two stops the second one counts",
    "unit/core/traces_test.ts|frozen",
  ),
  plant(
    "core/lifecycle.ts",
    'if (live.stop.cause !== "shutdown") {',
    "if (true) {",
    "a pilot that was told to end waits for what cannot be signalled",
    "unit/core/stop_test.ts",
  ),
  plant(
    "core/lifecycle.ts",
    'live?.kind !== "stopping" || live.attempt !== attempt || live.stop.isRefused',
    'live?.kind !== "stopping"',
    "a refused signal is told twice in the result",
    "unit/core/stop_test.ts",
  ),
  plant(
    "deno/local/weather.ts",
    "this.#sinceMs = running > 0 ? nowMs : Math.min(this.#sinceMs, nowMs);",
    "this.#sinceMs = Math.min(this.#sinceMs, nowMs);",
    "a start fails after two seconds although tasks run whose end could help",
    "unit/deno/local/weather_test.ts",
  ),
  plant(
    "deno/local/process_room.ts",
    "Math.floor((limit.max - expected) / this.#perTask)",
    "limit.max - expected",
    "tasks start although there is no room for what they start themselves",
    "unit/deno/local/process_room_test.ts",
  ),
  plant(
    "deno/local/process_control.ts",
    "const markOf = (pid: number) => readMark(pid) ?? this.#tags?.markOf(pid);",
    "const markOf = readMark;",
    "what has scrubbed its environment is not known to be of its task",
    "effects/task_tags_test.ts|nothing runs that has hidden itself",
  ),
  plant(
    "deno/files/runs/find_run.ts",
    '  requireReadable(path, "to read the records of the run");\n',
    "",
    "a resume without permission throws what Deno says",
    "unit/deno/files/runs/find_run_test.ts",
  ),
  plant(
    "deno/keeper/ends.ts",
    "roots.length === 0 && !unsettled.has(task)",
    "left.length === 0",
    "the end of a task is told while a child of a process that was just reaped lives",
    "unit/deno/keeper/ends_test.ts|whenever it is followed",
  ),
  plant(
    "deno/keeper/ends.ts",
    "roots.length === 0 && !unsettled.has(task)",
    "roots.length === 0",
    "what was reaped during a look is taken for childless",
    "unit/deno/keeper/ends_test.ts|whenever it is followed",
  ),
  plant(
    "deno/local/process_scan.ts",
    'fields[0] === "Z" && Number(fields[17]) < 2',
    'fields[0] === "Z"',
    "a process whose first thread has ended is taken for dead",
    "unit/deno/local/process_scan_test.ts",
  ),
  plant(
    "deno/local/standstill.ts",
    "if (isNew || this.#changedMs === undefined) this.#changedMs = nowMs;",
    "this.#changedMs ??= nowMs;",
    "the end of a task is told while a crowd of it still forks",
    "unit/deno/local/standstill_test.ts|counts anew",
  ),
  plant(
    "deno/local/standstill.ts",
    "    this.#last = found;\n",
    "    this.#last = new Set([...this.#last, ...found]);\n",
    "a number that comes again is taken for a process that does not end",
    "unit/deno/local/standstill_test.ts|comes again",
  ),
  plant(
    "deno/local/tag_search.ts",
    "if (tag === undefined && againTimes > 0) this.#absent.set(pid, againTimes - 1);",
    "",
    "a process that has a number and is not to be seen yet is never looked at",
    "unit/deno/local/tag_search_test.ts|no process yet",
  ),
  plant(
    "deno/local/tag_search.ts",
    "newest === undefined || newest < seen) return yield*",
    "newest === undefined) return yield*",
    "when numbers begin again what is new is not found",
    "unit/deno/local/tag_search_test.ts|TagSearch.look() looks at all when",
  ),
  plant(
    "deno/local/tag_search.ts",
    "if (newest === from) return false;",
    "if (newest === from || passes > 0) return false;",
    "what hops while it is looked for is taken for gone",
    "unit/deno/local/tag_search_test.ts|hops ahead",
  ),
  plant(
    "deno/keeper/ends.ts",
    "isForced && task.standstill.isReached(seen, nowMs, unsettled.has(task));",
    "nowMs > task.killFromMs + goneMsMax;",
    "a keeper gives up on what forks faster than it kills",
    "unit/deno/keeper/ends_test.ts|however long",
  ),
];
