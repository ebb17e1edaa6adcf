/**
 * What is right in the options of a stream of events.
 *
 * @module
 */

import type { EventOptions } from "../events/event_stream.ts";
import { checkOptionBag } from "./option_bag.ts";

/**
 * Checks the options of `events()`.
 *
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If a number is less than 1.
 */
export function checkEventOptions(options: EventOptions): void {
  const isNumber = Number.isSafeInteger;
  checkOptionBag("events()", options, {
    from: {
      isRight: (value) => value === "start" || value === "now" || isNumber(value),
      what: '"start", "now" or the number of an event',
    },
    capacity: { isRight: isNumber, what: "a whole number", min: 1 },
  });
  if (typeof options.from === "number" && options.from < 1) {
    throw new RangeError(`Option "from" of events() must be 1 or more, got ${options.from}`);
  }
}
