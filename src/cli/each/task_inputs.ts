/**
 * What tasks are made of: the command, and the values for each task, however they are gathered.
 *
 * @module
 */

import { encodeText } from "../../base/byte_text.ts";
import { chooseNodes } from "../../api/choose_pool.ts";
import { chooseResources, isInSlurm } from "../../api/choose_resources.ts";
import { commandFromInput, type CommandWords, type InputValues } from "../../job/command_words.ts";
import { UsageError } from "../../service/usage.ts";
import { pipeFiles } from "./block_files.ts";
import { groupInputs, joinContinued } from "./groups.ts";
import type { InputGroup, InputOptions } from "./input_options.ts";
import type { InputSource } from "./input_sources.ts";
import { type OpenInputs, openInputs } from "./inputs.ts";
import { parseJobs } from "./option_values.ts";
import type { EachOptions } from "./options.ts";
import { readCommand, readTexts, showCommand, type SweepTexts } from "./read_command.ts";
import { parseResults, type Results } from "./results.ts";

/** What is asked for. */
export interface TaskInputParts {
  /** The words of the command; none where the inputs are commands. */
  readonly words: readonly string[];
  /** What reads the command; absent when nothing does. */
  readonly shell: string | undefined;
  readonly options: EachOptions;
  readonly sources: readonly InputSource[];
  /** The standard input. */
  readonly input: AsyncIterable<Uint8Array>;
}

/** The command and its inputs. */
export interface TaskInputs extends AsyncDisposable {
  readonly command: CommandWords;
  readonly texts: SweepTexts;
  readonly results: Results | undefined;
  /** How many values an input has; infinite where only the inputs themselves tell. */
  readonly valuesEach: number;
  readonly names: readonly string[];
  /** The values for each task. */
  readonly values: AsyncGenerator<InputValues, void, void>;
  /** How many tasks there are, if it is known. */
  readonly total?: number;
}

/** The sources in order: files of options, what stands behind `:::`, or else the standard input. */
export function sourcesOf({ argFiles }: InputOptions, sources: readonly InputSource[]): readonly InputSource[] {
  const files = argFiles.map((file): InputSource => ({ kind: "files", items: [file], isLinked: false }));
  const all = [...files, ...sources];
  return all.length > 0 ? all : [{ kind: "files", items: ["-"], isLinked: false }];
}

/** What tasks run on, and how many at once. */
export interface Width {
  /** The nodes; absent for all of an allocation. */
  readonly resources?: string;
  /** How many tasks run at once. */
  readonly width: number;
}

/** Chooses what tasks run on: where their number is given, this machine; else an allocation gives all that it has. */
export function widthOf({ jobs, nodes, cores }: EachOptions): Width {
  const takesAll = jobs === undefined && nodes === undefined && isInSlurm();
  const found = takesAll ? chooseResources({}).pool.nodes : chooseNodes(nodes);
  const foundCores = found.reduce((sum, node) => sum + node.coreIds.length, 0);
  const poolCores = jobs === undefined ? foundCores : parseJobs(jobs, foundCores) * cores;
  const width = Math.max(1, Math.floor(poolCores / cores));
  return takesAll ? { width } : { width, resources: nodes ?? `${poolCores}` };
}

/**
 * Reads the command and begins to read its inputs.
 *
 * @throws {UsageError} If something of the command is wrong.
 * @throws {InputError} If inputs cannot be read.
 */
