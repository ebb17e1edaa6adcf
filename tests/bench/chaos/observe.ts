/**
 * Looks at the records of a run and at what its tasks have written.
 *
 * @module
 */

import { dropOwnerless } from "../../../src/journal/replay/drop_ownerless.ts";
import type { AdmittedJob, Event } from "../../../src/core/types.ts";
import { readJournal } from "../../../src/deno/files/journal/journal_file.ts";
import { taskName } from "../../../src/job/description.ts";
import type { Observation } from "./checker.ts";

/** The folder of the records in a working directory; `undefined` when none was begun. */
export function recordsIn(wd: string): string | undefined {
  try {
    const found = [...Deno.readDirSync(wd)].find(({ name }) => name.startsWith(".qcgpjm-service-"));
    return found && `${wd}/${found.name}`;
  } catch {
    return undefined;
  }
}

/** Looks at a life's folder, in which `work` is the working directory. */
export function observe(folder: string): Observation {
  const records = recordsIn(`${folder}/work`);
  const notes = linesOf(`${folder}/notes`).map((line) => line.split(" ") as [string, string]);
  const count = (word: string) => {
    const counts = new Map<string, number>();
    for (const [kind, name] of notes) if (kind === word) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  };
  return {
    ...(records === undefined ? { submitted: new Set(), ended: new Set() } : readNames(`${records}/journal`)),
    // An attempt that another one follows has a record of its own; here a task is tried twice at most.
    reported: records === undefined
      ? []
      : linesOf(`${records}/jobs.report`).map((line) => JSON.parse(line)).filter(({ attempt }) => attempt !== 1),
    told: new Set(linesOf(`${folder}/replies`).flatMap((line) => JSON.parse(line).data?.jobs ?? [])),
    begun: count("begin"),
    finished: count("end"),
    twice: [...count("twice").keys()],
  };
}

/** How many submits the log says were accepted. */
export function acceptedInLog(folder: string): number {
  const records = recordsIn(`${folder}/work`);
  if (records === undefined) return 0;
  return linesOf(`${records}/service.log`).filter((line) => line.includes("request submit accepted")).length;
}

/** The lines of a file; one at the end that is half there does not count, nor does a file that is not there. */
function linesOf(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n").slice(0, -1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function readNames(path: string): { readonly submitted: Set<string>; readonly ended: Set<string> } {
  const jobs = new Map<number, AdmittedJob>();
  const submitted = new Set<string>();
  const ended = new Set<string>();
  try {
    readJournal(path, (replay) => {
      for (const event of dropOwnerless(replay)) note(event);
    });
  } catch {
    // There is no journal yet, or one that nobody can read: then nothing is on record.
  }
  return { submitted, ended };

  function note(event: Event): void {
    if (event.kind === "jobSubmitted") {
      jobs.set(event.job.id, event.job);
      submitted.add(event.job.description.name);
    } else if (event.kind === "taskEnded") end(event.job, event.task, 1);
    else if (event.kind === "tasksDropped") end(event.job, event.first, event.count);
    else if (event.kind === "jobEnded") ended.add(jobs.get(event.job)!.description.name);
  }

  function end(id: number, first: number, count: number): void {
    const { description, firstTask } = jobs.get(id)!;
    for (let task = first; task < first + count; task++) ended.add(taskName(description, task - firstTask));
  }
}
