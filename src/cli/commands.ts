/**
 * The commands of the command line.
 *
 * @module
 */

import type { Command } from "./command.ts";
import { completionCommand } from "./completion.ts";
import { eachCommand } from "./each.ts";
import { journalCommand } from "./journal.ts";
import { planCommand } from "./plan.ts";
import { runCommand } from "./run.ts";
import { serviceCommand } from "./service.ts";
import { validateCommand } from "./validate.ts";

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
