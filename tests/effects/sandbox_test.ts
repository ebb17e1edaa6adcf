import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { PermissionScopeError, QCGPJExecutor } from "@qcg/pilotjob";
import { Confined, launchers } from "./support/confined.ts";
import { until } from "./support/launches.ts";

const sandbox = "require";

for (const [launcher, permissions] of Object.entries(launchers)) {
  const test = (name: string, body: () => Promise<void>) =>
    Deno.test(`Sandbox with ${launcher}: ${name}`, { permissions }, body);

  test("a task runs, and its exit code is exact", async () => {
    await using confined = new Confined(() => ({ sandbox }));
    const { executor } = confined;
    assertEquals(executor.isSandboxed, true);
    assertEquals((await confined.sh("echo hello; echo oops >&2")).output, "hello\noops\n");
    for (const code of [0, 1, 3, 126, 255]) {
      assertEquals((await confined.sh(`exit ${code}`)).exitCode, String(code));
    }
    assertEquals((await confined.sh("kill -KILL $$")).exitCode, "137", "a signal is told as 128 + its number");
    assertEquals((await confined.sh("cat", { stdin: "j1.txt" })).output, "hello\noops\n");
    assertStringIncludes((await confined.run({ exec: "nosuch" })).message, 'program "nosuch" was not found');
  });

  test("everything outside write is read-only", async () => {
    await using confined = new Confined((folder) => ({
      sandbox,
      permissions: { run: true, read: true, write: [".", `${folder}/more`], env: true },
    }));
    Deno.mkdirSync(confined.scratch.in("more"));
    const outside = confined.scratch.in("outside");
    const { output } = await confined.sh(`touch in ../more/in && echo good; touch ${outside} /etc/x /usr/x; echo $?`);
    assertEquals(output.split("\n").slice(0, 1), ["good"]);
    assertStringIncludes(output, "/etc/x': Read-only file system");
    const entries = Array.from(Deno.readDirSync(confined.scratch.path), ({ name }) => name).sort();
    assertEquals(entries, ["more", "work"]);
    assert(Deno.statSync(confined.scratch.in("more/in")).isFile);
  });

  test("nothing outside read is there when that is given", async () => {
    await using confined = new Confined((folder) => ({
      sandbox,
      permissions: { run: true, read: [`${folder}/shown`], write: ["."] },
    }));
    const { scratch } = confined;
    for (const name of ["shown", "secret"]) {
      Deno.mkdirSync(scratch.in(name));
      scratch.write(`${name}/text`, name);
    }
    const { output } = await confined.sh(
      `cat ../shown/text; cat ../secret/text 2>/dev/null || echo none; ls /root /home 2>/dev/null || echo nobody; ` +
        `echo x 2>/dev/null >../shown/text || echo kept`,
    );
    assertEquals(output, "shownnone\nnobody\nkept\n");
  });

  test("there is no network unless it is allowed", async () => {
    const ask =
      "tail -n +3 /proc/net/dev | tr -d ' ' | cut -d: -f1 | grep -v '^lo$' | wc -l; cat /proc/net/route | wc -l";
    await using shut = new Confined(() => ({ sandbox }));
    assertEquals((await shut.sh(ask)).output, "0\n1\n");
    await using open = new Confined(() => ({
      sandbox,
      permissions: { run: true, write: ["."], env: true, net: true },
    }));
    const own = "readlink /proc/self/ns/net";
    assert((await open.sh(own)).output !== (await shut.sh(own)).output);
  });

  test("a task sees its own processes only, and an empty temporary folder", async () => {
    await using confined = new Confined(() => ({ sandbox }));
    const mark = `/tmp/mark-${crypto.randomUUID()}`;
    const { output } = await confined.sh(
      `kill -0 ${Deno.pid} 2>/dev/null || echo alone; ls /run; touch ${mark} && echo private`,
    );
    assertEquals(output, "alone\nprivate\n");
    assertEquals(statOf(mark), false);
    const pids = (await confined.sh("ls /proc | grep -c '^[0-9]'")).output;
    assert(Number(pids) <= 6, pids);
  });

  test("a task gets no capability, even when the pilot is root", async () => {
    await using confined = new Confined(() => ({ sandbox }));
    const { output } = await confined.sh(
      "grep -E 'CapPrm|CapEff' /proc/self/status; mount -o remount,rw / 2>/dev/null || echo kept",
    );
    assertEquals(output.replaceAll("\t", ""), "CapPrm:0000000000000000\nCapEff:0000000000000000\nkept\n");
  });

  test("a task neither sees nor changes the records of its own run", async () => {
    await using confined = new Confined(() => ({ sandbox, permissions: { run: true, write: true, env: true } }));
    const { output } = await confined.sh(
      "cd .qcgpjm-service-*; ls; echo evil >journal; cd ..; " +
        "(mv .qcgpjm-service-* away || rm -r .qcgpjm-service-*) 2>/dev/null; echo done",
    );
    assertEquals(output, "done\n");
    const folder = Array.from(Deno.readDirSync(confined.scratch.in("work"))).find(({ name }) =>
      name.startsWith(".qcgpjm-service")
    )!;
    const records = Array.from(Deno.readDirSync(confined.scratch.in(`work/${folder.name}`)), ({ name }) => name);
    assert(records.length > 0, "the records are where they were");
    for (const record of records) assert(!confined.scratch.read(`work/${folder.name}/${record}`).includes("evil\n"));
    const stdout = `${folder.name}/journal`;
    assertThrows(
      () => confined.submit({ name: "o", exec: "date", stdout }),
      PermissionScopeError,
      "belongs to a pilot",
    );
  });

  test("a task neither sees nor changes the records of pilots that begin while it runs, or before it", async () => {
    await using confined = new Confined(() => ({ sandbox, permissions: { run: true, write: ["."], env: true } }));
    const { executor, scratch } = confined;
    const attack = "for file in .qcgpjm-*/*; do [ -e $file ] && echo evil >$file && echo $file; done; echo looked";
    const waiting = "touch up; while [ ! -e go ]; do sleep 0.02; done; ls -d .qcgpjm-service-* | wc -l";
    executor.manager.submit({
      name: "early",
      execution: { exec: "sh", args: ["-c", `${waiting}; ${attack}`], stdout: "early" },
    });
    await until(() => statOf(scratch.in("work/up")));
    const wd = scratch.in("work");
    const journals: [string, Uint8Array][] = [];
    const folders = () =>
      Array.from(Deno.readDirSync(wd), ({ name }) => name).filter((name) => name.includes("service"));
    for (const _ of [1, 2]) {
      const before = folders();
      await using later = new QCGPJExecutor({ wd });
      later.manager.submit({ name: "later", execution: { exec: "bwrap", args: ["--version"] } });
      await later.manager.wait4all();
      const journal = `${wd}/${folders().find((name) => !before.includes(name))}/journal`;
      journals.push([journal, Deno.readFileSync(journal)]);
    }
    scratch.write("work/go", "");
    await executor.manager.wait4("early");
    assertEquals(scratch.read("work/early"), "3\nlooked\n", "the folders are there, and nothing in them");
    assertEquals((await confined.sh(attack)).output, "looked\n");
    for (const [journal, bytes] of journals) assertEquals(Deno.readFileSync(journal).subarray(0, bytes.length), bytes);
  });

  test("what a task leaves behind ends with it, wherever it went", async () => {
    await using confined = new Confined(() => ({ sandbox }));
    const ended = await confined.sh(
      `setsid ${holder} & (nohup ${holder} &); while [ ! -f up ]; do sleep 0.01; done; exit 4`,
    );
    assertEquals(ended.exitCode, "4");
    await until(() => isReleased(confined));
  });

  test("a stop ends a task that ignores SIGTERM, with all that it started", async () => {
    await using confined = new Confined(() => ({ sandbox, graceMs: 100 }));
    const script = `trap '' TERM; setsid ${holder} & sleep 60; sleep 60`;
    confined.submit({ name: "deaf", exec: "sh", args: ["-c", script] });
    await until(() => statOf(confined.scratch.in("work/up")));
    assertEquals(isReleased(confined), false);
    confined.executor.manager.cancel("deaf");
    assertEquals(await confined.executor.manager.wait4("deaf"), { deaf: "CANCELED" });
    await until(() => isReleased(confined));
  });
}

