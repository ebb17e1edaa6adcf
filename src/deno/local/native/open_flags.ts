/**
 * Numbers of Linux for opening files; the same on x86_64 and aarch64.
 *
 * @module
 */

/** How a file is opened. */
export const openFlags: Readonly<
  Record<"read" | "write" | "both" | "exclusive" | "create" | "noTerminal" | "truncate" | "append" | "nonblock", number>
> = {
  ...{ read: 0, write: 0o1, both: 0o2, exclusive: 0o200 },
  create: 0o100,
  noTerminal: 0o400,
  truncate: 0o1000,
  append: 0o2000,
  nonblock: 0o4000,
};
/** The type of a named pipe. */
export const fifoType = 0o010000;
