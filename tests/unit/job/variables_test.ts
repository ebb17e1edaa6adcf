import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc, { anyCharacter } from "../../support/seeded_check.ts";
import { parseJob } from "../../../src/job/parse.ts";
import {
  launchVariableNames,
  launchVariables,
  submitLookup,
  type SubmitVariables,
  substitute,
  substituteExecution,
} from "../../../src/job/variables.ts";

const submitVariables: SubmitVariables = {
  rcnt: "12",
  uniq: "u-1",
  sname: "local",
  date: "2026-01-02",
  time: "03:04:05",
  dateTime: "2026-01-02 03:04:05",
};
const submit = submitLookup(submitVariables, "tj");
const allocation = { nodes: [{ name: "a", cores: [0, 1] }, { name: "b", cores: [0] }] };

const job = parseJob(
  { name: "tj", execution: { exec: "date" }, iteration: { start: -2, stop: 8 } },
  { variables: submitVariables },
);
const launch = launchVariables({ job, offset: 5, rootWd: "/work", allocation });

/** Both passes, as a string of an execution goes through them. */
const bothPasses = (text: string) => substitute(substitute(text, submit), launch);

Deno.test("substitute() through both passes: the table of dollars, for a launch and for a submit variable", () => {
  for (const [name, value] of [["it", "3"], ["rcnt", "12"], ["jname", "tj"]]) {
    const literal = `\${${name}}`;
    const table = [
      [1, value],
      [2, value],
      [3, literal],
      [4, literal],
      [5, `$${value}`],
      [6, `$${value}`],
      [7, `$${literal}`],
      [8, `$${literal}`],
      [9, `$$${value}`],
    ] as const;
    for (const [dollars, expected] of table) {
      const text = "$".repeat(dollars) + `{${name}}`;
      assertEquals(bothPasses(text), expected, text);
      assertEquals(bothPasses(`a ${text}-${text}b`), `a ${expected}-${expected}b`, text);
    }
  }
});

Deno.test("substitute() leaves launch variables and their dollars alone in the first pass", () => {
  for (let dollars = 1; dollars <= 8; dollars++) {
    const text = "$".repeat(dollars) + "{it}";
    assertEquals(substitute(text, submit), text);
  }
});

Deno.test("substitute() gives in two passes what QCG-PilotJob's two passes give for a launch variable", () => {
  // QCG-PilotJob: every "$$" becomes "$", `${known}` its value; twice.
  const referencePass = (text: string, variables: ReadonlyMap<string, string>) =>
    text.replace(/\$(?:(\$)|\{(\w+)\})/g, (all, dollar, name) => dollar ?? variables.get(name) ?? all);
  for (let dollars = 1; dollars <= 12; dollars++) {
    const text = "$".repeat(dollars) + "{it}";
    assertEquals(bothPasses(text), referencePass(referencePass(text, submit), launch), text);
  }
});

Deno.test("substitute() leaves everything else as it is, so that shell scripts survive", () => {
  const texts = [
    ...["$$", "$$$$", "$HOME", "$it", "$date", "$$it", "${other}", "$${other}", "$$$${other}", "$", "", "a$", "{it}"],
    ...["${it", "${ it}", "${it }", "${}", "${1it}", "${IT}", "${it:-0}", "${#it}", "${constructor}", "${__proto__}"],
    ...['pid=$$; for f in *; do echo "${f%.txt} $(date) $1"; done'],
  ];
  for (const text of texts) assertStrictEquals(bothPasses(text), text);
});

Deno.test("substitute() replaces names next to each other and never scans a value again", () => {
  assertEquals(bothPasses("${it}${it}$${it}"), "333");
  assertEquals(bothPasses("$HOME/${jname}.${it}$$"), "$HOME/tj.3$$");
  const tricky = new Map([["a", "${b}"], ["b", "$"], ["c", "$&$1$$"]]);
  assertEquals(substitute("${a} ${b}{c} ${c}", tricky), "${b} ${c} $&$1$$");
});

Deno.test("substitute() returns a text without a known name unchanged", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom("$", "{", "}", "i", "t", "x", " ") }), (text) => {
    if (!text.includes("${it}")) assertStrictEquals(substitute(text, launch), text);
  }));
  fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => {
    if (!text.includes("${")) assertStrictEquals(substitute(text, launch), text);
  }));
});