for (const name of ["the fast launcher", "the direct launcher"]) {
  Deno.test(`Sandbox with ${name}: SIGTERM reaches the task, which ends in its own way`, {
    permissions: launchers[name]!,
  }, async () => {
    await using confined = new Confined(() => ({ sandbox, graceMs: 10_000 }));
    const script = "trap 'echo saved; exit 5' TERM; echo up; sleep 600 & wait";
    confined.submit({ name: "polite", exec: "sh", args: ["-c", script], stdout: "polite" });
    await until(() => read(confined, "polite") === "up\n");
    confined.executor.manager.cancel("polite");
    await confined.executor.manager.wait4("polite");
    assertEquals(read(confined, "polite"), "up\nsaved\n");
  });
}

Deno.test("Sandbox: a variable that loads code reaches the task and not bubblewrap", async () => {
  await using confined = new Confined(() => ({
    sandbox,
    permissions: { run: true, write: ["."], env: ["PATH", "LD_LIBRARY_PATH"] },
  }));
  const { output } = await confined.sh('echo "$LD_LIBRARY_PATH"; tr "\\0" "\\n" </proc/1/environ | grep -c ^LD_', {
    env: { LD_LIBRARY_PATH: "/nowhere" },
  });
  assertEquals(output, "/nowhere\n0\n");
});

