/**
 * The mutants: one mistake a line of the program, as one makes them by hand, and who must notice.
 *
 * @module
 */

import { inAgents } from "./in_agents.ts";
import { inAmounts } from "./in_amounts.ts";
import { inScopes } from "./in_scopes.ts";
import { inCaptures } from "./in_captures.ts";
import { inCommandLine } from "./in_command_line.ts";
import { inDashboard } from "./in_dashboard.ts";
import { inDoors } from "./in_doors.ts";
import { inEvents } from "./in_events.ts";
import { inLooking } from "./in_looking.ts";
import { inNetwork } from "./in_network.ts";
import { inGrammars } from "./in_grammars.ts";
import { inNodes } from "./in_nodes.ts";
import { inOrder } from "./in_order.ts";
import { inProcesses } from "./in_processes.ts";
import { inRecords } from "./in_records.ts";
import { inOutputs } from "./in_outputs.ts";
import { inStarts } from "./in_starts.ts";
import { type Mutant, plant } from "./mutant.ts";

const inCore: readonly Mutant[] = [
  plant(
    "core/retry.ts",
    "if (state.pool.explainInfeasible(next) !== undefined) return undefined;",
    "",
    "a task is tried again though no node has what it then needs",
    "unit/core/retry_test.ts",
    "sim/simulator_test.ts",
  ),
  plant(
    "core/retry.ts",
    "live.attempt > policy.max",
    "live.attempt >= policy.max",
    "one attempt fewer than asked for",
    "unit/core/retry_test.ts",
  ),
  plant(
    "core/retry.ts",
    "failures.set(outcome.cause, sameCause);",
    "",
    "the budget of a cause is never used up",
    "unit/core/retry_test.ts",
  ),
  plant(
    "core/retry.ts",
    "2 ** (attempt - 1)",
    "2 ** attempt",
    "the first pause is twice as long",
    "unit/core/retry_test.ts",
  ),
  plant(
    "core/lifecycle.ts",
    "    cap.running--;\n",
    "",
    "a cap never lets the next task start",
    "unit/core/traces_test.ts",
  ),
  plant(
    "core/ranks.ts",
    'if (outcome !== "succeeded") this.#isStale = true;',
    "",
    "who waited for a job that was canceled counts for its rank",
    "unit/core/ranks_test.ts",
  ),
  plant(
    "core/core.ts",
    "if (state.ranks?.advance()) state.queues.rerank();",
    "state.ranks?.advance();",
    "what is learnt does not reach what waits already",
    "unit/core/ranks_test.ts",
  ),
  plant(
    "core/restore.ts",
    "record.omitted = job.edges.some((edge) => isHopeless(state, edge));",
    "",
    "a job that was omitted as a whole has failed after a restart",
    "unit/core/restore_test.ts",
    "sim/simulator_test.ts",
  ),
  plant(
    "core/restore.ts",
    "job.edges.some((edge) => isHopeless",
    "job.edges.every((edge) => isHopeless",
    "a job is omitted as a whole only when all that it waited for did not succeed",
    "unit/core/restore_test.ts",
    "sim/simulator_test.ts",
  ),
  plant(
    "core/restore.ts",
    "if (attempts > 0) state.tasks.setAttempt(task, attempts);",
    "if (attempts > 1) state.tasks.setAttempt(task, attempts);",
    "the first attempt is forgotten at a restart",
    "unit/core/restore_test.ts",
  ),
  plant(
    "core/stop.ts",
    "Math.max(1000, state.graceMs)",
    "Math.min(1000, state.graceMs)",
    "a kill is repeated at once",
    "unit/core/cleanup_test.ts",
  ),
  plant(
    "core/stop.ts",
    "if (live.stop !== undefined) return;",
    "",
    "the last cause of a stop wins, not the first",
    "unit/core/stop_test.ts",
  ),
  plant(
    "core/stop.ts",
    "if (record.canceled || record.job.description.iteration === undefined) return;",
    "if (record.job.description.iteration === undefined) return;",
    "a job is canceled twice",
    "unit/core/stop_test.ts",
  ),
  plant(
    "core/lifecycle.ts",
    "if (live?.attempt !== attempt) return state.order",
    "if (live === undefined) return state.order",
    "the start of an old attempt is believed",
    "unit/core/traces_test.ts",
  ),
  plant(
    "core/nodes.ts",
    "yield* dropInfeasibleRetries(state, propagation);",
    "",
    "who waits for another attempt waits for ever when its node is lost",
    "unit/core/retry_test.ts",
  ),
  plant(
    "core/expand.ts",
    "if (phase >= TaskPhase.succeeded) {\n      const outcome",
    "if (phase === TaskPhase.succeeded || phase === TaskPhase.failed) {\n      const outcome",
    "a job waits for ever for a task that was canceled",
    "unit/core/propagate_test.ts|canceled before is omitted",
  ),
  plant(
    "core/intake.ts",
    "this.#nextTask = Math.max(this.#nextTask, job.firstTask + taskCount(job.description));",
    "this.#nextTask = Math.max(this.#nextTask, job.firstTask + 1);",
    "after a restart tasks share their numbers",
    "unit/core/intake_test.ts",
  ),
];

