/**
 * What a keeper has from its pilot's welcome on.
 *
 * @module
 */

import type { AgentMessage, Welcome } from "../../agent/messages.ts";
import { signalNumber } from "../../core/exit.ts";
import type { Spool } from "../local/spool.ts";
import { OutputEnds } from "../local/task_outputs.ts";
import { endLeftovers } from "./agent_role.ts";
import { TaskEnds } from "./ends.ts";
import { Guard } from "./guard.ts";
import { Guests } from "./guests.ts";
import type { Kernel } from "./kernel.ts";
import { type ProcessReads, readsOf } from "./process_reads.ts";
import { spoolFiles } from "./spool_files.ts";
import { StartReports } from "./start_reports.ts";
import { TaskStarts } from "./starts.ts";
import type { Streams } from "./streams.ts";
import type { Task } from "./task.ts";

/** What starts tasks, ends them, and guards them. */
export interface Work {
  readonly guard: Guard;
  readonly ends: TaskEnds;
  readonly starts: TaskStarts;
  /** What tasks of several nodes have here. */
  readonly guests: Guests;
  /** What tasks write that have no file for it. */
  readonly spool: Spool;
  readonly reports: StartReports;
  /** What can be seen of processes. */
  readonly reads: ProcessReads;
}

/** Begins to work for a pilot, as soon as nothing of earlier agents is left. */
export function beginWork(
  kernel: Kernel,
  streams: Streams,
  { family, env, ends: tags = [], marks = [], spoolFolders: folders = [] }: Welcome,
  tell: (task: Task, message: AgentMessage) => void,
): Work {
  endLeftovers({ tags, marks }, (pid) => kernel.kill(pid, signalNumber("SIGKILL")), (ms) => kernel.wait(ms, () => {}));
  const guard = new Guard(kernel, family, streams.nullOutput);
  guard.start(performance.now());
  const reports = new StartReports(kernel);
  const outputs = new OutputEnds({ folders, system: spoolFiles(kernel) });
  const around = { tell, isGuard: (pid: number) => pid === guard.pid, reports, outputs };
  const reads = readsOf(kernel);
  const ends = new TaskEnds(kernel, reads, family, around);
  const starts = new TaskStarts(kernel, { streams, outputs }, family, env, (serial) => ends.hasSerial(serial));
  return { guard, ends, starts, guests: new Guests({ kernel, reads }), reports, reads, spool: outputs.spool };
}
