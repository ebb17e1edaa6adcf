/**
 * The architecture, checked: which layer may import which, where the outside world may be touched, and that no file
 * is left over. The tables come first; each rule is also shown to bark at a planted violation.
 *
 * @module
 */
import "./support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { once, project, type ProjectFile, readProjectFile, readSources } from "./support/project_files.ts";
import { readFacts, type SourceFacts } from "./support/source_facts.ts";

/** A layer imports from the rows above its own. Layers in one row do not know each other. */
const layerRows: readonly (readonly string[])[] = [
  ["base", "version"],
  ["errors", "zmtp"],
  ["template", "job", "resources"],
  ["core"],
  ["launch", "journal", "report"],
  ["events"],
  ["agent", "slurm"],
  ["service"],
  ["runtime"],
  ["deno"],
  ["doors"],
  ["api"],
  ["cli", "mod"],
];

/** Imports that the rows alone would forbid, each with its reason. */
const arrowsAllowed: readonly { readonly from: string; readonly to: string; readonly reason: string }[] = [
  { from: "job", to: "src/resources/request.ts", reason: "A job description carries a resource request" },
];

/** The layers that touch the outside world: they may say `Deno.` and read the clock. */
const effectLayers: readonly string[] = ["deno", "doors", "cli"];

/** Built-in modules that compute and do nothing else. */
const pureBuiltIns: readonly string[] = ["node:buffer", "node:zlib"];

/** What only the effect layers may say, and why: none of it needs a permission, so no permission flag would notice. */
const banned: readonly { readonly use: RegExp; readonly reason: string }[] = [
  { use: /^(Deno|process|globalThis|self|window)$/, reason: "the outside world" },
  { use: /^(Date\.now|new Date\(\)|performance\b.*)$/, reason: "the clock: time is an argument" },
  { use: /^(Math\.random|crypto\b.*)$/, reason: "chance: a run must be repeatable" },
  { use: /^(setTimeout|setInterval|setImmediate|AbortSignal\.timeout)$/, reason: "a timer: use the Clock port" },
  { use: /^queueMicrotask$/, reason: "a turn of its own: the driver decides when" },
  { use: /^(fetch|WebSocket|Worker|localStorage|prompt|alert|confirm|navigator)$/, reason: "the outside world" },
  { use: /^console\b/, reason: "output: return it, or publish an event" },
];

/** Where something banned is allowed after all, each with its reason. */
const bannedAllowed: readonly { readonly path: string; readonly use: string; readonly reason: string }[] = [
  { path: "src/runtime/driver.ts", use: "queueMicrotask", reason: "The driver starts its turn after the caller's" },
];

/** Where a path beside a source file is allowed after all, each with its reason. */
const pathsAllowed: readonly { readonly path: string; readonly use: string; readonly reason: string }[] = [
  {
    path: "src/deno/keeper/start_self.ts",
    use: "import.meta.url",
    reason: "It tells whether the package lies in files of its own or in a bundle, which is run again then",
  },
  {
    path: "src/deno/keeper/start_self.ts",
    use: "import.meta.resolve",
    reason: "Where the package lies in files of its own, one of them is run as another process",
  },
];

interface Source extends ProjectFile, SourceFacts {}

function read(file: ProjectFile): Source {
  return { ...file, ...readFacts(file.path, file.text) };
}

/** The layer of a file: its folder under `src`, or its own name when it lies directly in it; `mod` for `mod.ts`. */
function layerOf(path: string): string {
  return path.replace(/^src\//, "").split("/")[0]!.replace(/\.ts$/, "");
}

function rowOf(layer: string): number {
  return layerRows.findIndex((row) => row.includes(layer));
}

/** The project path of a relative import, or `undefined` for a package. */
function targetOf(path: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? join(path, "..", specifier) : undefined;
}

function wrongArrows({ path, imports }: Source): string[] {
  const from = layerOf(path);
  if (rowOf(from) < 0) return [`${path}: layer "${from}" is not in the table`];
  return imports.flatMap(({ text, line }) => {
    const target = targetOf(path, text);
    if (target === undefined) return [];
    const to = layerOf(target);
    const allowed = to === from || (rowOf(to) >= 0 && rowOf(to) < rowOf(from)) ||
      arrowsAllowed.some((arrow) => arrow.from === from && arrow.to === target);
    return allowed ? [] : [`${path}:${line}: "${from}" may not import ${target}`];
  });
}

function wrongUses({ path, uses, imports, dynamicImports }: Source): string[] {
  if (effectLayers.includes(layerOf(path))) return [];
  const used = uses.flatMap(({ text, line }) => {
    const ban = banned.find(({ use }) => use.test(text));
    const allowed = bannedAllowed.some((one) => one.path === path && one.use === text);
    return ban && !allowed ? [`${path}:${line}: ${text} is ${ban.reason}`] : [];
  });
  const builtIns = imports
    .filter(({ text }) => text.startsWith("node:") && !pureBuiltIns.includes(text))
    .map(({ text, line }) => `${path}:${line}: ${text} reaches the outside world`);
  return [...used, ...builtIns, ...dynamicImports.map(({ text, line }) => `${path}:${line}: ${text} is an effect`)];
}

/** A path next to a source file does not exist in a compiled or bundled program. */
function wrongPaths({ path, uses }: Source): string[] {
  return uses
    .filter(({ text }) =>
      /^import\.meta\.(url|dirname|filename|resolve)$/.test(text) &&
      !pathsAllowed.some((one) => one.path === path && one.use === text)
    )
    .map(({ text, line }) => `${path}:${line}: ${text} is a path beside the source`);
}

/** The files that cannot be reached from an entry point. */
function orphans(sources: readonly Source[], entryPoints: readonly string[]): string[] {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { text } of sources.find((source) => source.path === path)?.imports ?? []) {
      const target = targetOf(path, text);
      if (target !== undefined) visit(target);
    }
  };
  entryPoints.forEach(visit);
  return sources.map(({ path }) => path).filter((path) => !reached.has(path));
}

