/**
 * Says in plain words what the operating system has against a file.
 *
 * @module
 */

import { dirname } from "@std/path";
import { errorText } from "../../base/error_text.ts";
import { errorCode } from "../host/error_code.ts";

/** What an error of the operating system means, by its code. */
const meanings: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than is allowed",
  EIO: "the device reports an error",
  ESTALE: "the file system has dropped the file",
  EROFS: "the file system is read-only; choose a folder that can be written to",
  EACCES: "access is denied; choose a folder that you can write to",
  EPERM: "access is denied; choose a folder that you can write to",
  EISDIR: "it is a folder; give the path of a file",
  ENOTDIR: "a part of the path is not a folder",
  ELOOP: "its symbolic links go in a ring",
  ENAMETOOLONG: "the path is too long",
  EMFILE: "too many files are open; raise the limit of open files",
  ENOLCK: "the file system has no locks; choose a folder on another one",
  ENOSYS: "the file system has no locks; choose a folder on another one",
  ENOTSUP: "the file system has no locks; choose a folder on another one",
  EOPNOTSUPP: "the file system has no locks; choose a folder on another one",
};

/**
 * Says what is wrong with a file, and what to do where that is known; the caller names the file.
 *
 * @param verb What was tried: `open`, `read` or `write`.
 * @param path The path of the file.
 * @param cause What the operating system threw.
 * @returns Part of a sentence, such as `there is no such file`.
 */
export function fileProblem(verb: "open" | "read" | "write", path: string, cause: unknown): string {
  const code = errorCode(cause);
  if (verb === "read") {
    if (code === "ENOENT") return "there is no such file";
    if (code === "EISDIR") return "it is a folder; name a file";
    if (code === "EACCES" || code === "EPERM") return "it may not be read; give yourself permission (chmod +r)";
  }
  if (code === "ENOENT") return `there is no folder ${dirname(path)}; create it first`;
  return meanings[code] ?? errorText(cause);
}
