import fc from "../../support/seeded_check.ts";
import { assertEquals, assertThrows } from "@std/assert";
import {
  type CommandRules,
  fillCommandWords,
  parseCommandWords,
  type TaskPlace,
} from "../../../src/job/command_words.ts";
import { PlaceholderProblem } from "../../../src/job/placeholders.ts";
import { ShellTextProblem } from "../../../src/job/shell_reader.ts";

const fill = (words: string[], input: string[], place: Partial<TaskPlace> = {}, rules: CommandRules = {}): string[] =>
  fillCommandWords(parseCommandWords(words, rules), input, { number: 3, ...place });
const insteadOf = (placeholder: string, spelling: string) => ({ aliases: new Map([[spelling, placeholder]]) });

Deno.test("fillCommandWords() fills in every placeholder of GNU parallel, and ${it}", () => {
  const words = ["x", "{}", "${it}", "${itval}", "{.}", "{/}", "{//}", "{/.}", "{#}", "a{.}b{#}"];
  assertEquals(fill(words, ["dir/photo.tif"]), [
    "x",
    "dir/photo.tif",
    "dir/photo.tif",
    "dir/photo.tif",
    "dir/photo",
    "photo.tif",
    "dir",
    "photo",
    "3",
    "adir/photob3",
  ]);
});

// What `parallel --dry-run echo {} {.} {/} {//} {/.}` prints.
const forms: [value: string, ...forms: string[]][] = [
  ["d/x y.tar.gz", "d/x y.tar", "x y.tar.gz", "d", "x y.tar"],
  [".bashrc", "", ".bashrc", ".", ""],
  ["noext", "noext", "noext", ".", "noext"],
  ["/a/", "/a/", "", "/", ""],
  ["/", "/", "", "/", ""],
  ["a.b/c", "a.b/c", "c", "a.b", "c"],
  ["a//b", "a//b", "b", "a", "b"],
];
for (const [value, ...wanted] of forms) {
  Deno.test(`fillCommandWords() shortens ${value} as GNU parallel does`, () => {
    assertEquals(fill(["{.}", "{/}", "{//}", "{/.}"], [value]), wanted);
  });
}

Deno.test("fillCommandWords() appends the value where there is no placeholder", () => {
  assertEquals(fill(["gzip", "-9"], ["a b"]), ["gzip", "-9", "a b"]);
  assertEquals(fill(["echo"], ["a", "b"]), ["echo", "a", "b"]);
});

Deno.test("fillCommandWords() takes several sources by number, or all of them", () => {
  assertEquals(fill(["x", "{2}", "{1.}", "{1/}"], ["d/a.x", "q"]), ["x", "q", "d/a", "a.x"]);
  assertEquals(fill(["x", "{}", "<{}>"], ["a b", "c"]), ["x", "a b", "c", "<a b c>"]);
  assertEquals(parseCommandWords(["{2}", "{10/}"]).sourcesMin, 10);
});

Deno.test("parseCommandWords() leaves other braces alone", () => {
  const words = ["awk", "{print $1}", "{a}", "${x}", "{ }", "{0}", "{....}", "{?}", "{-0}", "$it"];
  assertEquals(fill([...words, "{}"], ["v"]), [...words, "v"]);
});

Deno.test("parseCommandWords() takes another word for the value, and then leaves {} alone", () => {
  assertEquals(fill(["mv", "%", "{}", "a$.%", "{.}"], ["f.x"], {}, insteadOf("{}", "%")), [
    "mv",
    "f.x",
    "{}",
    "a$.f.x",
    "f",
  ]);
  assertEquals(fill(["x", "[$.]"], ["v"], {}, insteadOf("{}", "[$.]")), ["x", "v"]);
});

Deno.test("fillCommandWords() never looks at a value again", () => {
  const hostile = fc.oneof(fc.string(), fc.constantFrom("{}", "${it}", "{#}", "$&", "$1", "{1}", "'; rm x", "-rf"));
  fc.assert(
    fc.property(hostile, (value) => assertEquals(fill(["x", "{}", "a{}"], [value]), ["x", value, `a${value}`])),
  );
});

Deno.test("fillCommandWords() knows slots, numbers of tasks, and sources from the last", () => {
  const place = { number: 7, slot: 2, slots: 16, total: 120 };
  assertEquals(fill(["{#}/{##}", "{0#}", "{%}", "{0%}"], ["a"], place), ["7/120", "007", "2", "02"]);
  assertEquals(fill(["{-1}", "{-2/}", "{-3}"], ["a", "d/b.c", "e"]), ["e", "b.c", "a"]);
  assertEquals(fill(["x{3}y"], ["a"]), ["xy"]);
  const { hasSlot, hasTotal } = parseCommandWords(["{%}", "{0#}"]);
  assertEquals([hasSlot, hasTotal], [true, true]);
});

Deno.test("fillCommandWords() knows sources by the names of their headers, with all forms", () => {
  const rules = { names: ["size", "file.name", "size."] };
  assertEquals(fill(["{size}", "{file.name/.}", "{size.}", "{2}"], ["1.5", "d/b.c", "q"], {}, rules), [
    "1.5",
    "b",
    "q",
    "d/b.c",
  ]);
});

