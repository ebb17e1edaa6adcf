/**
 * How a future says what is wrong.
 *
 * @module
 */

import type { AdmittedJob } from "../core/types.ts";
import { UnknownJobError } from "../errors.ts";

/** Names jobs: one by its name, several by their number. */
export function nameJobs(names: readonly string[]): string {
  return names.length === 1 ? `job "${names[0]}"` : `${names.length} jobs`;
}

/** Says that a job was removed. */
export function removedError({ description: { name } }: AdmittedJob): UnknownJobError {
  return new UnknownJobError(`Job '${name}' was removed: nothing but its state is known any more`, name);
}
