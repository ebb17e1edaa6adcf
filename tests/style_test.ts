/**
 * The style, checked as far as a program can: lengths, module comments, left-over marks, reasons, words, invariants.
 * The limits and words come first; each rule is also shown to bark at a planted violation.
 *
 * @module
 */
import { assertEquals, assertGreaterOrEqual, assertMatch } from "@std/assert";
import { once, type ProjectFile, readProjectFile, readSources } from "./support/project_files.ts";
import { mutants } from "./mutants/list.ts";
import { type Mutant, plant, plantMutant } from "./mutants/mutant.ts";
import { outsideNoticers } from "./mutants/outside.ts";
import { readFacts, type SourceFacts } from "./support/source_facts.ts";
import { readStateChanges } from "./support/state_changes.ts";

/** Lines of a file of the package, and of a test. About 250 are meant; a table may make it a little longer. */
const fileLinesMax = 300;
const testFileLinesMax = 500;

/** Lines of a function. About 70 are meant; a switch over all cases may make it a little longer. */
const functionLinesMax = 80;

/**
 * How many invariants there are for each function that changes state, on average of a folder: two, but three for two
 * functions in the runtime, where many keep what a process, an agent or a user has said, which nothing inside could
 * contradict. What reads bytes from outside throws errors instead.
 */
const invariantsMin: Readonly<Record<string, number>> = {
  "src/core": 2,
  "src/resources": 2.9,
  "src/journal": 2,
  "src/runtime": 1.5,
};

/** Characters of a line. The formatter's width is 120, but it leaves long strings and comments alone. */
const lineWidthMax = 130;

/** Words that say nothing, or say what another word of the vocabulary says; not to be part of any name. */
const wordsForbidden: Readonly<Record<string, string>> = {
  util: "what it does",
  utils: "what it does",
  helper: "what it does",
  helpers: "what it does",
  misc: "what it does",
  stuff: "what it is",
  handle: "the verb of the vocabulary: parse, step, perform, publish",
  handler: "what it does with what",
  pending: "blocked, ready or launching",
  cfg: "the whole word",
  ctx: "the whole word",
  opts: "options",
  msg: "message",
  err: "error",
  cb: "the whole word",
  idx: "index",
  cnt: "count",
  tmp: "the whole word",
};

/** Words that are no name by themselves, though they may be part of one. */
const namesForbidden: Readonly<Record<string, string>> = {
  data: "what it holds",
  info: "what it tells",
  obj: "what it is",
  arr: "what it holds",
  val: "value",
};

/** A constant in capitals: constants are written as all other names are, in camelCase. */
const capitals = /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$|^[A-Z]{2,}[A-Z0-9]*$/;

interface Source extends ProjectFile, SourceFacts {}

function read(file: ProjectFile): Source {
  return { ...file, ...readFacts(file.path, file.text) };
}

function wrongLengths({ path, text, functions }: Source): string[] {
  const linesMax = path.startsWith("tests/") ? testFileLinesMax : fileLinesMax;
  const lines = text.trimEnd().split("\n");
  return [
    ...(lines.length > linesMax ? [`${path}: ${lines.length} lines, at most ${linesMax}`] : []),
    ...lines.flatMap((line, i) =>
      line.length > lineWidthMax ? [`${path}:${i + 1}: ${line.length} characters wide`] : []
    ),
    ...functions
      .filter((one) => one.lines > functionLinesMax)
      .map((one) => `${path}:${one.line}: ${one.text}() is ${one.lines} lines long, at most ${functionLinesMax}`),
  ];
}

