/**
 * What every launcher promises, checked with real processes.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { closeSync, mkdirSync, openSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { decodeBytes } from "../../../src/base/byte_text.ts";
import type { StartFailureKind } from "../../../src/core/exit.ts";
import { PermissionScopeError } from "../../../src/errors.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import type { Launcher } from "../../../src/runtime/ports.ts";
import { hangMs, here, isAlive, launch, planOf, run, shell, textOf, until } from "./launches.ts";

/** What differs between launchers. */
export interface ContractOptions {
  /** A folder that exists; the tests write below it. */
  readonly root: string;
  /** Whether it can signal whole groups. */
  readonly groups: boolean;
  /** Whether its tasks inherit that signals 32 and 33 are ignored, where this program was started with them ignored. */
  readonly inheritsIgnored?: boolean;
  /** Whether it tells what a process used. */
  readonly usage: boolean;
  /** Signals after which the runtime itself keeps a resource open. */
  readonly leaking?: readonly string[];
  /** Permissions to run the tests under; all when absent. */
  readonly permissions?: Deno.PermissionOptions;
  /**
   * Starts a `sleep` as an earlier launcher of this kind has left it, with a tag. Absent where Deno does not let the
   * launcher look at processes.
   */
  readonly leave?: (tag: string) => Deno.ChildProcess | Promise<Deno.ChildProcess>;
}

/** A launcher that forgets a task fails its test; it does not hang the run. */
const testMsMax = 2 * hangMs;

/** Registers one test; its body gets a launcher, which is closed afterwards, and an empty folder. */
type Register = (
  criterion: string,
  body: (launcher: Launcher, folder: string) => Promise<void>,
  sanitize?: Pick<Deno.TestDefinition, "sanitizeResources">,
) => void;

/** Programs that the tests start directly. */
export const contractPrograms: readonly string[] = ["/bin/sh", "/bin/true"];
/** A program below the root that the tests make not executable. */
export const notExecutable = "not-executable";
/** A program below the root that names an interpreter which does not exist. */
export const badInterpreter = "bad-interpreter";
/** A program below the root that is a script without a first line. */
export const plainScript = "plain-script";
/** A program below the root that does not exist. */
export const missingProgram = "missing-program";

/** Checks a launcher against the contract. */
export function launcherContract(name: string, make: () => Launcher, options: ContractOptions): void {
  let folders = 0;
  const test: Register = (criterion, body, sanitize = {}) =>
    Deno.test({
      ...sanitize,
      timeout: testMsMax,
      name: `${name} ${criterion}`,
      ...(options.permissions === undefined ? {} : { permissions: options.permissions }),
      async fn() {
        const folder = `${options.root}/${++folders}`;
        mkdirSync(folder);
        const launcher = make();
        try {
          await body(launcher, folder);
        } finally {
          await launcher.close();
          // What waited for a signal learns in a turn of its own that nobody listens any more.
          await new Promise((resolve) => setTimeout(resolve));
        }
      },
    });
  testEnds(test, options);
  testPrograms(test, options);
  testFaults(test);
  testStreams(test, options);
  testTexts(test, options);
  testSignals(test);
  testDispositions(test, options);
  testMany(test, options);
  testReclaim(test, options);
  if (options.groups) testGroups(test);
}

async function assertFails(launcher: Launcher, plan: LaunchPlan, kind: StartFailureKind, part: string): Promise<void> {
  const { failure } = await run(launcher, plan);
  assertEquals(failure?.kind, kind, failure?.message);
  assertStringIncludes(failure!.message, part);
  // One bad start does no harm to the next good one.
  assertEquals((await run(launcher, planOf("/", { program: "/bin/true" }))).exit, { code: 0 });
}

