/**
 * `qcgpj each` beside GNU parallel, option by option: what `docs/PARALLEL.md` says of each is what happens.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { eachOptionTable } from "../../src/cli/each/option_table.ts";
import { foreignOptions } from "../../src/cli/each/foreign_options.ts";
import { call, shell } from "./support/command_line.ts";
import { Scratch } from "./support/scratch.ts";

const isMissing = !new Deno.Command("sh", { args: ["-c", "command -v parallel"], stdout: "null" }).outputSync().success;
if (isMissing) assert(!Deno.env.get("CI"), "CI must have GNU parallel");

/** Lines that print the same and end alike with each program in the place of EACH. */
const alike: Readonly<Record<string, readonly string[]>> = {
  "reading inputs": [
    "printf 'a b c' | EACH -k -d ' ' echo '[{}]'",
    "EACH -k -d , echo '[{}]' ::: a,b, c ,d",
    "EACH -k -d : echo {1}{2} ::: a:b :::+ 1:2",
    "printf 'a\\nb\\nEND\\nc' | EACH -k -E END echo '[{}]'",
    "printf 'a\\n\\n  \\nb\\n' | EACH -k -r echo '[{}]'",
    "printf ' a \\n b\\n' | EACH -k --trim lr echo '[{}]'",
    "EACH -k --trim l echo '[{}]' ::: ' a '",
    "printf 'a\\tb\\n1\\t2\\n' | EACH -k --colsep '\\t' echo",
    "printf ' a , b ' | EACH -C , echo '[{1}][{2}]'",
    "printf 'a b\\n' | EACH -k --colsep ' ' echo {2}{1} :::: - ::: X Y",
    "EACH -k --header : echo x={x} y={y} {1} ::: x 1 2 ::: y a b",
    "printf 'a\\tb\\n1\\t2\\n' | EACH -k --colsep '\\t' --header : echo {b} {a} {}",
    "EACH -k --skip-first-line echo ::: a b c",
    "EACH -k --link echo {1} {2} ::: 1 2 ::: a b c",
    "EACH --shuf -j1 echo ::: 1 2 3 4 5 | sort",
    "EACH -k --arg-sep ,, echo ,, a b",
    "EACH -k --arg-file-sep ,,,, echo ,,,, names",
    "EACH -k echo :::: names names",
    "EACH -k echo ::: x y ::::+ names names",
    "printf 'a\\nb\\n' | EACH -k -E '' echo",
  ],
  "gathering inputs": [
    "seq 5 | EACH -j1 -k -n2 echo {2}-{1}",
    "seq 5 | EACH -j1 -k -N2 echo a{}b",
    "seq 5 | EACH -j1 -k -N0 echo x{}y",
    "EACH -n3 -k -j1 echo {} ::: 1 2 3 4 5 ::: a",
    "EACH -N2 -k -j1 echo {}-{.} x ::: 1.a 2.b 3.c",
    "printf 'a b \\nc\\nd e\\nf\\n' | EACH -j1 -k -L1 echo '[{}]'",
    "seq 5 | EACH -j1 -k -L2 echo a{}b",
    "seq 5 | EACH -j2 -k -X echo a{}b",
    "seq 9 | EACH -j4 -k -m echo",
    "seq 9 | EACH -j2 -k --xargs echo",
    "seq 20 | EACH -k -j1 -X -s 20 echo",
    "seq 3 | EACH -k -N2 --tag echo",
  ],
  "blocks of a stream": [
    "seq 10 | EACH -k --pipe -N3 cat -n",
    "seq 10 | EACH -k --pipe -L3 wc -l",
    "seq 7 | EACH -k --pipe -L2 -N2 cat -n",
    "seq 100000 | EACH -k --pipe --block 100k wc -c",
    "printf 'a\\0b\\0c\\0' | EACH -k --pipe -0 -N2 'tr \"\\0\" x'",
    "seq 6 | EACH -k --pipe --recend '3\\n' -N1 cat -n",
    "printf 'aXbXc' | EACH -k --pipe --recstart X -N1 sed 's/$/!/'",
    "seq 100 | EACH -k --pipe --recend '' --block 100 wc -c",
    "printf 'h1\\nh2\\n1\\n2\\n' | EACH -k --pipe --header 2 -N1 cat",
    "seq 3 | EACH --pipe --cat 'cat {}'",
  ],
  "starting tasks": [
    "printf 'echo a\\necho c d\\n' | EACH -k",
    "EACH -k ::: 'echo a' 'echo 3'",
    "EACH -k --nice 5 nice ::: -n0 2>/dev/null || true",
    "EACH -j1 --memfree 1k echo ::: 1",
    "EACH -j1 --load 10000% echo ::: 1",
    "EACH -k --delay 0.05 echo ::: 1 2",
    "EACH -k --env HOME echo ::: 1",
    "EACH -k --process-slot-var=S printenv ::: S",
  ],
  "printing and keeping": [
    "EACH -k --tagstring '{#}-{}' echo ::: a b",
    "EACH -k -v echo ::: a b",
    "EACH -k -v --tag echo ::: a b",
    "EACH -k --dry-run --tagstring 'x{}' echo ::: a b",
    "EACH -j1 -t echo ::: a b 2>&1 >/dev/null",
    "EACH -j1 -k --lb echo ::: 1 2",
    "EACH -j1 -u echo ::: 1 2",
    "EACH -j1 -k --silent --plain --will-cite --no-keep-order echo ::: 1",
    "EACH -k --tmpdir . echo ::: 1",
    "EACH -k --results r echo {} ::: a/b 'c\\d' ::: 1; find r -type f | sort | xargs -d '\\n' tail -n +1",
    "EACH -k --header : --results r echo {x} ::: x a b; find r -type f | sort",
    "EACH -k --results r-{}.txt echo ::: a b; ls r-*",
    "EACH -k --results 'r/{#}/' echo ::: a b; find r | sort",
    "EACH -k -j1 --results r.csv 'echo {1}' ::: a b ::: 1; cut -d, -f1,2,5- r.csv",
    "EACH -k -j1 --results r.tsv echo ::: 'a\"q' b; cut -f1,2,5,6,7,8,10- r.tsv",
    "EACH -k -j1 --results r -N2 echo ::: a b c; find r -name stdout | sort",
  ],
};

