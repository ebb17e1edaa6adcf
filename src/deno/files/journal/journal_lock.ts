/**
 * Keeps two pilots from writing one journal. The lock is the operating system's and goes with the process that holds
 * it, however that ends: there is no lock file to be left over.
 *
 * @module
 */

import { JournalError } from "../../../errors.ts";

/**
 * Locks an open journal for this process, or refuses.
 *
 * @param file The journal.
 * @param path Its path, for the error.
 * @throws {JournalError} If another process that still lives has it.
 */
export function lockJournal(file: Deno.FsFile, path: string): void {
  if (file.tryLockSync(true)) return;
  const pid = findHolder(file);
  const holder = pid === undefined ? "another process" : `process ${pid}`;
  throw new JournalError(
    `Cannot open the journal ${path}: ${holder} is writing it; wait until that run has ended, or stop it`,
    { path },
  );
}

/**
 * Looks whether a process writes a journal.
 *
 * @param path The path of the journal.
 * @returns Its id, or `"unknown"` where the system does not tell it; `undefined` when none writes the journal, or that
 * cannot be found out.
 */
export function lockHolder(path: string): number | "unknown" | undefined {
  try {
    using file = Deno.openSync(path);
    const holder = findHolder(file);
    if (holder !== undefined) return holder;
    // Taken for a moment only, and together with others who look.
    if (!file.tryLockSync(false)) return "unknown";
    file.unlockSync();
    return undefined;
  } catch {
    return undefined;
  }
}

/** Looks for the process that has a lock. Only told the user, so that not to find it does not matter. */
function findHolder(file: Deno.FsFile): number | undefined {
  try {
    const { ino } = file.statSync();
    const pattern = new RegExp(String.raw`FLOCK +\S+ +WRITE +(\d+) +\S+:${ino} `);
    const pid = Number(pattern.exec(Deno.readTextFileSync("/proc/locks"))?.[1] ?? 0);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
