/**
 * The error for a command line that cannot be understood.
 *
 * @module
 */

import { PilotJobError, type PilotJobErrorOptions } from "../errors.ts";

/** An option or argument that is unknown, lacks its value, has a wrong one, or contradicts another. */
export class UsageError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "UsageError";
  /** Always `"USAGE"`. */
  override readonly code = "USAGE";
  /** What a program that was called like this exits with. */
  readonly exitCode = 2;
  /** The option to blame as it is written in full, for example `--net-port`; absent when none is. */
  readonly option: string | undefined;

  /** Creates the error; the message names the option and what would be right. */
  constructor(message: string, where: { readonly option?: string } & PilotJobErrorOptions = {}) {
    super(message, where);
    this.option = where.option;
  }
}