for (const [what, lines] of Object.entries(alike)) {
  for (const line of lines) {
    Deno.test({
      name: `qcgpj each does as GNU parallel in ${what}: ${line}`,
      ignore: isMissing,
      fn: async () => {
        const [theirs, ours] = await Promise.all(["parallel", "qcgpj each"].map(async (program) => {
          await using scratch = new Scratch();
          scratch.write("names", "one\ntwo words\n");
          return await shell(line.replaceAll("EACH", program), scratch.path);
        }));
        assertEquals([line, ours!.out, ours!.code === 0], [line, theirs!.out, theirs!.code === 0], ours!.err);
      },
    });
  }
}

const documentText = Deno.readTextFileSync(new URL("../../docs/PARALLEL.md", import.meta.url));

Deno.test("docs/PARALLEL.md names every option of GNU parallel that is taken or refused", () => {
  const own = [
    "cores",
    "binding",
    "nodes",
    "shell",
    "run",
    "accept-loss",
    "context-replace",
    "multiple",
    "print-command",
    "tail-bytes",
    "dashboard",
    "dashboard-control",
    "metrics-file",
  ];
  const taken = eachOptionTable.map(({ name }) => name).filter((name) => !own.includes(name));
  const named = (spelling: string) => documentText.includes(`\`${spelling}\``);
  assertEquals(taken.filter((name) => !named(`--${name}`)), []);
  const isDashless = (spelling: string) =>
    [...foreignOptions.keys()].some((other) => other !== spelling && other.replaceAll(/(?<=[a-z])-/g, "") === spelling);
  assertEquals([...foreignOptions.keys()].filter((spelling) => !named(spelling) && !isDashless(spelling)), []);
  for (const sentence of foreignOptions.values()) {
    assertStringIncludes(documentText.replaceAll(/\n\s*/g, " "), sentence);
  }
});