const inResources: readonly Mutant[] = [
  plant(
    "resources/pool.ts",
    "this.#answers.clear();\n    this.unreserve();",
    "this.#answers.clear();",
    "what is held back on a lost node stays so",
    "unit/core/schedule_test.ts",
    "sim/simulator_test.ts",
  ),
  plant(
    "resources/free_nodes.ts",
    "if (this.#first[count]! > node) this.#first[count] = node;",
    "",
    "cores given back on earlier nodes are not found",
    "unit/resources/free_nodes_test.ts",
  ),
  plant(
    "resources/reservation.ts",
    "if (this.#younger.delete(allocation)) this.#add(allocation, -1);",
    "",
    "what younger tasks used beside a reservation stays used",
    "unit/resources/pool_test.ts",
  ),
  plant(
    "resources/fit.ts",
    "offered.cores === all ?",
    "offered.cores > 0 ?",
    "an entire node is one with any core free",
    "unit/resources/pool_test.ts",
  ),
  plant(
    "resources/fit.ts",
    "offered.memoryMiB < memoryMiB",
    "offered.memoryMiB <= memoryMiB",
    "the last memory of a node goes to nobody",
    "unit/resources/pool_test.ts",
  ),
];

const inReport: readonly Mutant[] = [
  plant(
    "report/ledger.ts",
    "columns.ends.delete(row);\n        columns.remains.delete(row);",
    "columns.ends.delete(row);",
    "an attempt shows what became of the processes of the one before",
    "unit/report/ledger_test.ts",
    "sim/simulator_test.ts",
  ),
  plant(
    "report/ledger.ts",
    "columns.remains.delete(row);\n        this.#setAllocation",
    "columns.remains.clear();\n        this.#setAllocation",
    "an attempt hides what became of the processes of other tasks",
    "unit/report/ledger_test.ts",
    "sim/simulator_test.ts",
  ),
  plant(
    "report/ledger.ts",
    "if (this.#shared.size >= sharedMax) this.#shared.clear();",
    "",
    "every allocation that ever was is kept",
    "unit/report/ledger_test.ts",
  ),
  plant(
    "report/ledger.ts",
    "this.#jobs.set(id, { job, submittedAtMs });",
    "",
    "a job whose tasks are lost stays ended",
    "unit/runtime/replayed_run_test.ts",
  ),
  plant(
    "report/jobs_report.ts",
    "this.#firstReason.delete(job.id);",
    "",
    "a job that runs again ends with its old reason",
    "unit/report/jobs_report_test.ts",
  ),
  plant(
    "report/jobs_report.ts",
    "this.#firstReason.get(job.id) ?? findReason(ledger, job)",
    "this.#firstReason.get(job.id)",
    "a job whose iteration failed before a resume has no reason",
    "unit/report/jobs_report_test.ts",
  ),
  plant(
    "report/views.ts",
    'if (state === "SUCCEED") continue;',
    'if (state !== "FAILED") continue;',
    "omitted iterations do not count as failed",
    "unit/report/ledger_test.ts",
  ),
  plant(
    "report/runtime.ts",
    'startedAtMs === undefined || exit === undefined ? "-1"',
    'exit === undefined ? "-1"',
    "a task that never started has an exit code",
    "unit/report/jobs_report_test.ts",
  ),
];

