import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { JournalError, QCGPJExecutor } from "@qcg/pilotjob";
import { processesWith, until } from "../e2e/support/processes.ts";
import { Scratch } from "../e2e/support/scratch.ts";

const program = new URL("./support/resumed_run.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;
/** How often a pilot is killed. Many hundreds are for who changes something there. */
const kills = Number(Deno.env.get("QCGPJ_TEST_KILLS") ?? 40);
const tasks = 500;

// Only root can mount a small file system; where CI is set nothing may be skipped, so there the test fails instead.
const mayMount = Deno.uid() === 0 || Deno.env.get("CI") !== undefined;

/** Starts one life of a pilot. */
function startLife(wd: string, mark: string): Deno.ChildProcess {
  const args = ["run", "-A", "--no-check", "--config", config, program, wd, String(tasks), mark];
  return new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "piped" }).spawn();
}

function kill(life: Deno.ChildProcess): void {
  try {
    life.kill("SIGKILL");
  } catch {
    // It came to its end at that very moment.
  }
}

/** A linear congruential generator: the moments of death are the same in every run of this test. */
function* moments(): Generator<number> {
  for (let x = 12345;; x = (x * 1103515245 + 12345) % 2 ** 31) yield x / 2 ** 31;
}

Deno.test(`A pilot killed at ${kills} random moments loses nothing, repeats nothing that ended, and leaves nothing`, async () => {
  const random = moments();
  for (let killed = 0; killed < kills;) {
    await using scratch = new Scratch();
    const mark = `pilotjob-resume-${crypto.randomUUID()}`;
    for (let isOver = false; !isOver;) {
      const life = startLife(scratch.path, mark);
      const dies = killed < kills;
      const timer = setTimeout(() => dies && kill(life), 60 + 300 * random.next().value!);
      const { code, signal, stderr } = await life.output();
      clearTimeout(timer);
      if (signal === "SIGKILL") killed++;
      else assertEquals(code, 0, new TextDecoder().decode(stderr));
      isOver = signal !== "SIGKILL";
    }
    checkRun(scratch);
    assertEquals(processesWith(mark), []);
  }
});

/** Checks what a run left: each task once in the report, none disturbed by another. */
function checkRun(scratch: Scratch): void {
  const [folder] = [...Deno.readDirSync(scratch.path)].filter((entry) => entry.name.startsWith(".qcgpjm-service-"));
  const lines = scratch.read(`${folder!.name}/jobs.report`).trimEnd().split("\n").map((line) => JSON.parse(line));
  const states = new Map(lines.map(({ name, state }) => [name, state]));
  assertEquals(states.size, lines.length, "a task is in the report twice");
  const expected = [...Array.from({ length: tasks }, (_, it) => `many:${it}`), "many", "last"];
  // Exit code 98 or 99 means that a task ran twice at the same time, or that a core was granted twice.
  assertEquals(expected.filter((name) => states.get(name) !== "SUCCEED"), []);
  assertEquals(states.size, expected.length);
  const ran = new Set(scratch.read("ran").trimEnd().split("\n"));
  assertEquals(ran.size, tasks);
}

for (const [what, cut] of [["a whole record", cutLine], ["half a record", cutBytes]] as const) {
  Deno.test(`Resuming writes a report anew that a crash left without ${what}`, async () => {
    await using scratch = new Scratch();
    await QCGPJExecutor.scope({ wd: scratch.path, resources: "1", otherArgs: ["--id", "cut"] }, async ({ manager }) => {
      manager.submit({ name: "plain", execution: { exec: "true" } });
      manager.submit({ name: "many", execution: { exec: "true" }, iteration: { stop: 3 } });
      await manager.wait4all();
    });
    const path = `${scratch.path}/.qcgpjm-service-cut/jobs.report`;
    const whole = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(path, cut(whole));
    await QCGPJExecutor.scope({ wd: scratch.path, resume: scratch.path }, () => {});
    assertEquals(whole.split("\n").length, 6, "five records, each with the end of its line");
    assertEquals(withoutTimes(Deno.readTextFileSync(path)), withoutTimes(whole));
  });
}

/** The journal rounds times to microseconds and the report cuts them, so that a rewritten one may be one off. */
function withoutTimes(report: string): string {
  return report.replace(/"date": "[^"]*"|"rtime": "[^"]*"/g, "");
}

function cutLine(report: string): string {
  return report.slice(0, report.lastIndexOf("\n", report.length - 2) + 1);
}

function cutBytes(report: string): string {
  return report.slice(0, -10);
}

Deno.test("While the first pilot lives, another one is refused", async () => {
  await using scratch = new Scratch();
  await QCGPJExecutor.scope({ wd: scratch.path, resources: "1" }, async (executor) => {
    executor.manager.submit({ name: "a", execution: { exec: "sleep", args: ["600"] } });
    await until(() => executor.manager.list()["a"]!.status === "EXECUTING", "the task runs");
    const error = assertThrows(() => new QCGPJExecutor({ wd: scratch.path, resume: scratch.path }), JournalError);
    assertStringIncludes(error.message, "is writing it");
    executor.manager.cancel("a");
  });
});

