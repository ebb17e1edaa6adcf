/**
 * The code of an operating system's error.
 *
 * @module
 */

/**
 * The code of an error, such as `"ENOENT"`; empty when it has none. Deno names the common ones and only tells the number
 * of the others (`File too large (os error 27)`).
 */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && error.code !== undefined) return String(error.code);
  const number = /\(os error (\d+)\)$/.exec(error.message)?.[1];
  // Loaded when it is needed: a module of Node.js costs a program some twenty milliseconds.
  return number === undefined ? "" : process.getBuiltinModule("node:util").getSystemErrorName(-Number(number));
}
