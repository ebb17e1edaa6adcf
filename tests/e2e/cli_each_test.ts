/**
 * `qcgpj each` as users of GNU parallel and xargs run it: inputs, placeholders, order, failures, hostile names.
 *
 * @module
 */

import "../support/empty_home.ts";
import fc, { anyCharacter } from "../support/seeded_check.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { call, shell, start } from "./support/command_line.ts";
import { processesWith, until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

const each = (args: string[], input = "", cwd?: string) =>
  call(["each", ...args], { input, ...(cwd === undefined ? {} : { cwd }) });
const lines = (text: string) => text.split("\n").filter((line) => line !== "");

Deno.test("qcgpj each runs a command for each value behind :::, file and line of standard input", async () => {
  await using scratch = new Scratch();
  scratch.write("inputs", "a\nb c\n\nd");
  const wanted = { code: 0, out: "[a]\n[b c]\n[]\n[d]\n", err: "" };
  assertEquals(await each(["-k", "echo", "[{}]", ":::", "a", "b c", "", "d"]), wanted);
  assertEquals(await each(["-k", "-a", "inputs", "echo", "[{}]"], "", scratch.path), wanted);
  assertEquals(await each(["-k", "echo", "[{}]", "::::", "inputs"], "", scratch.path), wanted);
  assertEquals(await each(["-k", "echo [${it}]"], "a\nb c\n\nd"), wanted);
  assertEquals(await each(["-k0", "echo", "[{}]"], "a\0b c\0\0d\0"), wanted);
});

Deno.test("qcgpj each combines and ties several sources", async () => {
  const { out } = await each(["-k", "echo", "{#}", "{2}{1}", ":::", "a", "b", ":::+", "1", "2", ":::", "X", "Y"]);
  assertEquals(lines(out), ["1 1a", "2 1a", "3 2b", "4 2b"]);
  assertEquals(lines((await each(["-k", "echo", ":::", "a", "::::", "-"], "1\n2\n")).out), ["a 1", "a 2"]);
});

Deno.test("qcgpj each keeps the output of a task in one piece, and both streams apart", async () => {
  const script = 'echo "$1 begins"; echo "$1 complains" >&2; sleep 0.0$1; echo "$1 ends"';
  const { code, out, err } = await each(["-j3", "sh", "-c", script, "sh", ":::", "3", "2", "1"]);
  assertEquals(code, 0);
  for (const n of [1, 2, 3]) assertStringIncludes(out, `${n} begins\n${n} ends\n`);
  assertEquals(lines(err).toSorted(), ["1 complains", "2 complains", "3 complains"]);
});

Deno.test("qcgpj each prints as tasks end, and with -k in the order of the inputs", async () => {
  const args = [
    "-j2",
    "sh",
    "-c",
    // The first waits until the second was seen to end.
    "test $1 = 2 && echo $$ > pid || until test -s pid && ! test -e /proc/$(cat pid); do sleep 0.01; done; echo $1",
    "sh",
  ];
  for (const [more, wanted] of [[[], "2\n1\n"], [["-k"], "1\n2\n"]] as const) {
    await using scratch = new Scratch();
    assertEquals(await each([...more, ...args, ":::", "1", "2"], "", scratch.path), { code: 0, out: wanted, err: "" });
  }
});

Deno.test("qcgpj each passes bytes on as they are, and tags lines", async () => {
  const { out } = await shell("qcgpj each printf '\\377\\000%s' ::: a | od -An -tx1", ".");
  assertEquals(out.trim(), "ff 00 61");
  const tagged = await each(["-k", "--tag", "printf", "{}\\nx\\n%s", "{}", ":::", "a b", "c"]);
  assertEquals(tagged.out, "a b\ta b\na b\tx\na b\ta bc\tc\nc\tx\nc\tc");
});

Deno.test("qcgpj each passes large outputs whole", async () => {
  const { out } = await shell("qcgpj each -k seq ::: 200000 100000 | md5sum; (seq 200000; seq 100000) | md5sum", ".");
  assertEquals(new Set(lines(out)).size, 1);
});

Deno.test("qcgpj each exits with 1 when a task failed, and says why where the task cannot", async () => {
  const exit = await each(["sh", "-c", "exit $1", "sh", ":::", "0", "3", "4"]);
  assertEquals([exit.code, exit.err], [1, "qcgpj each: 2 of 3 tasks failed\n  exit code 3: 3\n  exit code 4: 4\n"]);
  const gone = await each(["/no/such/program", ":::", "a b"]);
  assertEquals([gone.code, gone.out], [1, ""]);
  assertMatch(
    gone.err,
    /Task 1 failed: .*does not exist.*: \/no\/such\/program 'a b'\n.*1 of 1 task failed\n +.*does not exist.*: 'a b'\n$/s,
  );
  const killed = await each(["sh", "-c", "kill -9 $$", ":::", "a"]);
  assertStringIncludes(killed.err, "killed by signal SIGKILL");
});

Deno.test("qcgpj each ends with what failed tasks said last: a line of each way, more of what was not printed", async () => {
  await using scratch = new Scratch();
  const script = 'echo "begin $1" >&2; echo "cannot open /d/$1" >&2; exit $1';
  const failing = (...options: string[]) =>
    each(["-k", ...options, "sh", "-c", script, "sh", ":::", "0", "3", "3", "4"], "", scratch.path);
  const summary = (...more: string[]) =>
    ["qcgpj each: 3 of 4 tasks failed", "  exit code 3: 3, 3", ...more].map((line) => `${line}\n`).join("");
  const line = "    cannot open /d/3";
  const rest = ["  exit code 4: 4", "    cannot open /d/4"];
  const printed = ["0", "3", "3", "4"].map((n) => `begin ${n}\ncannot open /d/${n}\n`).join("");
  assertEquals(await failing(), { code: 1, out: "", err: printed + summary(line, ...rest) });
  const end = ["    | begin 3", "    | cannot open /d/3"];
  for (const where of ["out", "table.csv"]) {
    assertEquals((await failing("--results", where)).err, summary(line, ...end, ...rest));
  }
  assertEquals((await failing("--results", "out", "--tail-bytes", "0")).err, summary("  exit code 4: 4"));
  const cut = await failing("--results", "out", "--tail-bytes", "5");
  assertEquals(cut.err, "qcgpj each: 3 of 4 tasks failed\n  exit code 3: 3, 3\n    /d/3\n  exit code 4: 4\n    /d/4\n");
  const wrong = await each(["--tail-bytes", "70000", "true", ":::", "1"]);
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.err, "Option --tail-bytes must be a size from 0 to 65536 bytes");
});

