/**
 * What a job reads: the key `execution.stdin` in all its forms. QCG-PilotJob has paths only.
 *
 * @module
 */

import { serializeDependency } from "./dependencies.ts";
import type { Execution, JobDescription, TaskInput } from "./description.ts";
import type { Base64Input, SourceInput, TextInput } from "./execution_input.ts";
import { type DependingJob, parseDependency } from "./parse_dependencies.ts";
import { type Field, keysOf } from "./shape.ts";

/** The most bytes that a job may hold: they are in its records, too. */
const inputBytesMax: number = 16 * 2 ** 20;

const formKeys = keysOf<TextInput | Base64Input | SourceInput>({ text: true, base64: true, from: true });
/** What stands for a stream once the program that submitted the job holds it. */
const streamKey = "stream";
/** What stands in the place of a stream when a job is parsed. */
export const streamInput: { readonly stream: true } = Object.freeze({ stream: true });
/** Records say besides where the run keeps it. */
const fileKey = "file";
const form = 'a path, or an object such as { "text": "yes" } or { "from": "job" }';

/** Whether the text at a path of a job is what a task reads, and so is left as it is. */
export function isContent(path: string): boolean {
  return path === "execution.stdin.text" || path === "execution.stdin.base64";
}

/**
 * Reads `execution.stdin`.
 *
 * @param field The element.
 * @param own The job that has it.
 * @param from Where the job comes from: of a program, which may hold a stream; or of records, which say more.
 * @returns What it adds to the execution; `undefined` for nothing.
 * @throws {JobDescriptionError} If something is wrong in it.
 */
export function parseStdin(
  field: Field,
  own: DependingJob,
  from: { readonly mayHoldStream: boolean; readonly isRecorded: boolean },
): Pick<Execution, "stdin" | "input"> | undefined {
  if (field.absent) return undefined;
  if (typeof field.value === "string") return field.value === "" ? undefined : { stdin: field.value };
  const held = from.isRecorded || from.mayHoldStream ? [streamKey] : [];
  field.shaped(form, [...formKeys, ...held, ...(from.isRecorded ? [fileKey] : [])]);
  const file = from.isRecorded ? field.get(fileKey).optionalString() : undefined;
  const given = [...formKeys, streamKey].filter((key) => !field.get(key).absent);
  if (given.length !== 1) field.refuse(`must be ${form}, with one of the keys ${formKeys.join(", ")}`);
  const one = field.get(given[0]!);
  const input = parseInput(given[0]!, one, own);
  return { input: Object.freeze(file === undefined || input.kind === "output" ? input : { ...input, file }) };
}

function parseInput(key: string, field: Field, own: DependingJob): TaskInput {
  switch (key) {
    case "text": {
      const text = field.string("a text");
      refuseLarge(field, text.length);
      return { kind: "text", text };
    }
    case "base64": {
      const base64 = field.string("bytes in base64");
      if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
        field.refuse("must be bytes in base64: letters, digits, + and /, filled up with = to a multiple of four");
      }
      refuseLarge(field, base64.length * 3 / 4);
      return { kind: "bytes", base64 };
    }
    case "from": {
      const of = parseDependency(field, own);
      if (of.kind === "perIteration") field.refuse('must be a job ("job"), one iteration ("job:3") or "job:${it}"');
      return { kind: "output", of: Object.freeze(of) };
    }
    default:
      return { kind: "stream" };
  }
}

function refuseLarge(field: Field, bytes: number): void {
  if (bytes <= inputBytesMax) return;
  field.refuse(`must not have more than ${inputBytesMax / 2 ** 20} MiB; write it into a file, and give its path`);
}

/**
 * Refuses a stream where it would be read more than once.
 *
 * @throws {JobDescriptionError} If the job has iterations or may be tried again.
 */
export function refuseRepeatedStream(job: Field, { execution, iteration, retry }: JobDescription): void {
  if (execution.input?.kind !== "stream") return;
  const again = iteration !== undefined ? "iteration" : retry !== undefined ? "retry" : undefined;
  if (again === undefined) return;
  const stdin = job.get("execution").get("stdin");
  stdin.refuse(`is a stream, which can be read only once, but the job has "${again}"; give a text, bytes or a path`);
}

/** Writes it back, as {@linkcode parseStdin} reads it. */
export function serializeInput(input: TaskInput): Record<string, unknown> {
  if (input.kind === "output") return { from: serializeDependency(input.of) };
  const file = input.file === undefined ? {} : { file: input.file };
  switch (input.kind) {
    case "text":
      return { text: input.text, ...file };
    case "bytes":
      return { base64: input.base64, ...file };
    case "stream":
      return { stream: true, ...file };
    default:
      return input satisfies never;
  }
}
