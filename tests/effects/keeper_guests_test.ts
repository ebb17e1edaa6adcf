/**
 * What tasks of several nodes have on one of them without being children of its keeper: ended when it is told to, and
 * when it goes.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { KeeperLauncher } from "../../src/deno/keeper/launch_keeper.ts";
import { isAlive, newRunId, until } from "./support/launches.ts";

/** Starts a shell as Slurm's daemon would: not below the keeper, and with nothing of the task but its environment. */
async function startGuest(mark: string, script: string): Promise<number> {
  const folder = await Deno.makeTempDir();
  const child = new Deno.Command("setsid", {
    args: ["-f", "sh", "-c", `echo $$ >${folder}/made; mv ${folder}/made ${folder}/pid; ${script}`],
    env: { QCG_PM_STEP_ID: mark },
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn();
  await child.status;
  const pid = () => {
    try {
      return Number(Deno.readTextFileSync(`${folder}/pid`));
    } catch {
      return 0;
    }
  };
  await until(() => pid() > 0);
  const found = pid();
  await Deno.remove(folder, { recursive: true });
  return found;
}

const key = (task: number) => ({ task, attempt: 1 });
/** Each ends by itself after a while, whatever becomes of the test. */
const [sleeps, ignores] = ["exec sleep 60", "trap '' TERM; exec sleep 60"];

Deno.test("KeeperLauncher.sweepGuest() ends what carries the mark of a task, and nothing else", async () => {
  const runId = newRunId();
  const launcher = new KeeperLauncher({ PATH: Deno.env.get("PATH")! }, { runId });
  try {
    const marks = [1, 2, 3].map((task) => runId + String(task).padStart(16, "0")) as [string, string, string];
    marks.forEach((mark, task) => launcher.expectGuest(key(task), mark));
    const [meek, stubborn, other] = [
      await startGuest(marks[0], sleeps),
      await startGuest(marks[1], ignores),
      await startGuest(marks[2], sleeps),
    ];
    assertEquals(await launcher.sweepGuest(key(0), marks[0]), { found: 1, terminated: 1, killed: 0, left: 0 });
    assertEquals(await launcher.sweepGuest(key(1), marks[1]), { found: 1, terminated: 0, killed: 1, left: 0 });
    assertEquals([meek, stubborn, other].map(isAlive), [false, false, true]);
    assertEquals(await launcher.sweepGuest(key(0), marks[0]), { found: 0, terminated: 0, killed: 0, left: 0 });
    await launcher.close();
    assertEquals(isAlive(other), false, "what is still expected when the keeper goes is killed");
  } finally {
    await launcher.close();
  }
});