const inRuntime: readonly Mutant[] = [
  plant(
    "runtime/replayed_run.ts",
    'case "attemptEnded":\n      case "taskEnded":',
    'case "taskEnded":',
    "an attempt that comes after a stop is stopped by a restart",
    "unit/runtime/replayed_run_test.ts",
    "sim/simulator_test.ts",
  ),
  plant(
    "runtime/replayed_run.ts",
    'const kind = outcome === "succeeded" ? outcome :',
    'const kind = outcome !== "succeeded" ? outcome :',
    "what is lost of a job that succeeded runs again",
    "unit/runtime/replayed_run_test.ts",
  ),
  plant(
    "events/event_hub.ts",
    "for (const event of events) {\n      ledger.apply(event);",
    "for (const event of events) ledger.apply(event);\n    for (const event of events) {",
    "an attempt is told when the next one hides it",
    "unit/runtime/pilot_test.ts",
  ),
  plant(
    "events/event_hub.ts",
    "this.#remove(entry);\n    this.#failed(entry.name, error);",
    "this.#failed(entry.name, error);",
    "a reader that failed is told again and again",
    "unit/events/event_hub_test.ts",
  ),
  plant(
    "runtime/pilot.ts",
    "this.#idle?.reject(error);",
    "",
    "who waits for all jobs waits for ever when the pilot breaks",
    "unit/runtime/pilot_test.ts",
  ),
  plant(
    "runtime/alarm.ts",
    "if (dueMs === this.#dueMs) return;",
    "if (dueMs >= this.#dueMs) return;",
    "a deadline that has moved on keeps its old timer",
    "unit/runtime/driver_test.ts",
    "unit/runtime/alarm_test.ts",
  ),
  plant(
    "runtime/driver.ts",
    'if (this.#failure !== undefined) this.#ports.launcher.signal(key, "SIGKILL");',
    "",
    "what starts after the pilot broke runs on",
    "unit/runtime/driver_test.ts",
  ),
  plant(
    "runtime/limit.ts",
    'signal?.removeEventListener("abort", abort);',
    "",
    "every wait leaves a listener at its signal",
    "unit/runtime/limit_test.ts",
  ),
];

const inLaunch: readonly Mutant[] = [
  plant(
    "launch/plan_task.ts",
    "...slurm.set,\n        ...set,",
    "...slurm.set,",
    "a task does not learn which GPUs it got",
    "unit/launch/plan_task_test.ts",
  ),
  plant(
    "launch/plan_task.ts",
    "if (attempt === 1) return {};",
    "if (attempt >= 1) return {};",
    "the output of an attempt is lost with the next",
    "unit/launch/plan_attempt_test.ts",
  ),
  plant(
    "launch/environment.ts",
    "if (last?.count === count) last.times++;",
    "if (last !== undefined) last.times++;",
    "uneven nodes look even to Slurm's programs",
    "unit/launch/environment_test.ts",
  ),
];

const inJournal: readonly Mutant[] = [
  plant(
    "journal/replay/scan.ts",
    "if (sequence < this.#nextSequence) return reasons.order;",
    "",
    "a record that stands twice counts twice",
    "unit/journal/damage_test.ts|missing or repeated",
  ),
  plant(
    "journal/replay/replay.ts",
    "nextSequence + (isTailLost ? 1 : 0)",
    "nextSequence",
    "after a damaged end nothing counts as lost",
    "unit/journal/damage_test.ts|damaged last record",
  ),
  plant(
    "journal/replay/drop_ownerless.ts",
    "ownerless.set(event.job, (ownerless.get(event.job) ?? 0) + 1);\n          continue;",
    "ownerless.set(event.job, (ownerless.get(event.job) ?? 0) + 1);",
    "events of a job whose description is lost are used",
    "unit/journal/salvage_test.ts",
  ),
  plant(
    "journal/writer.ts",
    "this.#copies === 1 ? secondCopyBytes : furtherCopyBytes",
    "furtherCopyBytes",
    "a small journal has one copy of its header",
    "unit/journal/damage_test.ts",
  ),
];

