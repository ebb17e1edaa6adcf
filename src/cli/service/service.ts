/**
 * `qcgpj service`: the drop-in for QCG-PilotJob's `qcg-pm-service`.
 *
 * @module
 */

import { fileDoor } from "../../doors/file.ts";
import { localZone } from "../../deno/host/machine.ts";
import { PilotJobError } from "../../errors.ts";
import { formatTime } from "../../report/times.ts";
import { serviceOptionTable } from "../../service/option_table.ts";
import type { ServiceOptions } from "../../service/option_types.ts";
import { parseServiceOptions, requireInterface } from "../../service/options.ts";
import { UsageError } from "../../service/usage.ts";
import type { Command, Terminal } from "../command.ts";
import { writeEnvironmentLog } from "./environment_log.ts";
import { metrics } from "../../doors/metrics.ts";
import { dashboardDoor } from "../dashboard/open_dashboard.ts";
import { networkDoor } from "../network.ts";
import { logFailedStart, optionsReadAtStart } from "./failed_start.ts";
import { readRequestFile } from "../request_file.ts";
import { resumeLines, whyNothingResumed } from "../resume_lines.ts";
import { RunProgressReader } from "../run_progress.ts";
import { outOfTimeExitCode } from "../end_in_time.ts";
import { CommandSession } from "../session.ts";
import { graceMsDefault, settingsOf } from "../settings.ts";
import { SubmitRefusals } from "./submit_refusals.ts";
import { TaskLines } from "./task_lines.ts";

/** `qcgpj service`. */
export const serviceCommand: Command = {
  name: "service",
  summary: "takes requests as qcg-pm-service does, with the same options and files",
  usage: "--file-path FILE|--net [OPTION …]",
  details: [
    "Takes the requests of a file, in order, and ends after the last job. Replies are only logged: a request that is " +
    "refused keeps none of the others from being run. Long options may be cut short as long as they are unambiguous.",
    "With --net it takes requests over the network, in ZeroMQ's protocol, from QCG-PilotJob's own clients; it ends when " +
    "one of them asks for that, by finish or control. There is no password and no encryption: whoever reaches the port " +
    "can run programs as you. So it listens on 127.0.0.1, where other users of this machine reach it too, unless " +
    "--net-address names another address. The file address in the auxiliary directory, and QCG_PM_ZMQ_ADDRESS in the " +
    "environment of tasks, tell where.",
    "The auxiliary directory .qcgpjm-service-ID in the working directory holds service.log, jobs.report, " +
    "final_status.json, the journal for --resume, and env.log: the names of this process's variables and how long " +
    "their values are, not the values, among which there may be secrets.",
    "Ctrl-C, SIGTERM and SIGHUP stop all tasks (SIGTERM, and SIGKILL five seconds later) and end the service; a second " +
    "one kills at once. What had not ended is run again by --resume. SIGUSR1 and SIGUSR2 do nothing.",
    "Exit code: 0 the service ended, whatever became of its jobs; 1 it could not start or broke, or a " +
    "resume found no job on record; 2 wrong options; 75 the allocation of Slurm is about to end, and --resume goes on in " +
    "another one. " +
    "qcgpj run tells by its exit code whether all jobs succeeded.",
  ],
  examples: [
    { line: "qcgpj service --file-path jobs.json --wd work", does: "Runs a request file." },
    { line: "qcgpj service --net --wd work", does: "Takes requests of Python programs; the file address tells where." },
    { line: "qcgpj service --resume work", does: "Goes on with the newest run in a directory that was given a job." },
  ],
  options: serviceOptionTable,
  run: runService,
};

async function runService(args: readonly string[], terminal: Terminal): Promise<number> {
  let session: CommandSession | undefined;
  try {
    const options = parseServiceOptions(args);
    requireInterface(options);
    return await serve(options, terminal, (opened) => session = opened);
  } catch (error) {
    // As in QCG-PilotJob: wrong options are 2, all else that keeps the service from its work is 1.
    if (!(error instanceof PilotJobError) || isWrongUsage(error)) throw error;
    if (session === undefined) logFailedStart(args, error);
    const hint = error instanceof UsageError ? "; see qcgpj service --help" : "";
    terminal.err(`Error: ${error.message}${hint}\n`);
    return 1;
  }
}

