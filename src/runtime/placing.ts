/**
 * Where a run keeps the files of its tasks that are no files of the user's: what it captures of their output, and what
 * they are given to read.
 *
 * With records that is `output/` in the run's folder, and stays there with them. Without records it is a folder for
 * temporary files, which is removed when the run is released.
 *
 * @module
 */

import { JobDescriptionError, PermissionScopeError } from "../errors.ts";
import type { JobDescription } from "../job/description.ts";
import { keepSources, placeFiles } from "../job/place_files.ts";
import type { Pilot } from "./pilot.ts";
import type { TaskFiles } from "./task_files.ts";
import { refuseLostSources } from "./sources.ts";

/** The folder in the run's folder. */
const outputFolderName = "output";

/** What placing needs to know of a run. */
export interface PlacedRun {
  readonly pilot: Pick<Pilot, "intake" | "rootWd">;
  /** The folder of the run; absent when it keeps no records. */
  readonly folder?: string;
  /** Whether tasks may run on other machines. */
  readonly isSpread: boolean;
  /** Makes a folder for files that are gone when the run is. */
  readonly files: Pick<TaskFiles, "makeFolder">;
}

/** Gives jobs the files that the run keeps for them. */
export class Placing {
  readonly #run: PlacedRun;
  #temporary: string | undefined;

  /** Has made no folder yet. */
  constructor(run: PlacedRun) {
    this.#run = run;
  }

  /**
   * Places the files of the jobs of one submit.
   *
   * @throws {JobDescriptionError} If a job reads what is kept nowhere.
   * @throws {PermissionScopeError} If Deno allows no place for its files.
   */
  place(jobs: readonly JobDescription[]): readonly JobDescription[] {
    if (this.#run.isSpread) refuseStreams(jobs);
    const kept = keepSources(jobs);
    const placed = kept.map((job) => needsFiles(job) ? placeFiles(job, this.#folderFor(job)) : job);
    refuseLostSources(placed, (name) => this.#run.pilot.intake.find(name)?.description);
    return placed;
  }

  #folderFor({ name: jobName }: JobDescription): string {
    const { folder, pilot: { rootWd }, isSpread, files } = this.#run;
    if (folder !== undefined) {
      // When the working directory is moved, the run moves with it.
      const isBelow = folder.startsWith(`${rootWd}/`);
      return `${isBelow ? `\${root_wd}${folder.slice(rootWd.length)}` : folder}/${outputFolderName}`;
    }
    const made = this.#temporary ??= files.makeFolder(isSpread, rootWd);
    if (made !== undefined) return made;
    const message = `Job "${jobName}" needs a place for its output or input, and without records there is none: ` +
      `run deno again with --allow-read=${rootWd} --allow-write=${rootWd}, or with files for its streams`;
    throw new PermissionScopeError(message, "write", rootWd);
  }
}

/** A named pipe ends at the border of a machine. */
function refuseStreams(jobs: readonly JobDescription[]): void {
  const job = jobs.find(({ execution }) => execution.input?.kind === "stream");
  if (job === undefined) return;
  const message = `Job "${job.name}" cannot read a stream: its task may run on another node; write it into a file`;
  throw new JobDescriptionError(message, { jobName: job.name, path: "execution.stdin" });
}

function needsFiles({ capture, execution }: JobDescription): boolean {
  const { input } = execution;
  return (input !== undefined && input.kind !== "output") ||
    (capture?.streams.some((stream) => execution[stream] === undefined) ?? false);
}