/** The first ring of imports that is found, written as a path; empty when there is none. */
function importRing(sources: readonly Source[]): string {
  const done = new Set<string>();
  const follow = (path: string, trail: readonly string[]): string => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path].join(" -> ");
    if (done.has(path)) return "";
    for (const { text } of sources.find((source) => source.path === path)?.imports ?? []) {
      const target = targetOf(path, text);
      const ring = target === undefined ? "" : follow(target, [...trail, path]);
      if (ring !== "") return ring;
    }
    done.add(path);
    return "";
  };
  return sources.map(({ path }) => follow(path, [])).find((ring) => ring !== "") ?? "";
}

/** Files that no entry point needs yet. */
const orphansAllowed: readonly string[] = [];

const entryPoints = (): string[] => {
  const { exports } = JSON.parse(readProjectFile("deno.json").text) as { exports: Record<string, string> };
  return Object.values(exports).map((path) => path.replace(/^\.\//, ""));
};
const sources = once((): Source[] => [readProjectFile("mod.ts"), ...readSources("src")].map(read));
const planted = (path: string, text: string): Source => read({ path, text });

Deno.test("Imports follow the layers", () => {
  assertEquals(sources().flatMap(wrongArrows), []);
});

Deno.test("Only the effect layers touch the outside world", () => {
  assertEquals(sources().flatMap(wrongUses), []);
});

Deno.test("No file depends on a path beside a source file", () => {
  assertEquals(sources().flatMap(wrongPaths), []);
});

Deno.test("Every file is reached from an entry point", () => {
  assertEquals(orphans(sources(), entryPoints()), orphansAllowed);
});

/** What a file loads that is no file of the package and not built in; types are not loaded. */
function foreignImports(start: string): string[] {
  const foreign: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readProjectFile(path).text.replaceAll(/^import type [^;]*;$/gm, "");
    for (const { text: specifier } of readFacts(path, text).imports) {
      const target = targetOf(path, specifier);
      if (target !== undefined) visit(target);
      else if (!specifier.startsWith("node:")) foreign.push(`${path}: ${specifier}`);
    }
  };
  visit(start);
  return foreign;
}

Deno.test("The keeper loads no package: it starts in a moment, from any folder, and needs no import map", () => {
  assertEquals(foreignImports("src/deno/keeper/run_keeper.ts"), []);
  const other = "src/deno/host/wait_at_most.ts";
  assertEquals(foreignImports(other), [`${other}: @std/async/deadline`]);
});

Deno.test("Imports form no ring", () => {
  assertEquals(importRing(sources()), "");
});

Deno.test("The imports read here are those that Deno sees", async () => {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", "mod.ts"], cwd: project });
  const { modules } = JSON.parse(new TextDecoder().decode((await command.output()).stdout)) as {
    modules: { specifier: string }[];
  };
  const prefix = `file://${project}/`;
  const seen = modules.map(({ specifier }) => specifier.replace(prefix, "")).filter((path) =>
    /^(src|mod\.ts)/.test(path)
  );
  const all = sources();
  const left = new Set(orphans(all, ["mod.ts"]));
  assertEquals(all.map(({ path }) => path).filter((path) => !left.has(path)).toSorted(), seen.toSorted());
});

Deno.test("Every exception still has a use", () => {
  const all = sources();
  const unused = [
    ...arrowsAllowed.filter(({ from, to }) =>
      !all.some(({ path, imports }) =>
        layerOf(path) === from && imports.some(({ text }) => targetOf(path, text) === to)
      )
    ),
    ...[...bannedAllowed, ...pathsAllowed].filter(({ path, use }) =>
      !all.some((source) => source.path === path && source.uses.some(({ text }) => text === use))
    ),
  ];
  assertEquals(unused, []);
});

const plantedArrows: readonly [path: string, specifier: string][] = [
  ["src/base/a.ts", "../errors.ts"],
  ["src/template/a.ts", "../job/parse.ts"],
  ["src/job/a.ts", "../resources/pool.ts"],
  ["src/core/a.ts", "../launch/plan.ts"],
  ["src/runtime/a.ts", "../deno/files.ts"],
  ["src/deno/a.ts", "../api/manager.ts"],
  ["src/runtime/run.ts", "../deno/run_ports.ts"],
  ["src/api/executor.ts", "../../mod.ts"],
  ["src/nowhere/a.ts", "../base/assert.ts"],
];
const arrowForms: readonly ((specifier: string) => string)[] = [
  (specifier) => `import { a } from "${specifier}";`,
  (specifier) => `import type { A } from "${specifier}";`,
  (specifier) => `export * from "${specifier}";`,
  (specifier) => `export type { A } from "${specifier}";`,
  (specifier) => `export type A = import("${specifier}").A;`,
];
for (const [path, specifier] of plantedArrows) {
  Deno.test(`The rule of layers barks when ${path} imports ${specifier}`, () => {
    const barks = arrowForms.map((form) => wrongArrows(planted(path, form(specifier))).length);
    assertEquals(barks, arrowForms.map(() => 1));
  });
}

Deno.test("The rule of layers is quiet about what is allowed", () => {
  const quiet: [string, string][] = [
    ["src/job/parse.ts", "../resources/request.ts"],
    ["src/job/parse.ts", "./shape.ts"],
    ["src/api/executor.ts", "./future.ts"],
    ["src/deno/files.ts", "../runtime/ports.ts"],
    ["mod.ts", "./src/api/executor.ts"],
    ["src/core/a.ts", "@std/path"],
  ];
  assertEquals(quiet.flatMap(([path, specifier]) => wrongArrows(planted(path, `export * from "${specifier}";`))), []);
});

const plantedUses: readonly string[] = [
  "Deno.readTextFileSync(path);",
  "export let signal: Deno.Signal;",
  "const { env } = Deno;",
  "globalThis.setTimeout(wake, 1);",
  "process.exit(1);",
  "const now = Date.now();",
  "const now = Date . now ( );",
  "const now = new Date();",
  "const now = new Date;",
  "performance.now();",
  "Math.random();",
  "crypto.randomUUID();",
  "setTimeout(wake, 1);",
  "setInterval(wake, 1);",
  "const later = setTimeout;",
  "const timers = { setTimeout };",
  "AbortSignal.timeout(5);",
  "queueMicrotask(wake);",
  "fetch(address);",
  'console.log("here");',
  'import { spawn } from "node:child_process";',
  'import { readFileSync } from "node:fs";',
  'const late = await import("./x.ts");',
];
for (const text of plantedUses) {
  Deno.test(`The rule of effects barks at ${text}`, () => {
    assertEquals(wrongUses(planted("src/core/a.ts", text)).length > 0, true);
    assertEquals(wrongUses(planted("src/deno/a.ts", text)), []);
  });
}

Deno.test("The rule of effects is quiet about words that do nothing", () => {
  const text = `
    // Deno.exit() in a comment
    const text = "Date.now()";
    const pattern = /Math.random()/;
    const when = new Date(atMs);
    const clock = { setTimeout: 1, now: plan.performance };
    export interface Clock { setTimeout(atMs: number): void; Deno: number; }
    export interface Sink { started(process: Started): void }
    export const name = ({ process }: Plan, self: Plan) => process + self;
    import { crc32 } from "node:zlib";
  `;
  assertEquals(wrongUses(planted("src/core/a.ts", text)), []);
  assertEquals(wrongUses(planted("src/runtime/driver.ts", "queueMicrotask(turn);")), []);
});

Deno.test("The rule of paths barks in every layer", () => {
  for (
    const text of ["import.meta.url;", "import.meta.dirname;", "import.meta.filename;", 'import.meta.resolve("a");']
  ) {
    assertEquals(wrongPaths(planted("src/deno/a.ts", text)).length, 1, text);
  }
  assertEquals(wrongPaths(planted("src/cli/main.ts", "if (import.meta.main) run();")), []);
});

Deno.test("The rules of the whole bark at an orphan and at a ring", () => {
  const files = [
    planted("mod.ts", 'export * from "./src/future.ts";'),
    planted("src/future.ts", 'import "./base/a.ts";'),
    planted("src/base/a.ts", 'import type { B } from "./b.ts";'),
    planted("src/base/b.ts", 'import { A } from "./a.ts";'),
    planted("src/base/c.ts", 'import { A } from "./a.ts";'),
  ];
  assertEquals(orphans(files, ["mod.ts"]), ["src/base/c.ts"]);
  assertEquals(importRing(files), "src/base/a.ts -> src/base/b.ts -> src/base/a.ts");
  assertEquals(importRing(files.filter(({ path }) => path !== "src/base/b.ts")), "");
});