Deno.test("fillCommandWords() repeats a word with several values where that is asked for", () => {
  assertEquals(fill(["x{}y", "{1}-{}", "{}"], ["a 1", "b"], {}, { repeatsWords: true }), [
    ...["xa 1y", "xby", "a 1-a 1", "a 1-b", "a 1", "b"],
  ]);
});

Deno.test("parseCommandWords() refuses a program in Perl, with what to do instead", () => {
  for (const word of ["{= s/a/b/ =}", "x{=1 $_++=}y", "{=-1 $_=1 =}"]) {
    assertThrows(() => parseCommandWords([word]), PlaceholderProblem, "program in Perl");
    assertThrows(() => parseCommandWords(["echo", ...word.split(" ")]), PlaceholderProblem, "program in Perl");
  }
});

const programs: [words: string[], isRefused: boolean][] = [
  [["sh", "-c", "echo {}"], true],
  [["/bin/bash", "-ec", "echo {}"], true],
  [["bash", "-o", "pipefail", "-c", "--", "echo {1}"], true],
  [["env", "A=1", "-u", "B", "nice", "-n", "5", "timeout", "-k", "1", "5m", "zsh", "-c", "echo {}", "sh"], true],
  [["fish", "--command=echo {}"], true],
  [["ssh", "host", "ls", "{}"], true],
  [["ssh", "-p", "22", "host", "ls"], true],
  [["nohup", "ssh", "host", "{}"], true],
  [["flock", "/lock", "-c", "echo {}"], true],
  [["script", "-qc", "echo {}", "/dev/null"], true],
  [["su", "root", "--command", "echo {}"], true],
  [["watch", "-n", "1", "echo {}"], true],
  [["find", ".", "-exec", "sh", "-c", "echo {}", ";"], true],
  [["docker", "exec", "x", "bash", "-ec", "echo {}"], true],
  [["unshare", "-r", "sh", "-c", "echo {}"], true],
  [["sh", "-c", 'echo "$1"', "sh", "{}"], false],
  [["find", ".", "-exec", "sh", "-c", 'echo "$1"', "sh", "{}", ";"], false],
  [["watch", "-x", "ls", "{}"], false],
  [["flock", "/lock", "ls", "{}"], false],
  [["docker", "run", "bash", "{}"], false],
  [["sh", "-c", "{}"], false],
  [["sh", "-c"], false],
  [["bash", "script {}"], false],
  [["bash", "-x", "script", "-c", "echo {}"], false],
  [["ssh", "{}", "uptime"], false],
  [["ssh", "-p", "{}", "host", "uptime"], false],
  [["grep", "-c", "a{}"], false],
  [["timeout", "5", "grep", "bash", "-c", "a{}"], false],
];
for (const [words, isRefused] of programs) {
  Deno.test(`parseCommandWords() ${isRefused ? "refuses" : "takes"} ${words.join(" ")}`, () => {
    if (isRefused) assertThrows(() => parseCommandWords(words), PlaceholderProblem, "would run what is in the value");
    else assertEquals(parseCommandWords(words).words.length >= words.length, true);
  });
}

const asShell = (text: string, ...values: string[]) => fill([text], values, {}, { shell: "sh" })[2];

Deno.test("fillCommandWords() quotes values for the shell by where they stand", () => {
  assertEquals(fill(["echo", "x"], ["a b"], {}, { shell: "bash" }), ["bash", "-c", "echo x 'a b'"]);
  assertEquals(asShell("echo {} | cat", "it's"), "echo 'it'\\''s' | cat");
  assertEquals(asShell('echo "<{}>"', '$a"`\\'), 'echo "<\\$a\\"\\`\\\\>"');
  assertEquals(asShell("echo '<{}>'", "it's"), "echo '<it'\\''s>'");
  assertEquals(asShell("cat {} > {.}.out", "a.b", "c.d"), "cat 'a.b' 'c.d' > 'a' 'c'.out");
  assertEquals(asShell("echo $((1 + {}))", "41"), "echo $((1 + 41))");
  assertThrows(() => asShell("echo $((1 + {}))", "a[0]"), ShellTextProblem, "whole numbers only");
});

const unquotable: [text: string, told: string][] = [
  ["echo `cat {}`", "behind a backtick"],
  ["echo ${x:-{}}", "in ${…}"],
  ["true # {}", "in a comment"],
  ["cat <<E\n{}\nE", "behind a here-document"],
  ["cat << {}", "behind <<"],
  ["echo ${}", "behind a dollar"],
  ['echo "${1}"', "behind a dollar"],
  ["echo \\{}", "behind a backslash"],
  ["echo $'\\n'{}", "behind a $'…' quote"],
  ['echo "$(case x in x) echo {};; esac)"', "behind case in brackets"],
  ["echo 'a", "a single quote is not closed"],
  ['echo "a', "a double quote is not closed"],
  ["echo $(a", "a bracket is not closed"],
  ["echo \\", "a backslash stands at the end"],
  ["eval echo {}", "a program that eval reads once more"],
  [`sh -c "echo {}"`, "a program that sh reads once more"],
  ["true; FOO=1 bash -c 'echo {}'", "a program that bash reads once more"],
  ["if ssh -p 2 host ls {}; then true; fi", "a program that ssh reads once more"],
];
for (const [text, told] of unquotable) {
  Deno.test(`parseCommandWords() refuses for a shell: ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseCommandWords([text], { shell: "sh" }), ShellTextProblem, told);
  });
}
