/**
 * Reads the last words of tasks, from the files of their streams.
 *
 * @module
 */

import type { ReadWords } from "../../../report/look/failure_groups.ts";
import type { LastWords } from "../../../report/look/last_words.ts";
import type { RunView } from "../../../report/look/run_view.ts";
import { fillTask } from "../../../report/look/task_details.ts";
import { readTail } from "../tail.ts";

/** Makes what reads the last words of tasks: those on record, else from the files of their streams. */
export function wordsReader({ view, rootWd }: { readonly view: RunView; readonly rootWd: string }): ReadWords {
  return (task): LastWords | undefined => {
    const { tails } = view.ledger.task(task.job.firstTask + task.offset);
    if (tails?.stdout !== undefined || tails?.stderr !== undefined) return tails;
    const paths = fillTask(view, task, rootWd)?.paths;
    const stdout = paths?.stdout === undefined ? undefined : readTail(paths.stdout);
    const stderr = paths?.stderr === undefined ? undefined : readTail(paths.stderr);
    if (stdout === undefined && stderr === undefined) return undefined;
    return { ...(stdout === undefined ? {} : { stdout }), ...(stderr === undefined ? {} : { stderr }) };
  };
}