function testEnds(test: Register, { leaking = [] }: ContractOptions): void {
  test("tells exit code 0 and writes both outputs", async (launcher, folder) => {
    const plan = shell(folder, "echo out; echo err >&2", { stdout: `${folder}/o`, stderr: `${folder}/e` });
    assertEquals((await run(launcher, plan)).exit, { code: 0 });
    assertEquals([textOf(`${folder}/o`), textOf(`${folder}/e`)], ["out\n", "err\n"]);
  });

  for (const code of [1, 126, 127, 130, 137, 143, 255]) {
    test(`tells exit code ${code} as an exit code`, async (launcher, folder) => {
      assertEquals((await run(launcher, shell(folder, `exit ${code}`))).exit, { code });
    });
  }

  for (
    const [number, signal] of [[2, "SIGINT"], [9, "SIGKILL"], [13, "SIGPIPE"], [15, "SIGTERM"], [34, "SIG34"]] as const
  ) {
    test(`tells an end by ${signal} as a signal, and adds nothing to stderr`, async (launcher, folder) => {
      const told = await run(launcher, shell(folder, `kill -${number} $$; sleep 60`, { stderr: `${folder}/e` }));
      assertEquals(told.exit, { signal });
      assertEquals(textOf(`${folder}/e`), "");
    }, leaking.includes(signal) ? { sanitizeResources: false } : {});
  }
}

function testPrograms(test: Register, { root, permissions }: ContractOptions): void {
  test("reports a program that is not on the PATH", async (launcher, folder) => {
    await assertFails(
      launcher,
      planOf(folder, { program: "no-such-program-anywhere" }),
      "program-not-found",
      "no-such-program",
    );
  });

  test("reports a program whose name is longer than a file's may be", async (launcher, folder) => {
    const program = "x".repeat(300);
    await assertFails(launcher, planOf(folder, { program }), "program-not-found", program);
  });

  if (permissions === undefined) {
    test("goes past a folder of the PATH that cannot be looked into", async (launcher, folder) => {
      symlinkSync("ring", `${folder}/ring`); // For everybody, as a closed folder is for all but root.
      const env = { PATH: `${folder}/ring:/usr/bin:/bin` };
      await run(launcher, planOf(folder, { program: "sh", args: ["-c", "echo found"], stdout: `${folder}/o`, env }));
      assertEquals(textOf(`${folder}/o`), "found\n");
    });
  }

  test("reports a program path that does not exist", async (launcher, folder) => {
    await assertFails(
      launcher,
      planOf(folder, { program: `${root}/${missingProgram}` }),
      "program-not-found",
      missingProgram,
    );
  });

  test("reports a program that may not be executed", async (launcher, folder) => {
    const program = `${root}/${notExecutable}`;
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o644 });
    await assertFails(launcher, planOf(folder, { program }), "not-executable", "chmod +x");
  });

  test("reports a script whose interpreter does not exist", async (launcher, folder) => {
    const program = `${root}/${badInterpreter}`;
    writeFileSync(program, "#!/no/such/interpreter\n", { mode: 0o755 });
    await assertFails(launcher, planOf(folder, { program }), "not-executable", '"/no/such/interpreter"; correct');
    writeFileSync(program, "#! /bin/sh\r\n", { mode: 0o755 });
    await assertFails(launcher, planOf(folder, { program }), "not-executable", "dos2unix");
  });

  test("runs a script without a first line by /bin/sh", async (launcher, folder) => {
    const program = `${root}/${plainScript}`;
    writeFileSync(program, 'echo "$1"\n', { mode: 0o755 });
    await run(launcher, planOf(folder, { program, args: ["a b"], stdout: `${folder}/o` }));
    assertEquals(textOf(`${folder}/o`), "a b\n");
  });
}

