/**
 * What the manager replies to those who change something.
 *
 * @module
 */

/** The reply of `Manager.cancel()`. */
export interface CancelReply {
  /** How many names had something to stop. */
  readonly canceled: number;
  /** Why nothing was stopped, by name; empty when all went well. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The reply of `Manager.setPriority()`. */
export interface PriorityReply {
  /** How many jobs were given the priority. */
  readonly set: number;
  /** Why a job was not, by name; empty when all went well. */
  readonly errors: Readonly<Record<string, string>>;
}

/** The reply of `Manager.remove()`. */
export interface RemoveReply {
  /** How many jobs were removed. */
  readonly removed: number;
  /** Why a job was not removed, by name; empty when all went well. */
  readonly errors: Readonly<Record<string, string>>;
}