Deno.test("qcgpj each exits with 2 for wrong usage and unusable inputs, and says what would be right", async () => {
  const wrong: [args: string[], input: string, told: string][] = [
    [[], "", "The command is missing"],
    [["echo a | wc", ":::", "x"], "", '"|" would be a pipe'],
    [["--kep-order", "echo", ":::", "x"], "", '(did you mean "--keep-order"?)'],
    [["echo", "{2}", ":::", "x"], "", "{2}, but there is one source"],
    [["echo", ":::+", "x"], "", "there is none"],
    [["-a", "/no/such/file", "echo"], "", "Cannot read the inputs"],
    [["--cores", "99", "--nodes", "4", "echo", ":::", "x"], "", "needs 99 cores"],
    [["--resume", "echo", ":::", "x"], "", "--run DIR"],
    [["echo"], "a\0b\n", "Input 1 of standard input contains a NUL character; with --null"],
  ];
  for (const [args, input, told] of wrong) {
    const { code, out, err } = await each(args, input);
    assertEquals([args, code, out], [args, 2, ""]);
    assertStringIncludes(err, told);
  }
});

Deno.test("qcgpj each leaves the options behind the command to the command, --help too", async () => {
  assertEquals(await each(["-k", "echo", "-k", "--help", "-j", ":::", "x"]), {
    code: 0,
    out: "-k --help -j x\n",
    err: "",
  });
  assertStringIncludes((await each(["-k", "--help", "echo"])).out, "Usage: qcgpj each");
});

Deno.test("qcgpj each --dry-run prints what would run, quoted for a shell, and runs nothing", async () => {
  await using scratch = new Scratch();
  const args = ["--dry-run", "touch", "{}", "{.}.x", ":::", "a b.c", "$d", "e\nf"];
  const { code, out, err } = await each(args, "", scratch.path);
  assertEquals([code, out, err], [0, "touch 'a b.c' 'a b.x'\ntouch '$d' '$d.x'\ntouch $'e\\nf' $'e\\nf.x'\n", ""]);
  assertEquals([...Deno.readDirSync(scratch.path)], []);
});

Deno.test("qcgpj each gives any file name to the program, byte for byte", async () => {
  const hostile = fc.oneof(
    fc.string({ unit: anyCharacter }).filter((text) => text.isWellFormed()),
    fc.string({ unit: fc.constantFrom("'", '"', "$", "{", "}", "\\", "\n", "`", "-", " ", "*", "é", "𝄞") }),
    fc.constantFrom("{}", "${it}", "${ncores}", "$${root_wd}", "{#}", "-rf", "--help", ":::", "$(id)", "", "a\rb"),
  ).map((text) => text.replaceAll("\0", ""));
  const values = fc.sample(hostile, { numRuns: 300, seed: 7 });
  const script = 'for a in "$@"; do printf "%s\\0" "$a"; done';
  const { code, out, err } = await each(["-k0", "sh", "-c", script, "sh", "{}", "<{}>"], values.join("\0") + "\0");
  assertEquals([code, err], [0, ""]);
  assertEquals(out.split("\0").slice(0, -1), values.flatMap((value) => [value, `<${value}>`]));
});

