/**
 * The command line while somebody sets the system's time: it goes by the monotonic clock.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { commandLine, letGo, Running, untilStarted, waitingJob, writeJobs } from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

/** Starts the command line, for which the system's time is set back by a day once there is a file `set-back`. */
function startBesideClock(scratch: Scratch, ...args: string[]): Running {
  const set = `const real = Date.now;
    let isSet = false;
    const look = () => { try { return Deno.statSync("set-back").isFile } catch { return false } };
    Date.now = () => real() - ((isSet ||= look()) ? 86_400_000 : 0);`;
  const [deno, run, ...rest] = commandLine;
  const command = new Deno.Command(deno!, {
    args: [run!, "--preload", scratch.write("set.js", set), ...rest, ...args],
    cwd: scratch.path,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  return new Running(command.spawn());
}

Deno.test("qcgpj run tells how long it took, and logs -f ends with the task, when the time is set back meanwhile", async () => {
  await using scratch = new Scratch();
  const job = waitingJob(scratch, "runs", { before: "echo text" }) as { execution: object };
  writeJobs(scratch, "jobs.json", [{ ...job, execution: { ...job.execution, stdout: "out" } }]);
  const run = startBesideClock(scratch, "run", "jobs.json");
  await untilStarted(scratch, "runs");
  const logs = startBesideClock(scratch, "logs", "-f", "runs");
  await until(() => logs.out === "text\n", "it follows the task");
  scratch.write("set-back", "");
  await letGo(scratch, "runs");
  const { code, err } = await run.endedSoon();
  assertEquals([code, (await logs.endedSoon()).code], [0, 0], err);
  assertMatch(err, /1 job: 1 succeeded in \d+(\.\d+)? s\n/);
});
