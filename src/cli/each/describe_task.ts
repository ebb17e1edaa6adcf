/**
 * The job of one task of a sweep.
 *
 * @module
 */

import { type CommandWords, fillCommandWords, type InputValues, type TaskPlace } from "../../job/command_words.ts";
import type { JobDescription } from "../../job/description.ts";
import { literalText } from "../../job/literal_text.ts";
import { parseJob } from "../../job/parse.ts";
import type { EachOptions } from "./options.ts";
import type { TaskOutputs } from "./output.ts";
import { explainCommand } from "./read_command.ts";
import { slotVariable } from "./record.ts";

/** What tasks have in common. */
export interface TaskParts {
  readonly command: CommandWords;
  readonly options: EachOptions;
  /** Working directory of the tasks, absolute. */
  readonly wd: string;
  readonly outputs: TaskOutputs;
}

/**
 * Describes the job of an input.
 *
 * @param parts What tasks have in common.
 * @param input The values; with `--pipe` the path of the file that the task reads.
 * @param place Where the task stands.
 * @throws {UsageError} If the command cannot be filled in.
 */
export function describeTask(parts: TaskParts, input: InputValues, place: TaskPlace): JobDescription {
  const { options, outputs } = parts;
  const { number } = place;
  const niced = options.nice === undefined ? [] : ["nice", "-n", `${options.nice}`];
  const [exec = "", ...args] = [...niced, ...fill(parts.command, input, place)].map(literalText);
  const { stdout, stderr } = outputs.begin(number);
  const execution = {
    exec,
    args,
    env: variablesOf(options, place),
    wd: literalText(parts.wd),
    ...(options.inputs.pipe === undefined ? {} : { stdin: literalText(input[0]!) }),
    stdout: literalText(stdout),
    stderr: literalText(stderr),
  };
  const job = {
    name: `${number}`,
    execution,
    resources: { numCores: { exact: options.cores } },
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(options.attempts === 1 ? {} : { retry: options.attempts - 1 }),
  };
  return parseJob(job, {});
}

function variablesOf({ slotVariable: ownSlot }: EachOptions, { number, slot }: TaskPlace): Record<string, string> {
  return {
    PARALLEL_SEQ: `${number}`,
    ...(slot === undefined ? {} : { [slotVariable]: `${slot}` }),
    ...(slot === undefined || ownSlot === undefined ? {} : { [ownSlot]: `${slot - 1}` }),
  };
}

function fill(command: CommandWords, input: InputValues, place: TaskPlace): string[] {
  try {
    return fillCommandWords(command, input, place);
  } catch (error) {
    throw explainCommand(error, input.join(" "), command.isInput ? place.number : undefined);
  }
}