Deno.test("QCGPJExecutor() with a required sandbox fails where there is none, and goes without when it is automatic", () => {
  const program = `import { QCGPJExecutor } from "@qcg/pilotjob";
    const mode = Deno.args[0];
    try { console.log(new QCGPJExecutor({ sandbox: mode }).isSandboxed); } catch (e) { console.log(e.name + ": " + e.message); }`;
  const run = (mode: string, flags: string[], searchPath: string) => {
    const file = Deno.makeTempFileSync({ suffix: ".ts" });
    Deno.writeTextFileSync(file, program);
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const args = ["run", "--no-prompt", "--quiet", "--config", config, ...flags, file, mode];
    const { stdout, stderr } = new Deno.Command(Deno.execPath(), { args, env: { PATH: searchPath }, stdin: "null" })
      .outputSync();
    Deno.removeSync(file);
    return (new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr)).trim();
  };
  const refusal = 'PermissionScopeError: Tasks cannot be sandboxed, but sandbox is "require": ';
  assertStringIncludes(
    run("require", ["-A"], "/nowhere"),
    `${refusal}bwrap was not found on the PATH; install the package`,
  );
  assertEquals(run("auto", ["-A"], "/nowhere"), "false");
  assertEquals(run("auto", ["-A"], "/usr/bin"), "true");
  const flags = ["--allow-read", "--allow-env=PATH"];
  assertStringIncludes(run("require", flags, "/usr/bin"), `${refusal}run deno again with --allow-run=/usr/bin/bwrap`);
  assertStringIncludes(run("require", [], "/usr/bin"), `run deno again with --allow-env=PATH`);
});

Deno.test("QCGPJExecutor.isSandboxed is false unless it was asked for", async () => {
  await using executor = new QCGPJExecutor();
  assertEquals(executor.isSandboxed, false);
});

function read({ scratch }: Confined, name: string): string {
  return statOf(scratch.in(`work/${name}`)) ? scratch.read(`work/${name}`) : "";
}

function statOf(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Holds a shared lock for two minutes, ignoring SIGTERM; a process that inherits the descriptor holds the lock too. */
const holder = `flock -s lock sh -c 'trap "" TERM; echo >up; sleep 120'`;

/** Whether nobody holds the lock any more: all that held it have ended. */
function isReleased({ scratch }: Confined): boolean {
  using file = Deno.openSync(scratch.in("work/lock"), { read: true, write: true });
  return file.tryLockSync(true);
}
