/**
 * The commands of the command line.
 *
 * @module
 */

import type { Command } from "./command.ts";
import type { CommandGroup } from "./help.ts";
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

/** All commands, under the headings of help. */
export const commandGroups: readonly CommandGroup[] = [
  { title: "Run jobs", commands: [runCommand, eachCommand, sbatchCommand, serviceCommand] },
  { title: "Before they run", commands: [validateCommand, planCommand] },
  {
    title: "Look at a run, while it lives and after",
    commands: [
      ...[statusCommand, failuresCommand, tasksCommand, showCommand, logsCommand, explainCommand, runsCommand],
      ...[topCommand, dashboardCommand, reportCommand, processesCommand],
    ],
  },
  { title: "Act on a run that lives", commands: [...controlCommands, attachCommand] },
  { title: "More", commands: [journalCommand, completionCommand(() => commands)] },
];

/** All commands, in the order of help. */
export const commands: readonly Command[] = commandGroups.flatMap((group) => group.commands);
