/**
 * Blocks of a stream in files, each for the standard input of one task.
 *
 * @module
 */

import type { InputValues } from "../../job/command_words.ts";
import { type BlockRules, splitBlocks } from "./blocks.ts";
import { makeTemporary } from "./output.ts";
import { writeNamedFile } from "./write_named.ts";

/** Files with blocks. */
export interface BlockFiles extends AsyncDisposable {
  /** The path of each block's file, as the only value; the task that has used it may remove it. */
  readonly paths: AsyncGenerator<InputValues, void, void>;
}

/** Writes a block to a file whenever the next one is asked for. What is left is removed at the end. */
export function pipeFiles(
  chunks: AsyncIterable<Uint8Array>,
  rules: BlockRules,
  temporary: string | undefined,
): BlockFiles {
  const folder = makeTemporary(temporary);
  const write = async function* (): AsyncGenerator<InputValues, void, void> {
    let number = 0;
    for await (const block of splitBlocks(chunks, rules)) {
      const path = `${folder}/${++number}.in`;
      await writeNamedFile(path, "input of a task", block);
      yield [path];
    }
  };
  return {
    paths: write(),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
