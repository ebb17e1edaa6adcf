/**
 * The commands of the command line.
 *
 * @module
 */

import type { Command } from "./command.ts";
import { completionCommand } from "./completion/completion.ts";
import { eachCommand } from "./each/each.ts";
import { journalCommand } from "./journal/journal.ts";
import { planCommand } from "./plan/plan.ts";
import { runCommand } from "./run/run.ts";
import { serviceCommand } from "./service/service.ts";
import { validateCommand } from "./validate/validate.ts";

/** All commands, in the order of help. */
export const commands: readonly Command[] = [
  runCommand,
  eachCommand,
  validateCommand,
  planCommand,
  serviceCommand,
  journalCommand,
  completionCommand(() => commands),
];