const inJobs: readonly Mutant[] = [
  plant(
    "job/variables.ts",
    'while (text[first - 1] === "$") first--;',
    "",
    "doubled dollars are not one dollar",
    "unit/job/variables_test.ts",
  ),
  plant(
    "job/variables.ts",
    "String(job.iteration.start + offset)",
    "String(offset)",
    "iterations are counted from nothing",
    "unit/job/variables_test.ts",
  ),
  plant(
    "job/split_words.ts",
    "'\"\\\\$`'.includes(next) ? next : `\\\\${next}`",
    "next",
    "a backslash within double quotes vanishes",
    "unit/job/split_words_test.ts",
  ),
  plant(
    "job/parse_limits.ts",
    "if (enforceMemory && resources.memoryMiB === 0) {",
    "if (false) {",
    "a limit of memory without memory is ignored in silence",
    "unit/job/parse_limits_test.ts",
  ),
];

const inApi: readonly Mutant[] = [
  plant(
    "api/wait.ts",
    "must not leave something behind each time.\n    for (const callOff of callsOff) callOff();",
    "must not leave something behind each time.",
    "a wait that gave up leaves its callbacks behind",
    "unit/api/wait_test.ts",
  ),
  plant(
    "api/wait.ts",
    "if (!isTimeout || options.signal?.aborted) throw error;",
    "",
    "an aborted wait looks like one that timed out",
    "unit/api/wait_test.ts",
  ),
  plant(
    "api/abort_cancels.ts",
    'if (open.size === 0) signal.removeEventListener("abort", abort);',
    "",
    "a signal keeps a listener for every job that has ended",
    "unit/api/submitter_test.ts",
  ),
  plant(
    "api/submitter.ts",
    "[...this.#terms.signals, signal]",
    "[signal]",
    "a view of a view forgets the outer signal",
    "unit/api/submitter_test.ts",
  ),
  plant(
    "cli/each/inputs.ts",
    'separator === "\\n" ? [item] : item.split(separator)',
    "[item]",
    "values behind ::: are not split at the separator",
    "unit/cli/each/inputs_test.ts",
  ),
  plant(
    "base/near_miss.ts",
    "if (looked++ === candidatesMax) break;",
    "",
    "a misspelt name is compared with all names that there are",
    "unit/base/near_miss_test.ts",
  ),
  plant(
    "service/job_requests.ts",
    ".slice(0, reasonsMax)",
    "",
    "a reply looks for near misses of all its unknown names",
    "unit/service/job_requests_test.ts",
  ),
  plant(
    "runtime/option_bag.ts",
    'Object.prototype.toString.call(value) === "[object Object]"',
    'typeof value === "object" && value !== null',
    "a signal in place of options is ignored",
    "unit/runtime/option_bag_test.ts",
  ),
  plant(
    "template/ignored_names.ts",
    "|| Object.hasOwn(given, near)",
    "",
    "a shared object may not hold a name that is like a placeholder's",
    "unit/template/ignored_names_test.ts",
  ),
];

/** All mutants. */
export const mutants: readonly Mutant[] = [
  ...inCore,
  ...inOrder,
  ...inResources,
  ...inAgents,
  ...inAmounts,
  ...inScopes,
  ...inReport,
  ...inRuntime,
  ...inLaunch,
  ...inJournal,
  ...inJobs,
  ...inApi,
  ...inDoors,
  ...inRecords,
  ...inGrammars,
  ...inEvents,
  ...inLooking,
  ...inCommandLine,
  ...inDashboard,
  ...inNetwork,
  ...inNodes,
  ...inProcesses,
  ...inOutputs,
  ...inCaptures,
  ...inStarts,
];
