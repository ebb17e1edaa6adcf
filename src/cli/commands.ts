/**
 * The commands of the command line.
 *
 * @module
 */

import type { Command } from "./command.ts";
import { completionCommand } from "./completion/completion.ts";
import { attachCommand } from "./control/attach.ts";
import { explainCommand } from "./control/explain.ts";
import { controlCommands } from "./control/control.ts";
import { dashboardCommand } from "./dashboard/dashboard.ts";
import { eachCommand } from "./each/each.ts";
import { journalCommand } from "./journal/journal.ts";
import { failuresCommand } from "./look/failures.ts";
import { logsCommand } from "./look/logs.ts";
import { runsCommand } from "./look/runs.ts";
import { showCommand } from "./look/show.ts";
import { statusCommand } from "./look/status.ts";
import { tasksCommand } from "./look/tasks.ts";
import { planCommand } from "./plan/plan.ts";
import { processesCommand } from "./processes/processes.ts";
import { reportCommand } from "./report/report.ts";
import { runCommand } from "./run/run.ts";
import { sbatchCommand } from "./sbatch/sbatch.ts";
import { serviceCommand } from "./service/service.ts";
import { topCommand } from "./top/top.ts";
import { validateCommand } from "./validate/validate.ts";

/** All commands, in the order of help. */
export const commands: readonly Command[] = [
  runCommand,
  eachCommand,
  validateCommand,
  planCommand,
  runsCommand,
  statusCommand,
  tasksCommand,
  showCommand,
  logsCommand,
  failuresCommand,
  reportCommand,
  processesCommand,
  attachCommand,
  topCommand,
  dashboardCommand,
  explainCommand,
  ...controlCommands,
  sbatchCommand,
  serviceCommand,
  journalCommand,
  completionCommand(() => commands),
];
