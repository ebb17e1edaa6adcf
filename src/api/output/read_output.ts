/**
 * What a task has written, handed over by the library: as bytes when it has ended, as lines while it runs.
 *
 * @module
 */

import { JobDescriptionError, TaskOutputError } from "../../errors.ts";
import { TextLines } from "../../base/text_lines.ts";
import { errorText } from "../../base/error_text.ts";
import type { OutputName } from "../../job/description.ts";
import { untilSettled, type WaitLimit } from "../../runtime/limit.ts";
import type { OutputEnd, OutputPart, OutputPieces } from "../../runtime/task_files.ts";
import type { TaskRef } from "./task_ref.ts";

/** The most bytes that are read at once: about as much as a text may have. */
const outputBytesMax: number = 2 ** 29 - 24;

/** How long to wait for more of what a running task writes: at first, and at last. */
const lookMsMin = 5;
const lookMsMax = 100;

/** The stream that is meant where none is named: the standard output, unless only the standard error is kept. */
export function chooseStream({ job: { description } }: TaskRef): OutputName {
  const { execution, capture } = description;
  const keeps = (stream: OutputName) => execution[stream] !== undefined || capture?.streams.includes(stream);
  return !keeps("stdout") && keeps("stderr") ? "stderr" : "stdout";
}

/**
 * Refuses a stream that is kept nowhere.
 *
 * @throws {JobDescriptionError} If it is neither captured nor in a file.
 */
export function requireKept({ job: { description } }: TaskRef, stream: OutputName): void {
  const { name: jobName, execution, capture } = description;
  if (execution[stream] !== undefined || capture?.streams.includes(stream)) return;
  const message = `The ${stream} of job "${jobName}" is not kept: submit it with capture: "${stream}"` +
    `${stream === "stderr" ? ' or "both"' : ""}, or with a file, execution.${stream}`;
  throw new JobDescriptionError(message, { jobName, path: "capture", isMissing: true });
}

/**
 * Waits for the end of a task and reads what it wrote.
 *
 * @throws {TaskFailedError} If it did not succeed.
 * @throws {TaskOutputError} If what it wrote is too much, or cannot be read any more.
 */
export async function readOutput(
  task: TaskRef,
  stream: OutputName,
  limit: WaitLimit,
): Promise<Uint8Array<ArrayBuffer>> {
  requireKept(task, stream);
  if (await task.ended(limit) !== "SUCCEED") throw task.failure();
  task.refuseRemoved();
  const { capture } = task.job.description;
  const isCaptured = capture?.streams.includes(stream) ?? false;
  const { maxBytes, onOverflow } = isCaptured ? capture! : { maxBytes: outputBytesMax, onOverflow: "fail" as const };
  const path = task.report()[stream]!;
  const read = readPart(task, path, maxBytes, onOverflow === "tail" ? "tail" : "head");
  const { bytes, size } = await untilSettled(read, limit, task.pilot.clock, () => `reading ${path}`);
  if (size <= maxBytes || onOverflow !== "fail") return bytes;
  const advice = isCaptured
    ? `capture: { maxBytes: ${size} } would do, or onOverflow: "head" or "tail"`
    : "read the file piece by piece, or by lines()";
  throw new TaskOutputError(
    `Task "${task.name}" wrote ${size} bytes to its ${stream}, more than the ${maxBytes} that are handed over: ${advice}`,
    task.name,
  );
}

async function readPart(task: TaskRef, path: string, maxBytes: number, end: OutputEnd): Promise<OutputPart> {
  try {
    return await task.pilot.files.read(path, maxBytes, end);
  } catch (error) {
    const message = `The output of task "${task.name}" cannot be read from ${path}: ${errorText(error)}`;
    throw new TaskOutputError(message, task.name, { cause: error });
  }
}

/**
 * Gives the lines that a task writes, as they come, and then throws if it did not succeed. Of a job that may be tried
 * again they come at the end, as an attempt that fails takes its own back.
 *
 * @throws {TaskFailedError} After the last line, if it did not succeed.
 */
export async function* followLines(
  task: TaskRef,
  stream: OutputName,
  limit: WaitLimit,
): AsyncGenerator<string, void, void> {
  const { clock } = task.pilot;
  const sinceMs = clock.nowMs();
  const what = () => `reading what task "${task.name}" writes`;
  const ended = task.ended(limit);
  ended.catch(() => {}); // It is awaited below; until then it must not count as unhandled.
  const lines = new TextLines();
  let pieces: OutputPieces | undefined;
  let waitMs = lookMsMin;
  try {
    for (;;) {
      // First this, so that nothing is missed that was written before the end.
      const isOver = task.isOver;
      // Before it has started, a file may hold what an earlier run has written.
      const mayRead = isOver || (task.state === "EXECUTING" && task.job.description.retry === undefined);
      if (mayRead && pieces === undefined) pieces = openPieces(task, stream);
      while (pieces !== undefined) {
        const next = pieces.read();
        const piece = next instanceof Promise ? await untilSettled(next, limit, clock, what, sinceMs) : next;
        if (piece === undefined) break;
        waitMs = lookMsMin;
        yield* lines.push(piece);
      }
      if (isOver) break;
      await anyOf(ended, clock, waitMs);
      waitMs = Math.min(waitMs * 2, lookMsMax);
    }
    yield* lines.finish();
  } finally {
    pieces?.close();
  }
  if (await ended !== "SUCCEED") throw task.failure();
}

function openPieces(task: TaskRef, stream: OutputName): OutputPieces | undefined {
  const report = task.report();
  const path = report[stream];
  return path === undefined || report.attempts === 0 ? undefined : task.pilot.files.follow(path);
}

/** Settles with the end, or after some time. */
async function anyOf(ended: Promise<unknown>, clock: TaskRef["pilot"]["clock"], waitMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const callOff = clock.wakeAt(clock.nowMs() + waitMs, resolve);
  try {
    await Promise.race([ended, promise]);
  } finally {
    callOff();
  }
}