/** Whether a command line is refused before anything is started; some options are looked at only then. */
function isWrongUsage(error: PilotJobError): boolean {
  return error instanceof UsageError && error.option !== undefined && !optionsReadAtStart.includes(error.option);
}

async function serve(
  options: ServiceOptions,
  terminal: Terminal,
  opened: (session: CommandSession) => void,
): Promise<number> {
  const file = options.requestFile === undefined ? undefined : readRequestFile(options.requestFile, "requests");
  const zone = localZone();
  const voice = createVoice(terminal);
  const say = (text: string) => {
    progress?.clear();
    voice(text);
    progress?.restore();
  };
  // QCG-PilotJob's lines stay as they are; at a terminal one more tells how far the run is.
  const progress = options.showProgress && terminal.isInteractive
    ? new RunProgressReader(terminal, { run: () => command.run, tellsFailures: false })
    : undefined;
  const settings = settingsOf(options, {
    durability: "process",
    graceMs: graceMsDefault,
    unknownDependency: "omit",
    ...(options.showProgress
      ? {
        readers: {
          "task lines": new TaskLines((atMs, text) => say(`${formatTime(atMs, zone)} ${text}\n`)),
          ...(progress === undefined ? {} : { progress }),
        },
      }
      : {}),
  });
  const command: CommandSession = new CommandSession(settings, {
    warned: (text) => terminal.err(`qcgpj service: ${text}\n`),
    interrupted: (_, isFirst) => {
      const text = isFirst ? "signal interrupt - stopping service" : "second signal - killing all tasks";
      say(`${formatTime(Date.now(), zone)} ${text}\n`);
    },
  });
  const tell = (text: string) => {
    if (options.showProgress) say(`${formatTime(Date.now(), zone)} ${text}\n`);
  };
  opened(command);
  const { session, run } = command;
  writeEnvironmentLog(run.folderPath, (text) => run.warn(text));
  if (options.showProgress && run.resumed !== undefined) say(resumeLines(run));
  tell("starting interfaces ...");
  // The network first, as its port may be taken: then the service ends, and has answered no request yet.
  const network = networkDoor(options, (text) => terminal.err(`qcgpj service: ${text}\n`));
  if (network !== undefined) await command.open(network);
  const page = dashboardDoor(options.dashboard, (text) => {
    progress?.clear();
    terminal.err(`qcgpj service: ${text}\n`);
  });
  if (page !== undefined) await command.open(page);
  if (options.metricsFile !== undefined) await command.open(metrics({ path: options.metricsFile }));
  const refusals = new SubmitRefusals();
  if (file !== undefined) {
    session.open(fileDoor(file.requests, { answered: (request, reply) => refusals.count(request, reply) }));
  }
  await session.served();
  tell("all interfaces closed");
  await command.end().finally(() => progress?.close());
  tell("all iterations in manager stopped/finished");
  tell("finishing QCG-PilotJob");
  if (refusals.summary !== undefined) {
    terminal.err(`qcgpj service: ${refusals.summary}; see ${run.folderPath}/service.log\n`);
  }
  if (command.isOutOfTime && run.pilot.openJobs > 0) return outOfTimeExitCode;
  const why = whyNothingResumed(run);
  if (why === undefined) return 0;
  terminal.err(`Error: ${why}\n`);
  return 1;
}

/** Writes to standard output until its reader has gone; the service goes on. */
function createVoice(terminal: Terminal): (text: string) => void {
  let isHeard = true;
  return (text) => {
    if (!isHeard) return;
    try {
      terminal.out(text);
    } catch {
      isHeard = false;
    }
  };
}