function testFaults(test: Register): void {
  test("reports a missing stdin", async (launcher, folder) => {
    await assertFails(launcher, shell(folder, "true", { stdin: `${folder}/none` }), "stdin", `${folder}/none`);
  });

  for (const stream of ["stdout", "stderr"] as const) {
    test(`reports a ${stream} that is a folder`, async (launcher, folder) => {
      mkdirSync(`${folder}/d`);
      await assertFails(launcher, shell(folder, "true", { [stream]: `${folder}/d` }), "output", "is a folder");
    });

    test(`reports a ${stream} below a file`, async (launcher, folder) => {
      writeFileSync(`${folder}/f`, "");
      await assertFails(launcher, shell(folder, "true", { [stream]: `${folder}/f/o` }), "output", stream);
    });
  }

  test("reports a working directory with a file in its way", async (launcher, folder) => {
    writeFileSync(`${folder}/f`, "");
    await assertFails(launcher, shell(`${folder}/f`, "true"), "working-directory", `${folder}/f`);
    await assertFails(launcher, shell(`${folder}/f/g`, "true"), "working-directory", `${folder}/f/g`);
  });

  test("reports arguments that are too long", async (launcher, folder) => {
    const args = ["-c", "true", "x".repeat(200_000)];
    await assertFails(launcher, shell(folder, "", { args }), "arguments", "too long");
  });

  test("reports a NUL character in an argument", async (launcher, folder) => {
    await assertFails(launcher, shell(folder, "", { args: ["-c", "true", "a\0b"] }), "arguments", "args[2]");
  });

  test("reports a variable name with an equals sign", async (launcher, folder) => {
    await assertFails(launcher, shell(folder, "true", { env: { "A=B": "c" } }), "variables", "A=B");
  });
}

function testStreams(test: Register, options: ContractOptions): void {
  test(
    "creates the working directory and the parents of outputs, again when they were removed",
    async (launcher, folder) => {
      const plan = shell(`${folder}/a/b`, "pwd; rm -r ../../a ../../o", { stdout: `${folder}/o/p/out` });
      assertEquals((await run(launcher, plan)).exit, { code: 0 });
      const again = shell(`${folder}/a/b`, "pwd", { stdout: `${folder}/o/p/out` });
      assertEquals((await run(launcher, again)).exit, { code: 0 });
      assertEquals(textOf(`${folder}/o/p/out`), `${folder}/a/b\n`);
    },
  );

  test("gives the null device as stdin, and a file when asked", async (launcher, folder) => {
    assertEquals((await run(launcher, shell(folder, "cat", { stdout: `${folder}/o` }))).exit, { code: 0 });
    assertEquals(textOf(`${folder}/o`), "");
    writeFileSync(`${folder}/i`, "text\n");
    await run(launcher, shell(folder, "cat", { stdin: `${folder}/i`, stdout: `${folder}/o` }));
    assertEquals(textOf(`${folder}/o`), "text\n");
  });

  test("truncates outputs", async (launcher, folder) => {
    writeFileSync(`${folder}/o`, "x".repeat(1000));
    await run(launcher, shell(folder, "echo short", { stdout: `${folder}/o` }));
    assertEquals(textOf(`${folder}/o`), "short\n");
  });

  test("shares one open file between stdout and stderr of the same path", async (launcher, folder) => {
    const both = `${folder}/b`;
    await run(launcher, shell(folder, "echo 1; echo 2 >&2; echo 3", { stdout: both, stderr: both }));
    assertEquals(textOf(both).split("\n").toSorted(), ["", "1", "2", "3"]);
  });

  // Deno lets nobody open a device without every permission.
  const testDevice = options.permissions === undefined ? test : () => {};
  testDevice("starts a task whose output goes to a full disk", async (launcher, folder) => {
    const told = await run(launcher, shell(folder, "echo x || exit 9", { stdout: "/dev/full" }));
    assert(told.failure === undefined && told.exit !== undefined);
  });

  test("writes a flood of 50 MB whole, beside a small task", async (launcher, folder) => {
    const flood = run(launcher, shell(folder, "head -c 52428800 /dev/zero", { stdout: `${folder}/o` }));
    assertEquals((await run(launcher, shell(folder, "exec >&- 2>&-; exit 4"))).exit, { code: 4 });
    assertEquals((await flood).exit, { code: 0 });
    assertEquals(statSync(`${folder}/o`).size, 52428800);
  });
}

