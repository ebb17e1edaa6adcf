/**
 * Parts of a value as the placeholders of GNU parallel name them: without extension, without directory, and so on.
 *
 * | form | of `dir/a.tar.gz` | | form | of `dir/a.tar.gz` |
 * | --- | --- | --- | --- | --- |
 * | `.` | `dir/a.tar` | | `+.` | `gz` |
 * | `..` | `dir/a` | | `+..` | `tar.gz` |
 * | `/` | `a.tar.gz` | | `+/` | `dir` |
 * | `/.` | `a.tar` | | `//` | `dir`, and `.` where there is none |
 * | `/..` | `a` | | | |
 *
 * `...`, `/...` and `+...` are about three extensions.
 *
 * @module
 */

/** How much of a value is wanted; the empty form is the whole. */
export type ValueForm =
  | ""
  | "."
  | ".."
  | "..."
  | "/"
  | "//"
  | "/."
  | "/.."
  | "/..."
  | "+/"
  | "+."
  | "+.."
  | "+...";

/** Matches every form, the longest first, as the source of a regular expression. */
export const valueFormPattern = "\\+?\\.{1,3}|\\+/|//|/\\.{0,3}";

/** Gives the part of a value that a form names. A value with fewer extensions than the form names has none of them. */
export function partOfValue(value: string, form: ValueForm): string {
  switch (form) {
    case "":
      return value;
    case ".":
    case "..":
    case "...":
      return value.slice(0, extensionsAt(value, form.length));
    case "/":
      return fileName(value);
    case "/.":
    case "/..":
    case "/...": {
      const name = fileName(value);
      return name.slice(0, extensionsAt(name, form.length - 1));
    }
    case "+.":
    case "+..":
    case "+...":
      return value.slice(extensionsAt(value, form.length - 1)).slice(1);
    case "+/":
      return value.slice(0, Math.max(0, value.lastIndexOf("/")));
    case "//":
      return directory(value);
    default:
      return form satisfies never;
  }
}

/** Where the last `count` extensions begin; the end of the value when it has fewer. */
function extensionsAt(value: string, count: number): number {
  const nameAt = value.lastIndexOf("/") + 1;
  let at = value.length;
  for (let i = 0; i < count; i++) {
    if (at <= nameAt) return value.length;
    at = value.lastIndexOf(".", at - 1);
    if (at < nameAt) return value.length;
  }
  return at;
}

function fileName(value: string): string {
  return value.slice(value.lastIndexOf("/") + 1);
}

/** The directory as `dirname` prints it. */
function directory(value: string): string {
  const trimmed = value.replace(/\/+$/, "");
  if (trimmed === "") return value.startsWith("/") ? "/" : ".";
  const slash = trimmed.lastIndexOf("/");
  return slash < 0 ? "." : trimmed.slice(0, slash).replace(/\/+$/, "") || "/";
}
