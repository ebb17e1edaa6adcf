/**
 * Pilot jobs for Deno: many command-line tasks, with needs and an order, on the cores that you have.
 *
 * Describe a task by a template or by an object, submit it, hold a future:
 *
 * @example The basic template
 * ```ts
 * import { BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir() });
 * const future = executor.submit(BasicTemplate.template, { name: "tj", exec: "date" });
 * assertEquals(await future.result(), { tj: "SUCCEED" });
 * ```
 *
 * @example Jobs with needs and an order
 * ```ts
 * import { QCGPJExecutor } from "@qcg/pilotjob";
 * import { assertEquals } from "@std/assert";
 *
 * await using executor = new QCGPJExecutor({ wd: await Deno.makeTempDir(), resources: "4" });
 * const future = executor.submit([
 *   { name: "make", execution: { script: "seq 100 > numbers" }, resources: { numCores: 2, wt: "1m" } },
 *   { name: "count", execution: { exec: "wc", args: ["numbers"] }, dependencies: { after: ["make"] } },
 * ]);
 * assertEquals(await future.result(), { make: "SUCCEED", count: "SUCCEED" });
 * ```
 *
 * @module
 */

export * from "./src/errors.ts";
export { QCGPJExecutor } from "./src/api/executor.ts";
export type { Submitter } from "./src/api/submitter.ts";
export { type JobResult, QCGPJFuture } from "./src/api/future.ts";
export { SubmittedTasks } from "./src/api/submitted_tasks.ts";
export { TaskFuture } from "./src/api/task_future.ts";
export { type OutputOptions, OutputReader, type ParseOutput } from "./src/api/output/output_reader.ts";
export type { OutputAs, OutputForm, OutputsOptions, TaskOutput } from "./src/api/output/give_outputs.ts";
export type { RunOptions, RunOutput } from "./src/api/run_program.ts";
export { asCompleted, wait, type WaitOptions, type WaitResult } from "./src/api/wait.ts";
export { Jobs } from "./src/api/jobs.ts";
export { LocalManager } from "./src/api/local_manager.ts";
export type { JobInfo } from "./src/api/parsed_info.ts";
export type { SimpleJobInput } from "./src/job/simple_job.ts";
export type { StatusData } from "./src/service/status.ts";
export { Manager } from "./src/api/manager.ts";
export type {
  CancelReply,
  JobNames,
  ListReply,
  ManagedRun,
  NextEnd,
  PriorityReply,
  RemoveReply,
} from "./src/api/manager_replies.ts";
export type { HaltRule } from "./src/runtime/halt.ts";
export type { ResumedRun, ResumeSource } from "./src/api/resumed_run.ts";
export type {
  ExecutorOptions,
  MapOptions,
  MapResult,
  ShutdownOptions,
  SubmitOptions,
} from "./src/api/executor_options.ts";
export type { LauncherName } from "./src/deno/local/launch.ts";
export type * from "./src/job/input.ts";
export type * from "./src/job/capture_input.ts";
export type * from "./src/job/execution_input.ts";
export type * from "./src/job/resources_input.ts";
export type { OutputName, RetryCause } from "./src/job/description.ts";
export type { Absent, Scalar } from "./src/job/json.ts";
export type { EventOptions, EventStream } from "./src/events/event_stream.ts";
export type {
  AttemptFailedEvent,
  IterationFinishedEvent,
  JobFinishedEvent,
  JobSubmittedEvent,
  LaggedEvent,
  NodeLostEvent,
  NodeReadyEvent,
  RunEvent,
  RunEventBase,
  RunFinishedEvent,
  StopRequestedEvent,
  TailsOfEvent,
  TaskEventBase,
  TaskScheduledEvent,
  TasksReopenedEvent,
  TaskStartedEvent,
} from "./src/events/public_events.ts";
export type { PermissionScope } from "./src/job/permissions.ts";
export { UsageError } from "./src/service/usage.ts";
export type { Durability } from "./src/journal/durability.ts";
export type { RunProgress } from "./src/report/progress.ts";
export type { LogLevel } from "./src/report/log_lines.ts";
export type { Cause, LimitCause, OutcomeCounts, StopCause } from "./src/core/types.ts";
export type { JobState, TerminalState } from "./src/report/states.ts";
export type { IterationCounts, JobReport, TaskReport } from "./src/report/views.ts";
export type { Door, DoorSession, OpenDoor } from "./src/runtime/door.ts";
export type { Reply } from "./src/service/reply.ts";
export type { WaitLimit } from "./src/runtime/limit.ts";
export type { ChildReply, InfoReply, ResourcesReply, RuntimeReply, StatusReply } from "./src/service/replies.ts";
export { BasicTemplate, QCGPJTemplate } from "./src/template/basic_template.ts";
export { defineTemplate, type OutputParser } from "./src/template/define_template.ts";
export type { PlaceholderNames } from "./src/template/placeholder_names.ts";
export type * from "./src/template/types.ts";