export async function openTaskInputs(parts: TaskInputParts): Promise<TaskInputs> {
  const { options, sources } = parts;
  const plan = {
    ...options.inputs,
    sources,
    input: parts.input,
    ...(options.inputs.isShuffled ? { random: Math.random } : {}),
  };
  // A header has to be read before the command, which has its names in it.
  const early = options.inputs.firstRow === "names" && options.inputs.pipe === undefined
    ? await openInputs(plan)
    : undefined;
  const names = early?.names ?? [];
  const rules = { aliases: options.command.aliases, names };
  const command = commandOf(parts, names);
  checkSources(command, options.inputs, sources.length);
  const texts = readTexts(options.output.tag, options.output.results, rules);
  const results = options.output.results === undefined ? undefined : parseResults(options.output.results, rules);
  const open = await openValues(parts, early ?? plan);
  const isCounted = command.hasTotal || texts.hasTotal || typeof options.halt?.limit === "object";
  const read = command.isInput ? orMissing(open.values) : open.values;
  const grouped = options.inputs.group === undefined ? read : gather(read, command, options);
  const { values, total } = isCounted ? await countValues(grouped) : { values: grouped };
  return {
    command,
    texts,
    results,
    valuesEach: options.inputs.rows.columns === undefined ? sources.length : Number.POSITIVE_INFINITY,
    names,
    values,
    ...(total === undefined ? {} : { total }),
    [Symbol.asyncDispose]: open.dispose,
  };
}

function commandOf({ words, shell, options }: TaskInputParts, names: readonly string[]): CommandWords {
  if (words.length === 0) return commandFromInput(shell);
  const { group, pipe } = options.inputs;
  return readCommand(words, {
    aliases: options.command.aliases,
    names,
    repeatsWords: group?.repeatsWords ?? false,
    appends: pipe === undefined && group?.inputsMax !== 0,
    ...(shell === undefined ? {} : { shell }),
  });
}

/** Where inputs have several columns, or are gathered, only the inputs themselves tell how many values there are. */
function checkSources(command: CommandWords, { rows, group, pipe }: InputOptions, sources: number): void {
  if (rows.columns !== undefined || group !== undefined || pipe !== undefined || command.sourcesMin <= sources) return;
  const has = sources === 1 ? "is one source" : `are ${sources} sources`;
  throw new UsageError(`The command has {${command.sourcesMin}}, but there ${has} of inputs`);
}

interface OpenValues {
  readonly values: AsyncGenerator<InputValues, void, void>;
  readonly dispose: () => PromiseLike<void>;
}

async function openValues(
  { options, input }: TaskInputParts,
  inputs: OpenInputs | Parameters<typeof openInputs>[0],
): Promise<OpenValues> {
  const { pipe } = options.inputs;
  if (pipe !== undefined) {
    const files = pipeFiles(input, pipe.blocks, options.output.temporary);
    return { values: files.paths, dispose: () => files[Symbol.asyncDispose]() };
  }
  const { values } = "values" in inputs ? inputs : await openInputs(inputs);
  return { values, dispose: () => Promise.resolve() };
}

/** Without a command nor an input there is nothing that could have been meant. */
async function* orMissing(values: AsyncIterable<InputValues>): AsyncGenerator<InputValues, void, void> {
  let isEmpty = true;
  for await (const input of values) {
    isEmpty = false;
    yield input;
  }
  if (isEmpty) {
    throw new UsageError("The command is missing, and no input is one; write for example qcgpj each gzip ::: *.txt");
  }
}

/** Puts several inputs into one command. */
function gather(
  values: AsyncIterable<InputValues>,
  command: CommandWords,
  options: EachOptions,
): AsyncGenerator<InputValues, void, void> {
  const { continuesLines, isSpread, ...rules } = options.inputs.group as InputGroup;
  const spread = isSpread ? { spreadOver: widthOf(options).width } : {};
  const lengthOf = (input: InputValues) => encodeText(showCommand(command, input, { number: 1 })).length;
  return groupInputs(continuesLines ? joinContinued(values) : values, { ...rules, ...spread }, lengthOf);
}

/** Reads all values before the first ones are used, as their number is wanted. */
async function countValues(
  values: AsyncIterable<InputValues>,
): Promise<{ readonly values: AsyncGenerator<InputValues, void, void>; readonly total: number }> {
  const all = await Array.fromAsync(values);
  const again = async function* (): AsyncGenerator<InputValues, void, void> {
    yield* all;
  };
  return { values: again(), total: all.length };
}
