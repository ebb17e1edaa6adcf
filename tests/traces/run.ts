/**
 * Plays a trace: a text in which each command stands at the beginning of a line and what must come of it stands below,
 * indented. The first command may be `pool`; lines with `#` are comments.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { TraceRunner } from "./trace_runner.ts";

/** Plays the commands of a trace and writes it anew, with what really came of them. */
export function playTrace(text: string): string {
  let runner: TraceRunner | undefined;
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    if (/^\s+\S/.test(line)) continue;
    lines.push(line);
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("pool ")) {
      runner = openRunner(line);
      continue;
    }
    runner ??= new TraceRunner();
    lines.push(...answer(runner, line).map((answered) => `  ${answered}`));
  }
  return lines.join("\n");
}

/** Compares a trace with what really comes of its commands. */
export function checkTrace(text: string): void {
  assertEquals(playTrace(text).split("\n"), text.split("\n"));
}

function answer(runner: TraceRunner, command: string): string[] {
  if (command === "deadline") return [String(runner.core.nextDeadlineMs() ?? "none")];
  if (command === "free") return [String(runner.core.freeCores)];
  try {
    return runner.tell(command);
  } catch (error) {
    return [`${(error as Error).name}: ${(error as Error).message}`];
  }
}

function openRunner(line: string): TraceRunner {
  const [, nodes, ...words] = line.split(/\s+/);
  const options: Record<string, unknown> = {};
  for (const word of words) {
    const [key, value] = word.split("=");
    if (key === "reserve") options["reserveCore"] = true;
    else if (key === "absent") options["absentNodes"] = value!.split(",").map(Number);
    else if (key === "grace") options["graceMs"] = Number(value);
    else if (key === "holdback") options["holdBackAfterMs"] = Number(value);
    else if (key === "order") options["order"] = value;
    else if (key === "io") options["groups"] = { io: Number(value) };
    else if (key === "unknown") options["unknownDependency"] = value;
    else throw new Error(`What is "${word}" in "${line}"?`);
  }
  return new TraceRunner({ nodes: nodes!, ...options });
}
