/**
 * The error of inputs.
 *
 * @module
 */

import { PilotJobError } from "../../errors.ts";

/** An input that cannot be given to a program, or inputs that cannot be read. */
export class InputError extends PilotJobError {
  /** The name of the class. */
  override readonly name = "InputError";
  /** Always `"INPUT"`. */
  override readonly code = "INPUT";
}