for (
  const [how, ran] of [["soon,fail=1", "1\n2\n"], ["soon,fail=2", "1\n2\n3\n"], ["never", "1\n2\n3\n4\n"]] as const
) {
  Deno.test(`qcgpj each --halt ${how} starts no more once it is time`, async () => {
    const script = "echo $1; test $1 = 1";
    const { code, out } = await each(["-j1", "--halt", how, "sh", "-c", script, "sh", ":::", "1", "2", "3", "4"]);
    assertEquals([code, out], [1, ran]);
  });
}

for (const [how, wanted, nap] of [["soon,fail=1", "2\n", 0.4], ["now,fail=1", "", 60]] as const) {
  Deno.test(`qcgpj each --halt ${how} ${wanted === "" ? "stops" : "lets end"} what runs already`, async () => {
    await using scratch = new Scratch();
    // The first one fails as soon as the second one runs.
    const script =
      `case $1 in 1) until test -e runs; do sleep 0.01; done; exit 1;; 2) touch runs; sleep ${nap}; echo 2;; esac`;
    const args = ["-j2", "--halt", how, "sh", "-c", script, "sh", ":::", "1", "2", "3"];
    const { code, out } = await each(args, "", scratch.path);
    assertEquals([code, out], [1, wanted]);
  });
}

Deno.test("qcgpj each --halt now,success=1 stops what runs, does not wait for more input, and exits with 0", async () => {
  const running = start(["each", "-j2", "--halt", "now,success=1", "sh", "-c", "sleep $1; echo $1", "sh"]);
  await running.write("60\n0\n");
  const { code, out, err } = await running.ended;
  assertEquals([code, out, err], [0, "0\n", "qcgpj each: Halted by --halt: 1 succeeded, 0 failed\n"]);
});

Deno.test("qcgpj each --retries counts attempts as GNU parallel does, and prints the last one only", async () => {
  await using scratch = new Scratch();
  const script = "echo try | tee -a tries; test $(wc -l < tries) = 3";
  const args = (n: string) => ["--retries", n, "sh", "-c", script, ":::", "x"];
  assertEquals((await each(args("2"), "", scratch.path)).code, 1);
  Deno.removeSync(scratch.in("tries"));
  assertEquals(await each(args("3"), "", scratch.path), { code: 0, out: "try\n", err: "" });
});

Deno.test("qcgpj each --timeout ends a task that runs too long, with all its children", async () => {
  await using scratch = new Scratch();
  const args = ["--timeout", "2", "sh", "-c", "echo begun; sleep 60 & sleep 60", ":::", "x"];
  const { code, out, err } = await each(args, "", scratch.path);
  assertEquals([code, out], [1, "begun\n"]);
  assertStringIncludes(err, "Task 1 failed: stopped after its time limit of 2 s");
  assertEquals(processesWith(`TEST_FOLDER=${scratch.path}`), []);
});

Deno.test("qcgpj each --jobs, --cores and --nodes say how many tasks run at once", async () => {
  // The first tasks wait for one another, and then a while for one too many.
  const script = "echo begin >> log; until [ $(grep -c begin log) -ge $0 ]; do sleep 0.01; done; sleep 0.1; " +
    "echo end >> log";
  const runsAtOnce = async (wanted: number, ...options: string[]) => {
    await using scratch = new Scratch();
    const args = [...options, "sh", "-c", script, `${wanted}`];
    assertEquals((await each(args, "1\n2\n3\n4\n5\n6\n", scratch.path)).code, 0);
    let running = 0;
    const most = Math.max(...lines(scratch.read("log")).map((line) => running += line === "begin" ? 1 : -1));
    assertEquals(most, wanted, options.join(" "));
  };
  await runsAtOnce(1, "-j1");
  await runsAtOnce(3, "-P3");
  await runsAtOnce(2, "--nodes", "4", "--cores", "2");
  await runsAtOnce(3, "-j3", "--cores", "4");
});

Deno.test("qcgpj each --wd sets the working directory, --joblog writes the columns of GNU parallel", async () => {
  await using scratch = new Scratch();
  const args = ["-j1", "--wd", "in here", "--joblog", "log", "sh", "-c", "pwd; exit $1", "sh", ":::", "0", "3"];
  const { out } = await each(args, "", scratch.path);
  assertEquals(new Set(lines(out)), new Set([`${Deno.realPathSync(scratch.path)}/in here`]));
  const [header, ...rows] = lines(scratch.read("log")).map((line) => line.split("\t"));
  assertEquals(header, "Seq Host Starttime JobRuntime Send Receive Exitval Signal Command".split(" "));
  const size = `${lines(out)[0]!.length + 1}`;
  assertEquals(rows.map((row) => [row[0], row[1], ...row.slice(4)]), [
    ["1", ":", "0", size, "0", "0", "sh -c 'pwd; exit $1' sh 0"],
    ["2", ":", "0", size, "3", "0", "sh -c 'pwd; exit $1' sh 3"],
  ]);
});