function testTexts(test: Register, { usage: usesLibrary }: ContractOptions): void {
  // Who starts processes through the C library passes any bytes; the others must not pass other ones instead.
  test(`${usesLibrary ? "passes" : "refuses"} bytes that are no UTF-8`, async (launcher, folder) => {
    const raw = "caf\udce9\udcff😀";
    const script = 'printf "%s|%s" "$1" "$RAW"';
    const plan = shell(folder, "", { args: ["-c", script, "sh", raw], env: { RAW: raw }, stdout: `${folder}/o` });
    if (usesLibrary) {
      assertEquals((await run(launcher, plan)).exit, { code: 0 });
      assertEquals(decodeBytes(readFileSync(`${folder}/o`)), `${raw}|${raw}`);
    } else await assertFails(launcher, plan, "arguments", "args[3]: bytes that are no UTF-8");
  });

  test("passes arguments byte for byte", async (launcher, folder) => {
    const text = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 40 }).map((value) => value.replaceAll("\0", "").toWellFormed()),
      fc.constantFrom("", "-", "--", "-n", "$HOME", "`id`", "a\nb", "'\"\\", "*", "~", "äöü", "𝒳", "%s", "\\0", " "),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 8 }), async (args) => {
        // The kernel's own record of the argument vector: no program in between reads it.
        const script = "cat /proc/$$/cmdline";
        const plan = shell(folder, "", { args: ["-c", script, ...args], stdout: `${folder}/o` });
        assertEquals((await run(launcher, plan)).exit, { code: 0 });
        assertEquals(textOf(`${folder}/o`), ["/bin/sh", "-c", script, ...args, ""].join("\0"));
      }),
      { numRuns: 40 },
    );
  });

  test("sets variables on top of the pilot's, byte for byte", async (launcher, folder) => {
    const odd = " $HOME `id` 'x' \"y\" \\ \n ü=z";
    const plan = shell(folder, 'printf "%s|%s|%s" "$ODD" "$EMPTY" "${PATH:+path}"', {
      env: { ODD: odd, EMPTY: "" },
      stdout: `${folder}/o`,
    });
    await run(launcher, plan);
    assertEquals(textOf(`${folder}/o`), `${odd}||path`);
  });

  test("takes variables of its own process away", async (launcher, folder) => {
    // Where the environment may not be read, an empty value is the best that can be done.
    const plan = shell(folder, 'printf "%s|%s" "$HOME" "$PATH"', {
      env: { PATH: "/bin" },
      shared: { kind: "inherited", without: ["HOME", "PATH"] },
      stdout: `${folder}/o`,
    });
    await run(launcher, plan);
    assertEquals(textOf(`${folder}/o`), "|/bin");
  });

  test("gives a whole environment and nothing of its own process's, the same shared one to many", async (
    launcher,
    folder,
  ) => {
    const shared = { kind: "whole", variables: { COMMON: "c", WHICH: "shared" } } as const;
    for (const own of [{ WHICH: "own" }, { OTHER: "o" }]) {
      const plan = shell(folder, 'printf "%s|%s|%s|%s" "$COMMON" "$WHICH" "$OTHER" "$HOME"', {
        env: own,
        shared,
        stdout: `${folder}/o`,
      });
      await run(launcher, plan);
      assertEquals(textOf(`${folder}/o`), "WHICH" in own ? "c|own||" : "c|shared|o|");
    }
  });
}