Deno.test("substitute() equals filling in piece by piece", () => {
  const variables = new Map([["it", "<$${it}>"]]);
  const piece = fc.oneof(
    fc.constantFrom("$HOME ", "$$ ", "${other}", "{", "}", "text"),
    fc.nat(9).map((dollars) => "$".repeat(dollars) + "{it}"),
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    // A piece never ends in a dollar, so dollars of one piece never join those of the next.
    assertEquals(substitute(pieces.join(""), variables), pieces.map((p) => substitute(p, variables)).join(""));
  }));
});

Deno.test("substitute() costs by the length of the text, even of hostile ones", () => {
  const length = 1_000_000;
  for (const unit of ["$", "${", "${a", "{it}", "$".repeat(50) + "{"]) {
    const text = unit.repeat(length / unit.length);
    assertStrictEquals(substitute(text, launch), text);
  }
  assertEquals(substitute("$".repeat(length) + "{it}", launch).length, length / 4 - 1 + "$${it}".length - 1);
});

Deno.test("submitLookup() knows the documented names, and no name belongs to both passes", () => {
  assertEquals([...submit.keys()], ["rcnt", "uniq", "sname", "date", "time", "dateTime", "jname"]);
  assertEquals(submit.get("date"), "2026-01-02");
  assert(![...submit.keys()].some((name) => launchVariableNames.includes(name)));
});

Deno.test("launchVariables() tells directory, cores, nodes, index and value", () => {
  assertEquals(
    [...launch],
    [["root_wd", "/work"], ["ncores", "3"], ["nnodes", "2"], ["nlist", "a,b"], ["it", "3"], ["itval", "3"]],
  );
  assertEquals([...launch.keys()], launchVariableNames);
});

Deno.test("launchVariables() gives itval the value of the index", () => {
  const swept = parseJob({ name: "s", execution: { exec: "x" }, iteration: { values: ["a", null, 1.5] } }, {});
  const values = [0, 1, 2].map((offset) =>
    launchVariables({ job: swept, offset, rootWd: "/", allocation }).get("itval")
  );
  assertEquals(values, ["a", "null", "1.5"]);
});

Deno.test("launchVariables() knows neither it nor itval for a job without iterations", () => {
  const plain = parseJob({ name: "p", execution: { exec: "x" } }, {});
  const variables = launchVariables({ job: plain, offset: 0, rootWd: "/", allocation });
  assertEquals(substitute("${it} ${itval} ${ncores}", variables), "${it} ${itval} 3");
});

Deno.test("substituteExecution() reaches every string of an execution", () => {
  const every = {
    ...{ exec: "e${it}", args: ["a${it}", "$${it}", "$$$${it}"], env: { "N${it}": "v${it}", __proto__x: "$HOME" } },
    ...{ wd: "w${it}", stdin: "i${it}", stdout: "o${it}", stderr: "r${it}", venv: "v${it}", modules: ["m${it}"] },
    ...{ model: "openmpi", model_opts: { mpirun: "p${it}", mpirun_args: ["q${it}"], srun_args: ["s${it}"] } },
  };
  const { execution } = parseJob({ name: "j", execution: every, iteration: { stop: 1 } }, {});
  assertEquals(substituteExecution(execution, new Map([["it", "7"]])), {
    ...{ exec: "e7", args: ["a7", "7", "${it}"], env: { N7: "v7", __proto__x: "$HOME" } },
    ...{ wd: "w7", stdin: "i7", stdout: "o7", stderr: "r7", venv: "v7", modules: ["m7"] },
    ...{ model: "openmpi", modelOptions: { mpirun: "p7", mpirunArgs: ["q7"], srunArgs: ["s7"] } },
  });
  const script = parseJob({ name: "j", execution: { script: "echo ${it} $$" } }, {}).execution;
  assertEquals(substituteExecution(script, new Map([["it", "7"]])).script, "echo 7 $$");
});

Deno.test("substituteExecution() keeps a variable called __proto__", () => {
  const env = JSON.parse('{"__proto__": "${it}"}');
  const { execution } = parseJob({ name: "j", execution: { exec: "x", env } }, {});
  assertEquals(Object.entries(substituteExecution(execution, new Map([["it", "7"]])).env), [["__proto__", "7"]]);
});
