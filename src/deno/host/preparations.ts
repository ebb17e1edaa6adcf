/**
 * What a preparation touches on this machine: files, and what is seen of a shell in `/proc`.
 *
 * @module
 */

import { deadline } from "@std/async/deadline";
import { profileReadSignal } from "../../launch/shell_command.ts";
import type { PreparationPorts } from "../../runtime/prepared_launcher.ts";
import { remoteCall } from "./remote_calls.ts";
import { readRemoteEnd } from "./remote_end.ts";
import { isRemote } from "./remote_paths.ts";

/** How long a note on a file system that may not answer is waited for, in milliseconds. */
const noteMsMax = 5000;

/** The place of a file may have been taken by a link that a task has put there: it is not followed. */
const asNew = { createNew: true } as const;

/** The preparations of this machine. */
export const systemPreparations: PreparationPorts = {
  writeFile: (path, text) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (isRemote(path)) {
      return remoteCall(() => writeRemote(folder, path, text));
    }
    Deno.mkdirSync(folder, { recursive: true });
    systemPreparations.removeFile(path);
    return Deno.writeTextFileSync(path, text, asNew);
  },
  removeFile: (path) => {
    if (isRemote(path)) return void remoteCall(() => Deno.remove(path)).catch(() => {});
    try {
      Deno.removeSync(path);
    } catch {
      // It has gone already.
    }
  },
  takeNote: (path) => {
    if (isRemote(path)) return deadline(remoteCall(() => takeRemote(path)), noteMsMax).catch(() => undefined);
    try {
      const note = Deno.readTextFileSync(path);
      Deno.removeSync(path);
      return note;
    } catch {
      return undefined; // There is none, or Deno does not let us look: then the exit code must do.
    }
  },
  readRemote: readRemoteEnd,
  readsProfile: (pid, plan) => {
    try {
      const words = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").slice(0, -1);
      const isOurs = words.slice(1).join("\0") === plan.args.join("\0");
      return isOurs && !listensTo(Deno.readTextFileSync(`/proc/${pid}/status`), profileReadSignal);
    } catch {
      return false; // It has ended, or may not be looked at.
    }
  },
};

async function writeRemote(folder: string, path: string, text: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true }).then(() => Deno.remove(path)).catch(() => {});
  await Deno.writeTextFile(path, text, asNew);
}

async function takeRemote(path: string): Promise<string> {
  const note = await Deno.readTextFile(path);
  await Deno.remove(path);
  return note;
}

/** Whether a process listens to a signal, from its status as the kernel writes it. */
function listensTo(status: string, signal: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return (BigInt(`0x${caught}`) >> BigInt(signal - 1) & 1n) === 1n;
}