function testSignals(test: Register): void {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    test(`signal() sends ${signal} to the main process and no other task`, async (launcher, folder) => {
      const other = launch(launcher, shell(folder, "exec sleep 300"));
      const victim = launch(launcher, shell(folder, "exec sleep 300"));
      await Promise.all([victim.started, other.started]);
      launcher.signal(victim.key, signal);
      assertEquals((await victim.over).exit, { signal });
      launcher.signal(other.key, "SIGKILL");
      assertEquals((await other.over).exit, { signal: "SIGKILL" });
    });
  }

  test("signal() lets a task that ignores SIGTERM live until SIGKILL", async (launcher, folder) => {
    const stubborn = launch(launcher, shell(folder, "trap '' TERM; echo > ready; while :; do sleep 0.05; done"));
    await until(() => textOf(`${folder}/ready`) !== "");
    launcher.signal(stubborn.key, "SIGTERM");
    assertEquals((await run(launcher, shell(folder, "exit 3"))).exit, { code: 3 });
    launcher.signal(stubborn.key, "SIGKILL");
    assertEquals((await stubborn.over).exit, { signal: "SIGKILL" });
  });

  test("signal() right after launch() is not lost, and after the end does nothing", async (launcher, folder) => {
    const task = launch(launcher, shell(folder, "exec sleep 300"));
    launcher.signal(task.key, "SIGKILL");
    assertEquals((await task.over).exit, { signal: "SIGKILL" });
    launcher.signal(task.key, "SIGKILL");
  });
}

function testMany(test: Register, options: ContractOptions): void {
  test("tells the node of its plan with the start", async (launcher, folder) => {
    const place = { ...here, node: 7 };
    assertEquals((await run(launcher, planOf(folder, { program: "/bin/true", place }))).node, 7);
  });

  test("runs 200 at once, each with its own output, and leaves no descriptor open", async (launcher, folder) => {
    await run(launcher, shell(folder, "true", { stdout: `${folder}/first` }));
    const before = lowestFreeDescriptor(folder);
    const tasks = Array.from(
      { length: 200 },
      (_, index) =>
        run(
          launcher,
          shell(folder, `echo ${index}; exit ${index % 100}`, {
            stdout: `${folder}/o${index}`,
            stderr: `${folder}/e${index}`,
          }),
        ),
    );
    const exits = (await Promise.all(tasks)).map((told) => told.exit);
    assertEquals(exits, exits.map((_, index) => ({ code: index % 100 })));
    for (let index = 0; index < 200; index++) assertEquals(textOf(`${folder}/o${index}`), `${index}\n`);
    assertEquals(lowestFreeDescriptor(folder), before);
  });

  test("leaves no descriptor open after failed starts", async (launcher, folder) => {
    const plan = planOf(folder, { program: "no-such-program-anywhere", stdout: `${folder}/o`, stderr: `${folder}/e` });
    await run(launcher, plan);
    const before = lowestFreeDescriptor(folder);
    for (let count = 0; count < 10; count++) await run(launcher, plan);
    await run(launcher, shell(folder, "true", { stdout: `${folder}/o`, stderr: folder }));
    assertEquals(lowestFreeDescriptor(folder), before);
  });

  test("tells what a process used where it can, and never a zero", async (launcher, folder) => {
    const burn = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
    if (!options.usage) return assertEquals((await run(launcher, shell(folder, burn))).usage, {});
    // Of a task that is smaller than the pilot ever was nothing true can be said.
    const self = Number(/VmHWM:\s+(\d+)/.exec(textOf("/proc/self/status"))![1]);
    const count = (self + 200_000) * 1024;
    const { usage } = await run(
      launcher,
      shell(folder, `${burn}; head -c ${count} /dev/zero | tail -c ${count} | wc -c`),
    );
    assert(usage!.cpuMs! > 5 && usage!.cpuMs! < 60_000, `${usage!.cpuMs}`);
    assert(usage!.peakKiB! > self + 190_000 && usage!.peakKiB! < self + 300_000, `${usage!.peakKiB}`);
    assertEquals((await run(launcher, planOf(folder, { program: "/bin/true" }))).usage!.peakKiB, undefined);
  });
}