Deno.test("qcgpj each ends when nobody reads its output any more, and leaves nothing", async () => {
  await using scratch = new Scratch();
  const line = "export TEST_FOLDER=$PWD TMPDIR=$PWD; yes | qcgpj each sh -c 'echo y; sleep 0.01' | head -2";
  const { code, out, err } = await shell(line, scratch.path);
  assertEquals([code, out, err], [1, "y\ny\n", ""]);
  assertEquals([processesWith(`TEST_FOLDER=${scratch.path}`), [...Deno.readDirSync(scratch.path)]], [[], []]);
});

Deno.test("qcgpj each says what it can neither read nor write, and does not call it a bug", async () => {
  await using scratch = new Scratch();
  scratch.write("file", "");
  const wrong: [args: string[], told: string][] = [
    [["--run", "file", "true", ":::", "1"], "/file is a file; name a directory"],
    [["--run", "file/in", "true", ":::", "1"], "a part of the path is not a folder"],
    [["-a", ".", "true"], "Cannot read the inputs from .: it is a folder"],
    [["true", "::::", "nowhere"], "Cannot read the inputs from nowhere: there is no such file"],
  ];
  for (const [args, told] of wrong) {
    const { code, err } = await each(args, "", scratch.path);
    assertEquals([code, err.includes(told), err.includes("bug")], [2, true, false], err);
  }
  const lines: [line: string, told: string][] = [
    ["qcgpj each true < .", "Cannot read the inputs from standard input: it is a folder"],
    ["qcgpj each echo ::: 1 > /dev/full", "Cannot write to standard output: No space left"],
    ["export TMPDIR=/nowhere; qcgpj each true ::: 1", "let --tmpdir or TMPDIR name a folder"],
  ];
  for (const [line, told] of lines) {
    const { code, err } = await shell(line, scratch.path);
    assertEquals([code, err.includes(told), err.includes("bug")], [2, true, false], err);
  }
});

Deno.test("qcgpj each reads no further ahead than it needs, and holds endless input in bounded memory", async () => {
  await using scratch = new Scratch();
  const running = start(["each", "-j2", "sh", "-c", "sleep 60"], { cwd: scratch.path });
  const chunk = "x".repeat(1023) + "\n";
  let written = 0;
  const writing = (async () => {
    for (; written < 100_000; written++) await running.write(chunk);
  })();
  let before = -1;
  // It takes some, then the pipe is full: nothing moves any more.
  await until(() => {
    const isStill = written > 0 && written === before && processesWith(`TEST_FOLDER=${scratch.path}`).length > 2;
    before = written;
    return isStill;
  }, "the writer is held up");
  assert(written < 5000, `${written} inputs were taken`);
  running.signal("SIGTERM");
  assertEquals((await running.ended).code, 143);
  await writing;

  const dry = start(["each", "--dry-run", "true"], { cwd: scratch.path });
  let peakKiB = 0;
  for (let i = 0; i < 1000; i++) {
    await dry.write(chunk.repeat(100));
    if (i % 50 === 0) peakKiB = Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${dry.pid}/status`))![1]);
  }
  await dry.closeInput();
  assertEquals((await dry.ended).out.length, 100_000 * (1024 + 5));
  assert(peakKiB < 300_000, `${peakKiB} KiB for 100,000 inputs of 1 KiB`);
});

Deno.test("The tasks of qcgpj each have the PATH that it has, to which Deno adds a folder where there is no node", async () => {
  await using scratch = new Scratch();
  await Deno.symlink("/bin/sh", scratch.in("sh"));
  const { out, err } = await call(["each", "sh", "-c", 'echo "$PATH $DENO_NODE_SHIM_ACTIVE"', "sh", ":::", "1"], {
    env: { PATH: scratch.path },
  });
  assertEquals([out, err], [`${scratch.path} \n`, ""]);
});

Deno.test("qcgpj each names the file that cannot be written while tasks run", async () => {
  await using scratch = new Scratch();
  const line = "ulimit -f 2; export DENO_DIR=/dev/null/none; seq 200 | qcgpj each --joblog log -j 2 echo";
  const { code, err } = await shell(line, scratch.path);
  assertEquals([code, err], [
    2,
    "qcgpj each: Cannot write the job log log: the file would be larger than is allowed\n",
  ]);
});