Deno.test("Resuming a finished run has nothing to do, and may be done twice; other resources are taken as they are", async () => {
  await using scratch = new Scratch();
  await using first = new QCGPJExecutor({ wd: scratch.path, resources: "4" });
  const wide = { name: "wide", execution: { exec: "true" }, resources: { numCores: 4 } };
  first.manager.submit([wide, { name: "bad", execution: { exec: "false" } }]);
  await first.shutdown();
  for (let i = 0; i < 2; i++) {
    await using next = new QCGPJExecutor({ wd: scratch.path, resources: "2", resume: scratch.path });
    assertEquals(next.manager.list(), { wide: { status: "SUCCEED" }, bad: { status: "FAILED" } });
    assertThrows(() => next.manager.submit(wide), Error, "already exists");
    next.manager.submit({ name: `more${i}`, execution: { exec: "true" } });
    assertEquals(await next.manager.wait4(`more${i}`), { [`more${i}`]: "SUCCEED" });
    next.manager.remove(`more${i}`);
  }
});

Deno.test("A resumed run works where it worked before, if nobody says otherwise, and keeps its records", async () => {
  await using scratch = new Scratch();
  const hello = { name: "hello", execution: { exec: "true" } };
  await QCGPJExecutor.scope({ wd: scratch.path }, (first) => first.manager.submit(hello));
  await using next = new QCGPJExecutor({ resume: scratch.path });
  next.manager.submit({ name: "where", execution: { exec: "pwd", stdout: "where" } });
  await next.manager.wait4("where");
  assertEquals(scratch.read("where"), `${Deno.realPathSync(scratch.path)}\n`);
  const options = { resume: scratch.path, durability: "memory" } as const;
  assertThrows(() => new QCGPJExecutor(options), TypeError, 'must be "process" or "power" when a run is resumed');
});

Deno.test("A folder without a run is refused with QCG-PilotJob's sentence", async () => {
  await using scratch = new Scratch();
  const error = assertThrows(() => new QCGPJExecutor({ wd: scratch.path, resume: scratch.in("no") }), JournalError);
  assertStringIncludes(error.message, "There is no run to go on with in ");
  assertThrows(() => new QCGPJExecutor({ wd: scratch.path, resume: scratch.path }), JournalError);
});

Deno.test(
  { name: "A full disk stops the run with a clear error, and a resume finishes it", ignore: !mayMount },
  async () => {
    await using scratch = new Scratch();
    const disk = scratch.in("disk");
    Deno.mkdirSync(disk);
    const mount = new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk] }).outputSync();
    assert(mount.success, "this test must be able to mount a small file system: run it as root");
    try {
      const executor = new QCGPJExecutor({ wd: disk, resources: "2" });
      const fill = { exec: "sh", args: ["-c", "test -e stop || dd if=/dev/zero of=fill bs=1k 2>/dev/null; true"] };
      const future = executor.manager.wait4.bind(executor.manager);
      executor.manager.submit({ name: "many", execution: fill, iteration: { stop: 4000 } });
      const error = await future("many").catch((thrown) => thrown);
      assert(error instanceof JournalError, `${error}`);
      assertStringIncludes(error.message, "no space is left");
      await executor.shutdown().catch(() => {});
      Deno.removeSync(`${disk}/fill`);
      Deno.writeTextFileSync(`${disk}/stop`, "");
      const remount = new Deno.Command("mount", { args: ["-o", "remount,size=4m", disk] }).outputSync();
      assert(remount.success);
      await using next = new QCGPJExecutor({ wd: disk, resources: "2", resume: disk });
      assertEquals(await next.manager.wait4("many"), { many: "SUCCEED" });
      await next.shutdown();
    } finally {
      new Deno.Command("umount", { args: ["-l", disk] }).outputSync();
    }
  },
);

Deno.test({
  name: "In a directory that cannot be written submit() says so, nothing is queued, and it works when it can be",
  ignore: !mayMount,
}, async () => {
  await using scratch = new Scratch();
  const disk = scratch.in("disk");
  Deno.mkdirSync(disk);
  const mount = (options: string) => new Deno.Command("mount", { args: ["-t", "tmpfs", "-o", options, "tmpfs", disk] });
  assert(mount("ro,size=1m").outputSync().success, "this test must be able to mount a file system: run it as root");
  try {
    await using executor = new QCGPJExecutor({ wd: disk, resources: "1" });
    const job = { name: "a", execution: { exec: "true" } };
    const error = assertThrows(() => executor.manager.submit(job), JournalError);
    assertStringIncludes(error.message, "read-only");
    assertEquals(executor.manager.list(), {});
    assert(mount("remount,rw").outputSync().success);
    executor.manager.submit(job);
    assertEquals(await executor.manager.wait4("a"), { a: "SUCCEED" });
    await executor.shutdown();
  } finally {
    new Deno.Command("umount", { args: ["-l", disk] }).outputSync();
  }
});
