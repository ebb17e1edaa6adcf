/**
 * Says what is wrong when a journal, or another record of a run, cannot be opened, read or written, and what to do.
 *
 * @module
 */

import { dirname } from "@std/path";
import { JournalError, PermissionScopeError, PilotJobError } from "../../errors.ts";
import { errorCode } from "../host/error_code.ts";
import { fileProblem } from "./file_problem.ts";

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
