/**
 * Where a report goes: to a file, which is written as a whole, or to the standard output.
 *
 * @module
 */

import { extname, resolve } from "@std/path";
import { errorText } from "../../base/error_text.ts";
import { fileProblem } from "../../deno/files/file_problem.ts";
import { writeWhole } from "../../deno/files/replace_file.ts";
import { currentDirectory } from "../../deno/host/machine.ts";
import { UsageError } from "../../service/usage.ts";
import { RunError } from "../session.ts";
import type { Terminal } from "../command.ts";

/**
 * Writes a report.
 *
 * @param out A path; `-` is the standard output.
 * @throws {RunError} If the file cannot be written.
 */
export async function writeOutput(out: string, bytes: Uint8Array<ArrayBuffer>, terminal: Terminal): Promise<void> {
  if (out === "-") return await terminal.sendBytes(bytes);
  const path = resolve(currentDirectory(), out);
  try {
    writeWhole(path, bytes);
  } catch (error) {
    throw new RunError(`Cannot write ${path}: ${fileProblem("write", path, error)}`, { cause: error });
  }
}

/**
 * Decides what a picture is written as.
 *
 * @param out Where it goes; `-` is the standard output.
 * @param format What was asked for, if anything; else the name's ending decides, and a name without one is an SVG.
 * @throws {UsageError} If the ending belongs to something else.
 */
export function pictureFormat(out: string, format?: string): "svg" | "png" {
  if (format !== undefined) return format === "png" ? "png" : "svg";
  const ending = extname(out).toLowerCase();
  if (ending === ".png") return "png";
  if (ending === "" || ending === ".svg") return "svg";
  throw new UsageError(`A picture is written as SVG or PNG, and ${out} ends in ${ending}; write .svg or .png`);
}

/** Writes a picture, an SVG, in a format. */
export async function writePicture(out: string, svg: string, format: "svg" | "png", terminal: Terminal): Promise<void> {
  await writeOutput(out, format === "png" ? await convertToPng(svg) : new TextEncoder().encode(svg), terminal);
}

/** Programs that make a PNG of an SVG on their standard input, and their arguments. */
const converters: readonly (readonly [program: string, ...args: string[]])[] = [
  ["rsvg-convert", "--zoom", "2", "--background-color", "white"],
  ["inkscape", "--pipe", "--export-type=png", "--export-filename=-", "--export-dpi=192", "--export-background=white"],
  ["magick", "-density", "192", "svg:-", "png:-"],
  ["convert", "-density", "192", "svg:-", "png:-"],
];

/**
 * Makes a PNG of an SVG.
 *
 * @throws {RunError} If no program is installed that can.
 */
async function convertToPng(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const told: string[] = [];
  for (const [program, ...args] of converters) {
    try {
      const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
      const writer = child.stdin.getWriter();
      const written = writer.write(new TextEncoder().encode(svg)).then(() => writer.close());
      const [{ success, stdout, stderr }] = await Promise.all([child.output(), written.catch(() => {})]);
      if (success && stdout.length > 0) return stdout;
      told.push(`${program}: ${new TextDecoder().decode(stderr).trim().split("\n")[0] ?? "failed"}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) told.push(`${program}: ${errorText(error)}`);
    }
  }
  const why = told.length === 0 ? "" : ` (${told.join("; ")})`;
  const names = converters.map(([program]) => program).join(", ");
  throw new RunError(`To write a PNG one of ${names} is needed, and none of them did it${why}; write SVG instead`);
}
