/**
 * Names of the errors that a start can meet, by their numbers on Linux. A number may have two names, of which this is
 * the one that messages are chosen by.
 *
 * @module
 */

const names: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  5: "EIO",
  6: "ENXIO",
  7: "E2BIG",
  8: "ENOEXEC",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  16: "EBUSY",
  17: "EEXIST",
  19: "ENODEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  26: "ETXTBSY",
  27: "EFBIG",
  28: "ENOSPC",
  30: "EROFS",
  36: "ENAMETOOLONG",
  40: "ELOOP",
  80: "ELIBBAD",
  110: "ETIMEDOUT",
  116: "ESTALE",
  122: "EDQUOT",
};

/** Names an error of the C library. */
export function nameError(number: number): string {
  return names[number] ?? `errno ${number}`;
}
