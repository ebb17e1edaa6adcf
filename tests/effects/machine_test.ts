/**
 * What is seen of this machine, and of the descriptors and containers that the program was given.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { commandLine, shell } from "../e2e/support/command_line.ts";
import { Scratch } from "../e2e/support/scratch.ts";

const project = new URL("../..", import.meta.url).pathname;
const isRoot = Deno.uid() === 0;

/** A program with an executor whose tasks read its standard input and write to its own streams, one after the other. */
const streamsProgram = `
import { QCGPJExecutor } from "${project}mod.ts";
console.log("first");
const [launcher, wd] = Deno.args;
const executor = new QCGPJExecutor({ wd, launcher, resources: 1, durability: "memory" });
const run = async (name, script, streams) => {
  const future = executor.submit({ name, execution: { exec: "sh", args: ["-c", script], ...streams } });
  await future.result();
  const { reason = "succeeded" } = (await future.info())[name];
  return name + " " + reason;
};
const told = [
  await run("out", "echo output", { stdout: "/dev/stdout" }),
  await run("in", "cat", { stdin: "/dev/stdin", stdout: "/dev/fd/1" }),
  await run("err", "echo error >&2", { stderr: "/dev/stderr" }),
  await run("tty", "true", { stdout: "/dev/tty" }),
  await run("loader", "true", { stdin: "/dev/fd/987" }),
];
await executor.shutdown();
console.log(told.join("\\n"));
`;

for (const launcher of ["keeper", "native", "direct"]) {
  for (const kind of launcher === "native" ? ["pipes"] : ["pipes", "files"]) {
    Deno.test(`Devices of the program's own streams are those of the program: ${launcher}, ${kind}`, async () => {
      await using scratch = new Scratch();
      scratch.write("program.ts", streamsProgram);
      const words = [Deno.execPath(), "run", "-A", "--no-check", "--config", `${project}deno.json`];
      const line = `setsid -w ${[...words, scratch.in("program.ts"), launcher, scratch.path].join(" ")}`;
      const streams = kind === "pipes" ? "2>err | cat >out" : "2>>err >>out";
      await shell(`cd '${scratch.path}'; echo input | ${line} ${streams}`, project);
      assertEquals(scratch.read("out").split("\n"), [
        ...["first", "output", "input", "out succeeded", "in succeeded", "err succeeded"],
        'tty stdout "/dev/tty" cannot be opened; nobody is at the other end of it',
        'loader stdin "/dev/fd/987" does not exist',
        "",
      ]);
      assertEquals(scratch.read("err"), "error\n");
    });
  }
}

Deno.test("A closed standard output is refused where the output is all there is, and taken where it is not", async () => {
  await using scratch = new Scratch();
  const closed = await shell("qcgpj each echo ::: a >&-", scratch.path);
  assertEquals([closed.code, closed.err.includes("Standard output is closed")], [2, true]);
  assertEquals((await shell("qcgpj each echo ::: a >/dev/null", scratch.path)).code, 0);
  scratch.write("jobs.json", "[]");
  assertEquals((await shell("qcgpj service --file-path jobs.json >&-", scratch.path)).code, 0);
  const discarded = new Deno.Command(commandLine[0]!, {
    args: [...commandLine.slice(1), "each", "echo", ":::", "a"],
    cwd: scratch.path,
    stdout: "null",
  });
  assertEquals((await discarded.output()).code, 0);
});

Deno.test("A working directory whose name is no UTF-8 is refused by a sentence, not as a bug", async () => {
  await using scratch = new Scratch();
  const { code, err } = await shell("mkdir $'caf\\xe9' && cd $'caf\\xe9' && echo a | qcgpj each echo", scratch.path);
  assertEquals(code, 2);
  assertStringIncludes(err, "is not valid UTF-8: it cannot be worked with; change to another directory");
});

const groups = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup"].find((path) => exists(`${path}/cpu.cfs_quota_us`));

Deno.test({
  name: "The CPU quota of a container is the number of cores",
  ignore: !isRoot || groups === undefined || navigator.hardwareConcurrency < 2,
  fn: async () => {
    await using scratch = new Scratch();
    const group = `${groups}/pilotjob-${Deno.pid}`;
    await Deno.mkdir(group);
    try {
      await Deno.writeTextFile(`${group}/cpu.cfs_period_us`, "100000");
      await Deno.writeTextFile(`${group}/cpu.cfs_quota_us`, "100000");
      scratch.write("jobs.json", "[]");
      const line = `echo $BASHPID > ${group}/cgroup.procs; qcgpj service --file-path jobs.json --id q`;
      assertEquals((await shell(line, scratch.path)).code, 0);
      assertStringIncludes(scratch.read(".qcgpjm-service-q/service.log"), "available resources: 1 (0 used) cores on 1");
    } finally {
      await Deno.remove(group);
    }
  },
});

Deno.test({
  name: "As process 1 of a container, a launcher that leaves zombies says so, and the keeper leaves none",
  ignore: !isRoot,
  fn: async () => {
    await using scratch = new Scratch();
    const inside = (flags: string) => {
      const program = commandLine.map((word) => word === "-A" ? flags : `'${word}'`).join(" ");
      const leave = "(setsid sh -c '(sleep 0.05 &)' &); sleep 0.2";
      const count = "while sleep 0.1; do ps -eo ppid=,stat= | awk '$1 == 1 && $2 ~ /Z/' | wc -l; done";
      scratch.write("inside.sh", `(${count}) >counts & ${program} each -j 4 -a in sh -c ${JSON.stringify(leave)}\n`);
      const line = `seq 12 > in; unshare -pf --mount-proc bash -c 'exec bash inside.sh'`;
      scratch.write(
        "inside.sh",
        `(${count}) >counts &\nexec ${program} each -j 4 -a in sh -c ${JSON.stringify(leave)}\n`,
      );
      return shell(line, scratch.path);
    };
    const kept = await inside("-A");
    assertEquals([kept.code, kept.err], [0, ""]);
    const direct = await inside("--allow-read --allow-write --allow-run --allow-env --allow-sys");
    assertEquals(direct.code, 0);
    assertStringIncludes(direct.err, "as process 1 of a container this program cannot take away");
  },
});

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