function testReclaim(test: Register, { leave }: ContractOptions): void {
  const runs = () => [1, 2].map(() => crypto.randomUUID().replaceAll("-", "").slice(0, 16)) as [string, string];
  if (leave === undefined) {
    return test("reclaim() says which permission it needs to look for what an earlier run left", async (launcher) => {
      await assertRejects(() => launcher.reclaim(runs()[0]), PermissionScopeError, "-A");
    });
  }

  test("reclaim() ends what an earlier run left, and leaves other runs alone", async (launcher) => {
    const [runId, otherId] = runs();
    const ours = await leave(`${runId}0000000000070001`);
    const other = await leave(`${otherId}0000000000070001`);
    try {
      await launcher.reclaim(runId);
    } finally {
      for (const process of [ours, other]) terminate(process);
    }
    const [{ signal: oursEndedBy }, { signal: otherEndedBy }] = await Promise.all([ours.status, other.status]);
    // The first signal is the one that counts: nobody but this test sends SIGTERM.
    assertEquals({ oursEndedBy, otherEndedBy }, { oursEndedBy: "SIGKILL", otherEndedBy: "SIGTERM" });
    await launcher.reclaim(runId);
  });
}

function terminate(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGTERM");
  } catch {
    // It has ended.
  }
}

function testGroups(test: Register): void {
  test("signal() reaches the children of a task", async (launcher, folder) => {
    const task = launch(launcher, shell(folder, "sleep 300 & echo $! > child; wait"));
    await until(() => textOf(`${folder}/child`).endsWith("\n"));
    const child = Number(textOf(`${folder}/child`));
    launcher.signal(task.key, "SIGKILL");
    assertEquals((await task.over).exit, { signal: "SIGKILL" });
    assert(!isAlive(child));
  });

  test("ends what a task leaves behind, even if that ignores SIGTERM", async (launcher, folder) => {
    const script = [
      "sleep 300 & echo $! > polite",
      "(trap '' TERM; exec sleep 300) & echo $! > rude",
      // Wait until it ignores signal 15, bit 14 of the mask.
      "until grep -q SigIgn.*4... /proc/$!/status; do :; done",
      "exit 6",
    ].join("\n");
    assertEquals((await run(launcher, shell(folder, script))).exit, { code: 6 });
    for (const file of ["polite", "rude"]) assert(!isAlive(Number(textOf(`${folder}/${file}`))), file);
  });
}

function testDispositions(test: Register, { groups, inheritsIgnored = false }: ContractOptions): void {
  test("a task ignores and blocks no signal, though this program does", async (launcher, folder) => {
    // The shell reads its own status, before it has changed anything.
    const script = 'while read -r key value; do case $key in Sig[BI]*) echo "$key $value" ;; esac; done';
    const plan = shell(folder, `${script} < /proc/self/status`, { stdout: `${folder}/out` });
    assertEquals((await run(launcher, plan)).exit, { code: 0 });
    // Without a group of its own a task is started by `posix_spawn` as Rust calls it: the C library then lets it ignore
    // 32 and 33, which are its own for threads and which no program can use.
    const ignored = inheritsIgnored ? passedOn : groups ? 0n : passedOn | threadSignals;
    const mask = ignored.toString(16).padStart(16, "0");
    assertEquals(textOf(`${folder}/out`), `SigBlk: 0000000000000000\nSigIgn: ${mask}\n`);
  });
}

/** The bits of 32 and 33, as `/proc` writes them. */
const threadSignals = 0x180000000n;
/** The bit of SIGQUIT, which a shell lets those ignore that it starts in the background. */
const quitSignal = 0x4n;

/** Which of these this program ignores: with a group of its own a task is forked from it. Read while that is allowed. */
const passedOn = BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(textOf("/proc/self/status"))![1]}`) &
  (threadSignals | quitSignal);

/** A leak shows in the number that the next opened file gets. */
function lowestFreeDescriptor(folder: string): number {
  const descriptor = openSync(`${folder}/probe`, "w");
  closeSync(descriptor);
  return descriptor;
}
