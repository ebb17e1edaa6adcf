/**
 * Lets a stream of this program go into a named pipe.
 *
 * To open a pipe for writing waits until another process opens it for reading, which may never happen, and a wait in this
 * program could not be called off. So `cat` does both, the open and the writing: it is fed as fast as it writes, which is
 * as fast as the task reads, and is ended when the task does not read any more.
 *
 * @module
 */

import { errorText } from "../../base/error_text.ts";
import { mayUse } from "../host/permissions.ts";
import type { Feeding } from "../../runtime/task_files.ts";

/** A stream on its way. */
export interface PipeFeeding extends Feeding {
  /** Settles when nothing of it is left: no process and no pipe. Never rejects. */
  readonly ended: Promise<void>;
}

const shell = "/bin/sh";
const script = 'exec cat >"$1"';

/**
 * Makes a named pipe and lets a stream go into it.
 *
 * @param path The pipe; one that an earlier run has left is replaced.
 * @param stream Is read once, no faster than the pipe is.
 * @param failed Is told when the stream itself fails. The pipe stays open then, so that the reader does not take what it
 * has for all there is.
 * @throws What the system or Deno has against it.
 */
export function feedPipe(
  path: string,
  stream: ReadableStream<Uint8Array>,
  failed: (error: unknown) => void,
): PipeFeeding {
  // On a terminal Deno would ask the user.
  const missing = ["mkfifo", shell].filter((program) => !mayUse("run", program));
  if (missing.length > 0) {
    throw new Error(`a stream is read through a named pipe: run deno again with --allow-run=${missing.join(",")}`);
  }
  makePipe(path);
  const child = new Deno.Command(shell, {
    args: ["-c", script, "sh", path],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const reader = stream.getReader();
  const writer = child.stdin.getWriter();
  const fed = copy(reader, writer, failed);
  let isOver = false;
  const stop = () => {
    if (isOver) return;
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended in the meantime.
    }
    reader.cancel().catch(() => {}); // What the stream has to say of it concerns nobody any more.
  };
  const ended = child.status.then(async () => {
    isOver = true;
    await Promise.allSettled([reader.cancel(), writer.abort(), fed]);
    try {
      Deno.removeSync(path);
    } catch {
      // The folder may have been removed.
    }
  });
  return { stop, ended };
}

async function copy(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  failed: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    let next;
    try {
      next = await reader.read();
    } catch (error) {
      return failed(error); // The writer is left open.
    }
    try {
      if (next.done) return await writer.close();
      if (!(next.value instanceof Uint8Array)) return failed(new TypeError("it gave something else than bytes"));
      await writer.write(next.value);
    } catch {
      return; // The task does not want to read any more.
    }
  }
}

function makePipe(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const { success, stderr } = new Deno.Command("mkfifo", { args: ["-m", "600", path] }).outputSync();
  if (!success) throw new Error(errorText(new TextDecoder().decode(stderr).trim()));
}
