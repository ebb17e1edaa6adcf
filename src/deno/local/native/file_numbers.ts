/**
 * Numbers of Linux for files and their descriptors; the same on x86_64 and aarch64.
 *
 * @module
 */

/** How a file is opened. */
export const openFlags: Readonly<
  Record<
    | "read"
    | "write"
    | "both"
    | "exclusive"
    | "create"
    | "noTerminal"
    | "truncate"
    | "append"
    | "nonblock"
    | "closeOnExec",
    number
  >
> = {
  ...{ read: 0, write: 0o1, both: 0o2, exclusive: 0o200 },
  create: 0o100,
  noTerminal: 0o400,
  truncate: 0o1000,
  append: 0o2000,
  nonblock: 0o4000,
  closeOnExec: 0o2000000,
};
/** What `fcntl` is asked to do: F_GETFD, F_SETFD, F_SETFL, F_DUPFD_CLOEXEC. */
export const descriptorCalls = { getFlags: 1, setFlags: 2, setStatus: 4, duplicateFrom: 1030 } as const;
/** The one flag of a descriptor: no program that is executed inherits it. */
export const privateFlag = 1;
/** Stands for the working directory, where a descriptor of a folder is asked for: AT_FDCWD. */
export const currentFolder = -100;
/** The type of a named pipe. */
export const fifoType = 0o010000;
