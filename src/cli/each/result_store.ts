/**
 * Keeps the outputs of a sweep where `--results` says.
 *
 * @module
 */

import { fileProblem } from "../../deno/files/file_problem.ts";
import { dirname, resolve } from "@std/path";
import { encodeText } from "../../base/byte_text.ts";
import { writeAllSync } from "../../deno/host/write_all.ts";
import type { InputValues, TaskPlace } from "../../job/command_words.ts";
import type { LoggedTask } from "../../report/job_log.ts";
import { UsageError } from "../../service/usage.ts";
import type { TaskOutputs } from "./output.ts";
import { resultFiles, type Results, tableHeader, tableRow } from "./results.ts";
import { writeNamed } from "./write_named.ts";

/** Keeps outputs. */
export class ResultStore implements Disposable {
  readonly #results: Results;
  readonly #outputs: TaskOutputs;
  readonly #valuesEach: number;
  readonly #table: Deno.FsFile | typeof Deno.stdout | undefined;
  readonly #names: readonly string[];
  #hasHeader: boolean;

  /**
   * Opens the place.
   *
   * @param outputs The outputs, which are told where they are to stay.
   * @param inputs How many values an input has, and their names, if they have any.
   * @param goesOn Whether an earlier run is gone on with, whose table stays.
   * @throws {UsageError} If a table cannot be written.
   */
  constructor(
    results: Results,
    outputs: TaskOutputs,
    inputs: { readonly valuesEach: number; readonly names: readonly string[] },
    goesOn: boolean,
  ) {
    this.#results = results;
    this.#outputs = outputs;
    this.#valuesEach = inputs.valuesEach;
    this.#names = inputs.names;
    this.#table = results.kind === "table" ? openTable(results, goesOn) : undefined;
    this.#hasHeader = this.#table instanceof Deno.FsFile && this.#table.statSync().size > 0;
  }

  /** Lets a task write where its output is to stay. */
  begin(values: InputValues, place: TaskPlace): void {
    const files = resultFiles(this.#results, values, place, this.#valuesEach);
    if (files === undefined) return;
    const absolute = { stdout: resolve(files.stdout), stderr: resolve(files.stderr) };
    try {
      Deno.mkdirSync(dirname(absolute.stdout), { recursive: true });
      Deno.writeTextFileSync(files.seq, `${place.number}`);
    } catch (error) {
      throw new UsageError(`Cannot keep results in ${files.stdout}: ${fileProblem("write", files.stdout, error)}`, {
        option: "--results",
        cause: error,
      });
    }
    this.#outputs.keep(place.number, absolute);
  }

  /** Writes the row of a task that has ended. */
  ended(task: LoggedTask, values: InputValues): void {
    if (this.#results.kind !== "table") return;
    const { format } = this.#results;
    const row = tableRow(format, { task, values, ...this.#outputs.read(task.number) });
    const header = this.#hasHeader ? "" : tableHeader(format, values.length, this.#names);
    this.#hasHeader = true;
    const bytes = encodeText(header + row);
    writeNamed(this.#results.path, "table of results", () => writeAllSync(this.#table!, bytes));
  }

  /** Closes the table. */
  [Symbol.dispose](): void {
    if (this.#table instanceof Deno.FsFile) this.#table.close();
  }
}

function openTable(
  { path, format }: Results & { readonly kind: "table" },
  goesOn: boolean,
): Deno.FsFile | typeof Deno.stdout {
  if (path === `-.${format}`) return Deno.stdout;
  try {
    return Deno.openSync(path, { write: true, create: true, append: goesOn, truncate: !goesOn });
  } catch (error) {
    throw new UsageError(`Cannot write the results to ${path}: ${fileProblem("write", path, error)}`, {
      option: "--results",
    });
  }
}
