/**
 * Says what is wrong when a journal, or another record of a run, cannot be opened, read or written, and what to do.
 *
 * @module
 */

import { dirname } from "@std/path";
import { JournalError, PermissionScopeError, PilotJobError } from "../../../errors.ts";
import { errorCode } from "../../host/error_code.ts";
import { fileProblem } from "../file_problem.ts";

/** What to do about an error of the operating system that ends the run, by its code. */
const advice: Readonly<Record<string, string>> = {
  ENOSPC: "free some, then resume the run: what was written so far is kept",
  EDQUOT: "free some space, then resume the run: what was written so far is kept",
  EFBIG: "raise the limit, then resume the run",
  EIO: "what was written so far is kept as far as the device has it",
  ESTALE: "resume the run when it is back",
};

/**
 * Explains an error of the operating system.
 *
 * @param verb What was tried: `open`, `read` or `write`.
 * @param path The path of the journal.
 * @param cause The error.
 * @param offset Where in the file it was tried, if it matters.
 * @param noun What the file is.
 */
export function explainJournalFailure(
  verb: "open" | "read" | "write",
  path: string,
  cause: unknown,
  offset?: number,
  noun: string = "journal",
): PilotJobError {
  if (cause instanceof PilotJobError) return cause;
  if (cause instanceof Deno.errors.NotCapable) {
    const permission = /Requires (\w+) access/.exec(cause.message)?.[1] ?? "write";
    const message = `The ${noun} ${path} needs ${permission} permission for "${path}": ` +
      `run deno again with --allow-read=${dirname(path)} --allow-write=${dirname(path)}`;
    return new PermissionScopeError(message, permission, path, { cause });
  }
  const code = errorCode(cause);
  const meaning = fileProblem(verb, path, cause);
  // Nothing but the journal ends a run.
  const reason = noun === "journal" && code in advice ? `${meaning}; ${advice[code]}` : meaning;
  const where = offset === undefined ? { path, cause } : { path, cause, offset };
  return new JournalError(`Cannot ${verb} the ${noun} ${path}: ${reason}`, where);
}

/**
 * Says what somebody else has done to a journal that is being written; `undefined` when nothing.
 *
 * @param path Where it should be.
 * @param file The open file.
 * @param size How many bytes it should have.
 */
export function describeChange(path: string, file: Deno.FsFile, size: number): string | undefined {
  const consequence = "nothing that ends from now on can be told to a resume";
  try {
    const [open, there] = [file.statSync(), Deno.statSync(path)];
    if (open.ino !== there.ino || open.dev !== there.dev) {
      return `The journal ${path} was replaced by another file while it was written: ${consequence}`;
    }
    if (open.size < size) return `The journal ${path} was cut while it was written: a resume may lack what it had`;
    if (open.size > size) return `Another program has written into the journal ${path}: a resume may lack a part of it`;
    return undefined;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return undefined; // Whoever writes next is told what is wrong.
    return `The journal ${path} was removed or moved while it was written: ${consequence}`;
  }
}
