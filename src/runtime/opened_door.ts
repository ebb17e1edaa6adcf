/**
 * A door that a session has opened: how it stands, and how it is closed whatever it does.
 *
 * @module
 */

import { InvariantError } from "../base/assert.ts";
import { errorText } from "../base/error_text.ts";
import { nameValue } from "../job/json.ts";
import type { Door, DoorSession, OpenDoor } from "./door.ts";
import { untilSettled } from "./limit.ts";
import type { Clock } from "./ports.ts";

/** How long a door may take to close, in milliseconds; then it is left to itself. */
export const closeMsMax = 5000;

/** What an opened door needs of its session. */
export interface DoorPorts {
  /** Measures how long closing takes. */
  readonly clock: Clock;
  /** Resolves when the session closes. */
  readonly untilClosed: Promise<unknown>;
}

/** A door that was opened. What is wrong with it is told the user, and all else goes on. */
export class OpenedDoor {
  /** What a status calls it. */
  readonly label: string;
  /** What the door has returned. */
  readonly door: OpenDoor;
  /** Resolves when no more requests come through it: it has ended or broken, or the session is closed. */
  readonly over: Promise<void>;
  readonly #session: DoorSession;
  readonly #clock: Clock;
  #isBroken = false;
  #closed: Promise<void> | undefined;

  /**
   * Opens a door.
   *
   * @throws {TypeError} If the door returns nothing that can be disposed of.
   * @throws Whatever the door throws.
   */
  constructor(door: Door, session: DoorSession, { clock, untilClosed }: DoorPorts) {
    this.#session = session;
    this.#clock = clock;
    const name = door.name === "" ? "DOOR" : door.name.toUpperCase();
    this.door = checkDoor(door(session), name);
    this.label = this.door.label ?? name;
    const { ended, isAside = false } = this.door;
    const over = ended === undefined ? untilClosed.then(() => {}) : this.#untilEnded(ended);
    this.over = isAside ? Promise.resolve() : over;
  }

  /** Whether it ended with an error. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Closes it, once; resolves when that is done or takes too long. Never rejects. */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #untilEnded(ended: Promise<unknown>): Promise<void> {
    try {
      await ended;
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      // The session does not wait for it, so nothing is missed.
      this.#isBroken = this.door.isAside !== true;
      this.#session.warn(`door ${this.label} broke, all else goes on: ${errorText(error)}`);
    }
    // What it holds is of no use any more; closing it is not waited for.
    this.close();
  }

  async #close(): Promise<void> {
    try {
      const closed = Promise.try(() => this.door[Symbol.asyncDispose]());
      await untilSettled(closed, { timeoutMs: closeMsMax }, this.#clock, () => `closing door ${this.label}`);
    } catch (error) {
      this.#session.warn(`door ${this.label} could not be closed and is left to itself: ${errorText(error)}`);
    }
  }
}

/** A program in JavaScript may return anything, and an asynchronous function is easily written. */
function checkDoor(opened: OpenDoor, name: string): OpenDoor {
  if (typeof opened?.[Symbol.asyncDispose] === "function") return opened;
  const given = (opened as unknown) instanceof Promise
    ? "a promise; what takes time belongs in ended"
    : nameValue(opened);
  throw new TypeError(`Door ${name} must return an object with [Symbol.asyncDispose], which closes it, not ${given}`);
}