Deno.test({
  name: "qcgpj each takes or refuses by name every option that the installed GNU parallel has",
  ignore: isMissing,
  fn: async () => {
    await using scratch = new Scratch();
    const { out } = await shell('cat "$(command -v parallel)"', scratch.path);
    // The table of its options in its own text: "name|other name=type[what it does]" for each, in pieces.
    const table = /^sub options_completion_hash.*?^\}/ms.exec(out)![0].replaceAll(/(["'])\s*\.\s*(["'])/g, "");
    const names = [...table.matchAll(/["']((?:[\w-]+\|)*[\w-]+)(?:[=:][sif])?(?:\[|["'])/g)]
      .flatMap((match) => match[1]!.split("|")).filter((name) => !name.startsWith("_"));
    const spellings = new Set(names.map((name) => name.length === 1 ? `-${name}` : `--${name}`));
    assert(spellings.size > 100, "the text of the program has a table of its options");
    const known = (spelling: string) =>
      foreignOptions.has(spelling) ||
      eachOptionTable.some(({ name, short, aliases = [] }) =>
        [`-${short}`, `--${name}`, ...aliases.map((alias) => `--${alias}`)].includes(spelling)
      );
    assertEquals([...spellings].filter((spelling) => !known(spelling) && !["-h", "--help"].includes(spelling)), []);
  },
});

Deno.test("qcgpj each says what to do instead of an option that it refuses, and runs nothing", async () => {
  await using scratch = new Scratch();
  const cases: readonly (readonly [args: readonly string[], words: string])[] = [
    [["--sem", "touch", "x"], "Option --sem is not taken here: no semaphore is kept between programs"],
    [["-S", "host", "touch", "x"], "Option -S is not taken here: tasks run on this machine"],
    [["--numberofcores"], "see nproc(1)"],
    [["-i", "touch", "x"], "write -I TEXT"],
    [["--results", "r", "--tag", "touch", ":::", "x"], "leave out one"],
    [["--pipe", "touch", ":::", "x"], "--pipe reads the standard input"],
    [["--pipe", "--run", "r", "touch"], "a stream is read once"],
    [["--lb", "--run", "r", "touch", ":::", "x"], "could not tell what was printed"],
    [["--block", "1M", "touch", ":::", "x"], "needs --pipe"],
    [["-d", "ab", "touch", ":::", "x"], "one character of ASCII"],
    [["--colsep", "(", "touch", ":::", "x"], "is no regular expression"],
    [["--load", "many", "touch", ":::", "x"], "Option --load must be a number"],
    [["--memfree", "1X", "touch", ":::", "x"], "or a size such as 64k"],
    [["-s", "8", "touch", ":::", "xxxxxxxx"], "too long for a command of less than 8 bytes"],
    [["--csv", "touch", ":::", '"x'], "is no CSV"],
    [["--header", "x.*", "touch", ":::", "x"], "must be : for inputs"],
    [[":::", "touch x; touch y"], "Cannot split input 1 as a command"],
  ];
  for (const [args, words] of cases) {
    const { code, err } = await call(["each", ...args], { cwd: scratch.path });
    assertStringIncludes(err, words);
    assertEquals([args, code], [args, 2]);
  }
  assertEquals([...Deno.readDirSync(scratch.path)], []);
});

Deno.test("qcgpj each --shell runs each input as a shell command where there is no other", async () => {
  await using scratch = new Scratch();
  const { out, code } = await call(["each", "-k", "--shell"], {
    cwd: scratch.path,
    input: "echo a | tr a b\nf=1; echo $f\n",
  });
  assertEquals([out, code], ["b\n1\n", 0]);
});

Deno.test("qcgpj each --line-buffer prints whole lines while the task runs", async () => {
  await using scratch = new Scratch();
  const script = "printf 'half'; printf 'line\\n'; until [ -e go ]; do sleep 0.02; done; echo end";
  scratch.write("task", `#!/bin/sh\n${script}\n`, 0o755);
  const line = "qcgpj each --lb --tag ./task ::: 1 > out & " +
    "until grep -q halfline out; do sleep 0.02; done; cat out; touch go; wait; cat out";
  const { out } = await shell(line, scratch.path);
  assertEquals(out, "1\thalfline\n1\thalfline\n1\tend\n");
});

Deno.test("qcgpj each --delay starts tasks apart from one another", async () => {
  await using scratch = new Scratch();
  const beganMs = Date.now();
  const { out } = await shell("qcgpj each -j4 -k --delay 0.5 date ::: +%s%3N +%s%3N +%s%3N", scratch.path);
  // How far one is from the next depends on how quickly each is started; all are later than they may be at least.
  const starts = out.trim().split("\n").map((ms) => Number(ms) - beganMs);
  starts.forEach((ms, i) => assert(ms >= i * 500, `${starts}`));
});

Deno.test("qcgpj each --halt counts a share among all tasks", async () => {
  const { out, code } = await call(["each", "-j1", "--halt", "soon,done=50%", "echo", ":::", "1", "2", "3", "4"]);
  assertEquals([out, code], ["1\n2\n", 0]);
});

Deno.test("qcgpj each --results with --run --resume keeps the results of both runs", async () => {
  await using scratch = new Scratch();
  const line = (more: string) => `qcgpj each -j1 --run r --results out.csv ${more} test 2 -ne ::: 1 2 3`;
  const { code } = await shell(`${line("--halt soon,fail=1")}; ${line("--resume-failed")}`, scratch.path);
  const rows = scratch.read("out.csv").trim().split("\n").map((row) => row.split(",")[0]);
  assertEquals([code, rows], [1, ["Seq", "1", "2", "2", "3"]]);
});
