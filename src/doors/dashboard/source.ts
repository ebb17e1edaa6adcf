/**
 * Where a dashboard gets a run from: a pilot in this process, or the records of a run, be it live or not.
 *
 * @module
 */

import type { DashboardModel, NodeCores } from "../../report/dashboard/dashboard_model.ts";
import type { RunFacts } from "../../report/look/run_status.ts";
import type { Reply } from "../../service/reply.ts";

/** A run that is shown. */
export interface DashboardSource {
  /** What is known of it; another one after its records were read anew. */
  readonly model: DashboardModel;
  /** Its nodes, as far as they are known. */
  readonly nodes: readonly NodeCores[];
  /** The working directory of its tasks, absolute. */
  readonly rootWd: string;
  /** What else is known of it now. */
  facts(): RunFacts;
  /** Whether nothing more is started for now; `undefined` when that cannot be told. */
  readonly isPaused: boolean | undefined;
  /** Takes in what has happened since. */
  refresh(): void;
  /** Asks the live run; `undefined` when it cannot be asked. */
  ask(request: object): Promise<Reply | undefined>;
}
