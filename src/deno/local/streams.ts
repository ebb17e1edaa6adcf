/**
 * Opens the three standard streams of a task as file descriptors, and copies them where descriptors cannot be passed
 * on.
 *
 * @module
 */

import { writeAllSync } from "../host/write_all.ts";
import { nodeFs } from "../host/node_modules.ts";
import { waitAtMost } from "../host/wait_at_most.ts";
import type { LaunchPlan } from "../../launch/plan.ts";
import { faultOf } from "./launch_prepare.ts";
import type { LaunchFault, LaunchStep } from "./launch_failure.ts";
import type { OutputName } from "./held_stream.ts";
import { ownDescriptor } from "./own_descriptor.ts";
import type { TaskOutputs } from "./task_outputs.ts";
import { mayUse, notCapable } from "../host/permissions.ts";

/** How long after a process has ended its pipes may stay open: something that it left behind may hold them. */
const lateOutputMs = 200;
const chunkBytes = 1 << 16;

/** A stream of a task: an open file, or the null device. */
export type StreamTarget = number | "null";

/** The open streams of one task. */
export interface OpenStreams {
  /** To be read. */
  readonly stdin: StreamTarget;
  /** To be written. */
  readonly stdout: StreamTarget;
  /** To be written; the same number as `stdout` when both go to one file. */
  readonly stderr: StreamTarget;
  /** Those of them that are to be closed. */
  readonly opened: readonly number[];
}

/**
 * Opens the files of a plan. None of them may be a named pipe: opening that could wait for ever.
 *
 * @param spooled What is open for outputs that have no file.
 * @param held What is open already, and is closed with the others.
 * @returns The open streams, or the fault of the first that could not be opened; nothing stays open then.
 */
export function openStreams(
  plan: LaunchPlan,
  spooled: TaskOutputs = {},
  held: { readonly [name in OutputName]?: number } = {},
): OpenStreams | LaunchFault {
  const opened = [...new Set(Object.values(held))];
  let step: LaunchStep = "stdin";
  const open = (path: string | undefined, flags: string): StreamTarget => {
    if (path === undefined) return "null";
    const name = flags === "r" ? "read" : "write";
    if (!mayUse(name, path)) throw notCapable({ name, value: path });
    // What goes where our own output goes stands behind it.
    const isAdded = flags === "w" && (ownDescriptor(path) !== undefined || plan.append?.some((name) => name === step));
    const descriptor = nodeFs().openSync(path, isAdded ? "a" : flags);
    opened.push(descriptor);
    return descriptor;
  };
  try {
    const stdin = held.stdin ?? open(plan.stdin, "r");
    step = "stdout";
    const stdout = held.stdout ?? spooled.stdout?.descriptor ?? open(plan.stdout, "w");
    step = "stderr";
    const isShared = plan.stderr !== undefined && plan.stderr === plan.stdout;
    const stderr = isShared ? stdout : held.stderr ?? spooled.stderr?.descriptor ?? open(plan.stderr, "w");
    return { stdin, stdout, stderr, opened };
  } catch (error) {
    opened.forEach((descriptor) => nodeFs().closeSync(descriptor));
    return faultOf(step, error);
  }
}

/** Closes what {@linkcode openStreams} opened. */
export function closeStreams({ opened }: OpenStreams): void {
  for (const descriptor of opened) nodeFs().closeSync(descriptor);
}

/**
 * Copies between a child's pipes and open files until the child has ended, then closes the files.
 *
 * @param child A child whose streams are all piped.
 * @param streams Where its streams come from and go to.
 * @param said Gets the beginning of what goes nowhere of the standard error.
 */
export async function copyStreams(
  child: Deno.ChildProcess,
  streams: OpenStreams,
  said?: (bytes: Uint8Array) => void,
): Promise<void> {
  const readers = [child.stdout.getReader(), child.stderr.getReader()] as const;
  const copies = Promise.all([
    feed(child.stdin, streams.stdin),
    drain(readers[0], streams.stdout),
    drain(readers[1], streams.stderr, said),
  ]);
  await child.status.catch(() => {});
  await waitAtMost(copies, lateOutputMs);
  for (const reader of readers) await reader.cancel().catch(() => {});
  await copies;
  closeStreams(streams);
}

async function drain(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  target: StreamTarget,
  said?: (bytes: Uint8Array) => void,
): Promise<void> {
  const writeSync = (bytes: Uint8Array) => {
    if (target !== "null") return nodeFs().writeSync(target, bytes);
    said?.(bytes);
    return bytes.length;
  };
  const file = { writeSync };
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) writeAllSync(file, chunk.value);
  } catch {
    await reader.cancel().catch(() => {}); // A full disk: the program meets a closed pipe instead.
  }
}

async function feed(stdin: WritableStream<Uint8Array>, source: StreamTarget): Promise<void> {
  const writer = stdin.getWriter();
  try {
    for (let count = chunkBytes; source !== "null" && count > 0;) {
      const chunk = new Uint8Array(chunkBytes);
      count = nodeFs().readSync(source, chunk, 0, chunkBytes, null);
      if (count > 0) await writer.write(chunk.subarray(0, count));
    }
    await writer.close();
  } catch {
    await writer.abort().catch(() => {}); // The program does not want to read any more.
  }
}
