/**
 * Submits to a pilot on ports that do what a test says.
 *
 * @module
 */

import type { PermissionScope } from "../../../src/job/permissions.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { Submits } from "../../../src/api/submits.ts";
import { Submitter } from "../../../src/api/submitter.ts";
import { Placing } from "../../../src/runtime/placing.ts";
import { submitVariables } from "../job/support.ts";
import type { PilotHarness } from "../runtime/pilot_harness.ts";

/** What was submitted under which permissions. */
export interface Submission {
  readonly names: readonly string[];
  readonly permissions: PermissionScope | undefined;
}

/** A submitter, what ends it, and what came through it. Its permissions are whatever was given last. */
export function submitterTo(stage: PilotHarness): {
  readonly submitter: Submitter;
  readonly submits: Submits;
  readonly submissions: Submission[];
} {
  const submissions: Submission[] = [];
  const { pilot, files } = stage;
  const placing = new Placing({ pilot, files, isSpread: false, folder: "/wd/run" });
  const submits = new Submits({
    warn: (text) => void stage.warnings.push(text),
    pilot: stage.pilot,
    manager: stage.manager,
    guard: { narrow: (_outer, inner) => inner },
    admission: {
      submit: (values, permissions) => {
        const parsed = values.map((value) => parseJob(value, { variables: submitVariables }));
        const jobs = stage.pilot.submit(placing.place(parsed));
        submissions.push({ names: jobs.map((job) => job.description.name), permissions });
        return jobs;
      },
    },
  });
  return { submitter: new Submitter(submits, { signals: [] }), submits, submissions };
}