/** The names of its tests say what a test file is for. */
function wrongBeginning({ path, text }: Source): string[] {
  if (path.endsWith("_test.ts")) return [];
  const comment = /^(?:#!.*\n)?\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? "";
  return comment.includes("@module") ? [] : [`${path}: does not begin with a comment that has @module`];
}

function wrongComments({ path, comments }: Source): string[] {
  return comments.flatMap(({ text, line }) => {
    const complaint = complaintAbout(text);
    return complaint === undefined ? [] : [`${path}:${line}: ${complaint}`];
  });
}

function complaintAbout(comment: string): string | undefined {
  if (/\b(TODO|FIXME|XXX|HACK)\b/.test(comment)) return "a left-over mark";
  if (/deno-lint-ignore/.test(comment) && !/ -- \S+ \S+/.test(comment)) {
    return "a lint rule is ignored without a reason";
  }
  if (/@ts-(ignore|nocheck)/.test(comment)) return "the type checker is silenced";
  if (/@ts-expect-error\s*$/.test(comment)) return "a type error is expected without a reason";
  if (!comment.startsWith("*") && comment.split("\n").some(looksLikeCode)) return "code is commented out";
  return undefined;
}

function looksLikeCode(line: string): boolean {
  const text = line.trim();
  if (/^(import|export|const|let|var|return|throw|await|console\.)\b.*;$/.test(text)) return true;
  if (/^(if|for|while|switch) \(.*\{$/.test(text) || /^\}( else.*\{)?;?$/.test(text)) return true;
  return /^[\w.]+\([^)]*\);$/.test(text) || /^[\w.[\]]+ [-+]?= .*;$/.test(text);
}

function wrongWords({ path, names }: Source): string[] {
  const fileName = path.split("/").at(-1)!.replace(/\.ts$/, "");
  return [{ text: fileName, line: 1 }, ...names].flatMap(({ text, line }) => {
    const bad = wordsOf(text).find((word) => Object.hasOwn(wordsForbidden, word));
    const better = bad === undefined ? namesForbidden[text] : wordsForbidden[bad];
    return better === undefined ? [] : [`${path}:${line}: "${text}" should say ${better}`];
  });
}

/** Names in capitals: there is one style of constants. */
function wrongCapitals({ path, names }: Source): string[] {
  return names.filter(({ text }) => capitals.test(text))
    .map(({ text, line }) => `${path}:${line}: "${text}" should be in camelCase`);
}

/** The words of a name: `tmpPath`, `TMP_PATH` and `tmp_path` are all of `tmp` and `path`. */
function wordsOf(name: string): string[] {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().split("_");
}

/** What starts programs must not depend on the start-up files in the home of the user who runs the tests. */
function wrongHome({ path, text }: ProjectFile): string[] {
  const startsPrograms = /^tests\/(effects|e2e)\/[^/]*_test\.ts$/.test(path);
  const isRight = !startsPrograms || /^import "\.\.\/support\/empty_home\.ts";$/m.test(text);
  return isRight ? [] : [`${path}: must have the line import "../support/empty_home.ts";`];
}

/** An entry point is a table of contents: a comment and exports, nothing else. */
function wrongEntryPoint({ path, text }: ProjectFile): string[] {
  const rest = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/export [^;]*? from "[^"]+";/g, "").trim();
  return rest === "" ? [] : [`${path}: holds more than exports: ${rest.split("\n")[0]}`];
}

/** Tests by chance that are not the same each time, or take seconds before they begin. */
function wrongChance({ path, text }: ProjectFile): string[] {
  const isUnseeded = path !== "tests/support/seeded_check.ts" &&
    /^import .* from "(?:npm:)?fast-check\b.*";$/m.test(text);
  const isCostly = /\b(?:unit|stringUnit): "binary"/.test(text);
  const isRandom = /^tests\/(unit|sim)\//.test(path) && /\bMath\.random\(/.test(text);
  return [
    ...(isUnseeded ? [`${path}: take fast-check from tests/support/seeded_check.ts`] : []),
    ...(isCostly ? [`${path}: draw anyCharacter (tests/support/seeded_check.ts), which makes no tables`] : []),
    ...(isRandom ? [`${path}: draw from a seed (tests/sim/random.ts)`] : []),
  ];
}

/** Mutants that a race may hide: what notices them starts real programs, and nothing says why it does so for certain. */
function uncertainNoticers(all: readonly Mutant[]): string[] {
  return all.flatMap(({ file, mistake, noticedBy }) =>
    noticedBy
      .filter(({ test, filter }) =>
        !/^(unit|sim)\//.test(test) && (filter === undefined || !outsideNoticers.some((one) => one.test === test))
      )
      .map(({ test }) => `${file}: "${mistake}" is noticed by ${test}: give it a unit test, or a filter and a reason`)
  );
}

const packageSources = once(() => [readProjectFile("mod.ts"), ...readSources("src")].map(read));
const otherSources = once(() => [...readSources("examples"), ...readSources("tests")].map(read));
const allSources = (): Source[] => [...packageSources(), ...otherSources()];
const planted = (text: string, path = "src/core/a.ts"): Source => read({ path, text });

Deno.test("Files, functions and lines are not too long", () => {
  assertEquals(allSources().flatMap(wrongLengths), []);
});

Deno.test("Every file begins by saying what it is for", () => {
  assertEquals(allSources().flatMap(wrongBeginning), []);
});

Deno.test("Comments hold no left-over marks, no code, and reasons for exceptions", () => {
  assertEquals(allSources().flatMap(wrongComments), []);
});

Deno.test("Names are words of the vocabulary", () => {
  assertEquals(packageSources().flatMap(wrongWords), []);
});

Deno.test("Constants are in camelCase", () => {
  assertEquals(allSources().flatMap(wrongCapitals), []);
});

Deno.test("Tests that start programs give them an empty home", () => {
  assertEquals(readSources("tests").flatMap(wrongHome), []);
});

Deno.test("Property tests try the same cases each time", () => {
  assertEquals(readSources("tests").flatMap(wrongChance), []);
});

Deno.test("mod.ts is a comment and exports", () => {
  assertEquals(wrongEntryPoint(readProjectFile("mod.ts")), []);
});

for (const [folder, least] of Object.entries(invariantsMin)) {
  Deno.test(`What changes state in ${folder} checks its invariants`, () => {
    const all = readSources(folder).map(({ path, text }) => readStateChanges(path, text));
    const functions = all.reduce((sum, one) => sum + one.functions.length, 0);
    const invariants = all.reduce((sum, one) => sum + one.invariants, 0);
    assertGreaterOrEqual(invariants, least * functions);
  });
}

Deno.test("Every mutant has its place in the program", () => {
  for (const mutant of mutants) plantMutant(mutant, readProjectFile(mutant.file).text);
});

Deno.test("Every mutant is noticed by a pure test, or has a reason why another one notices it for certain", () => {
  assertEquals(uncertainNoticers(mutants), []);
  const used = new Set(mutants.flatMap(({ noticedBy }) => noticedBy.map(({ test }) => test)));
  assertEquals(outsideNoticers.filter(({ test }) => !used.has(test)), [], "a reason that nothing needs any more");
});

Deno.test("The changelog has Unreleased on top", () => {
  assertMatch(readProjectFile("CHANGELOG.md").text, /^# Changelog\n(?:[^#]*\n)?## Unreleased\n/);
});

Deno.test("The rule of lengths barks", () => {
  assertEquals(wrongLengths(planted("a;\n".repeat(301))).length, 1);
  assertEquals(wrongLengths(planted("a;\n".repeat(300))).length, 0);
  assertEquals(wrongLengths(planted("a;\n".repeat(301), "tests/a.ts")).length, 0);
  assertEquals(wrongLengths(planted(`// ${"x".repeat(128)}`)).length, 1);
  assertEquals(wrongLengths(planted(`function f() {\n${"a;\n".repeat(79)}}`)).length, 1);
  assertEquals(wrongLengths(planted(`class A {\n  f() {\n${"a;\n".repeat(79)}}\n}`)).length, 1);
  assertEquals(wrongLengths(planted(`function f() {\n${"a;\n".repeat(78)}}`)).length, 0);
});

Deno.test("The rule of noticers barks", () => {
  const noticedBy = (...tests: string[]) => uncertainNoticers([plant("a.ts", "a", "b", "c", ...tests)]).length;
  assertEquals(noticedBy("unit/a_test.ts", "sim/a_test.ts", "effects/net_test.ts|warns"), 0);
  assertEquals(noticedBy("effects/nested_pilot_test.ts|again", "effects/net_test.ts", "e2e/a_test.ts|a"), 3);
});

Deno.test("The rule of chance barks", () => {
  const chances = (path: string, text: string) => wrongChance({ path, text }).length;
  assertEquals(chances("tests/unit/a_test.ts", 'import fc from "fast-check";'), 1);
  assertEquals(chances("tests/sim/a.ts", "const random = Math.random();"), 1);
  assertEquals(chances("tests/effects/a_test.ts", "const random = Math.random();"), 0);
  assertEquals(chances("tests/unit/a_test.ts", 'import fc from "../support/seeded_check.ts";'), 0);
  assertEquals(chances("tests/unit/a_test.ts", `fc.string({ unit: ${JSON.stringify("binary")} })`), 1);
});

Deno.test("The rule of beginnings barks", () => {
  assertEquals(wrongBeginning(planted("const a = 1;")).length, 1);
  assertEquals(wrongBeginning(planted("/** A. */\nconst a = 1;\n/** @module */")).length, 1);
  assertEquals(wrongBeginning(planted("/**\n * A.\n *\n * @module\n */\nconst a = 1;")).length, 0);
});

// Written in two parts, so that this file does not accuse itself.
const ignoreMark = "deno-lint" + "-ignore";
const badComments: readonly string[] = [
  "// TO" + "DO: later",
  "/* FIX" + "ME */",
  `// ${ignoreMark} no-explicit-any`,
  `// ${ignoreMark}-file no-console`,
  "// @ts-" + "ignore because",
  "// @ts-expect" + "-error",
  "// const a = 1;",
  "// step(input);",
  "// if (a) {",
  "// }",
  "// state.count += 1;",
  "/*\n  return a;\n*/",
];
const goodComments: readonly string[] = [
  "// Returns at once; the rest follows.",
  "// If the pool is empty (as at first) nothing is done.",
  `// ${ignoreMark} no-explicit-any -- The type cannot be written otherwise.`,
  "// @ts-expect" + "-error A string is no number",
  "/**\n * ```ts\n * const a = 1;\n * ```\n */",
  'const text = "TO" + "DO";',
];
for (const comment of badComments) {
  Deno.test(`The rule of comments barks at ${JSON.stringify(comment)}`, () => {
    assertEquals(wrongComments(planted(`${comment}\n`)).length, 1);
  });
}

Deno.test("The rule of comments is quiet about sentences", () => {
  assertEquals(goodComments.flatMap((comment) => wrongComments(planted(`${comment}\n`))), []);
});

Deno.test("The rule of words barks at names, not at what the names of others are", () => {
  const bad = [
    "const data = 1;",
    "function handleExit() {}",
    "class TaskUtil {}",
    "let tmpPath;",
    "const PENDING = 1;",
  ];
  assertEquals(bad.map((text) => wrongWords(planted(text)).length), bad.map(() => 1));
  assertEquals(
    wrongWords(planted("function f(info: string, { msg }: A, cb = 1) { try { f(); } catch (err) {} }")).length,
    3,
  );
  assertEquals(wrongWords(planted("", "src/core/util.ts")).length, 1);
  assertEquals(
    wrongWords(planted("manager.info(); const { handle } = port; const metadata = 1; const dataset = 2;")),
    [],
  );
});

Deno.test("The rule of constants barks", () => {
  const bad = ["const GRACE_MS = 1;", "export const LIMIT: number = 1;", "enum A { B, LONG_NAME }", "const A1_B = 2;"];
  assertEquals(bad.map((text) => wrongCapitals(planted(text)).length), bad.map(() => 1));
  const good =
    "const graceMs = 1; class A<T, V1> {} process.kill(1, SIGTERM); const text = { MAX_SIZE: 1 }; type Tag = 1;";
  assertEquals(wrongCapitals(planted(good)), []);
});

Deno.test("The rule of homes barks", () => {
  assertEquals(wrongHome({ path: "tests/e2e/a_test.ts", text: "" }).length, 1);
  assertEquals(wrongHome({ path: "tests/unit/a_test.ts", text: "" }).length, 0);
});

Deno.test("The rule of invariants counts functions that change what was there, and what they check", () => {
  const text = `
    class A {
      #n = 0;
      constructor() { this.#n = 1; }
      add(by: number) { invariant(by > 0, "more"); this.#n += by; }
      note(a: B) { present(a.list, "list"); a.list.push(1); }
      get n() { const found = []; found.push(this.#n); return found; }
      readonly #other: Other;
      readonly #list: string[] = [];
      ask() { this.#other.push(1); }
      keep() { this.#list.push("a"); }
      #isOver = false;
      #since = Infinity;
      #callOff: (() => void) | undefined;
      #last: Other | undefined;
      end() { this.#isOver = true; this.#callOff = undefined; this.#last = undefined; }
      begin() { this.#since = 0; }
    }
    function f(a: B) { a.count++; }`;
  assertEquals(readStateChanges("a.ts", text), { functions: ["add", "note", "keep", "begin", "f"], invariants: 2 });
});

Deno.test("The rule of entry points barks", () => {
  const text =
    '/** A. @module */\nexport { a } from "./a.ts";\nexport type {\n  B,\n} from "./b.ts";\nexport * from "./c.ts";\n';
  assertEquals(wrongEntryPoint({ path: "mod.ts", text }), []);
  assertEquals(wrongEntryPoint({ path: "mod.ts", text: `${text}export const a = 1;` }).length, 1);
  assertEquals(wrongEntryPoint({ path: "mod.ts", text: `${text}import "./d.ts";` }).length, 1);
});
