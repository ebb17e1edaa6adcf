/**
 * The package as a whole: what lies at its top, what it depends on, what would be published, and that programs which
 * import it can be bundled and compiled. Needs the permissions to read, run and write a temporary folder.
 *
 * @module
 */
import "./support/empty_home.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pathsUnder, project, readProjectFile, readSources } from "./support/project_files.ts";
import { readFacts } from "./support/source_facts.ts";

/** What may lie at the top of the project, beside dot files and what `.gitignore` names. */
const topLevel: readonly string[] = [
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "README.md",
  "SECURITY.md",
  "deno.json",
  "docs",
  "examples",
  "mod.ts",
  "src",
  "tests",
];

/** The packages that the program may need at run time. */
const packageNames: readonly string[] = ["@std/assert", "@std/async", "@std/cli", "@std/path"];

interface Configuration {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
  readonly lock: unknown;
  readonly workspace: readonly string[];
}

const configuration = (path = "deno.json"): Configuration => JSON.parse(readProjectFile(path).text);

interface Ended {
  readonly code: number;
  readonly output: string;
}

async function run(
  program: string,
  args: readonly string[],
  cwd = project,
  env: Record<string, string> = {},
): Promise<Ended> {
  const command = new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await command.output();
  return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

async function inScratch(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "package-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Packages, with the sub-path cut off, that a text imports. */
function packagesOf(path: string, text: string): string[] {
  return readFacts(path, text).imports
    .map((one) => one.text)
    .filter((specifier) => !/^(\.{1,2}\/|node:)/.test(specifier))
    .map((specifier) => specifier.startsWith("@") ? specifier.split("/").slice(0, 2).join("/") : specifier);
}

Deno.test("The top level holds what is agreed", async () => {
  const { code, output } = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard"]);
  // An unpacked release has no repository: then all that is there counts.
  const names = code === 0
    ? output.trim().split("\n").map((path) => path.split("/")[0]!)
    : [...Deno.readDirSync(project)].map(({ name }) => name);
  assertEquals([...new Set(names)].filter((name) => !name.startsWith(".")).toSorted(), topLevel);
});

Deno.test("deno.json says what the package is", () => {
  const { name, version, license, exports } = configuration();
  assertEquals([name, license, exports["."]], ["@qcg/pilotjob", "Apache-2.0", "./mod.ts"]);
  assertMatch(version, /^\d+\.\d+\.\d+$/);
  assertStringIncludes(readProjectFile("LICENSE").text, "Apache License");
});

Deno.test("A task of deno.json brings no package that only tests need", () => {
  const { imports, lock } = configuration();
  assertEquals([Object.keys(imports), lock], [packageNames, false]);
});

Deno.test("Stand-ins and real packages are imported by the same list", () => {
  const { [configuration().name]: self, ...real } = configuration("tests/deno.jsr.json").imports;
  assertEquals(self, "../mod.ts");
  assertEquals(configuration().imports, real);
});

Deno.test("Each stand-in satisfies its import and is never published", () => {
  const { imports, workspace } = configuration();
  const names = workspace.map((folder) => {
    const member = configuration(`${folder.slice(2)}/deno.json`) as Configuration & { publish: unknown };
    assertEquals(member.publish, false, folder);
    const [, major, minor] = /\^(\d+)\.(\d+)\.\d+$/.exec(imports[member.name]!) ?? [];
    const [memberMajor, memberMinor] = member.version.split(".");
    assert(memberMajor === major && Number(memberMinor) >= Number(minor), `${member.name}: ${imports[member.name]}`);
    return member.name;
  });
  assertEquals(names.toSorted(), packageNames);
});

Deno.test("The program imports the run-time packages and no other", () => {
  const used = [readProjectFile("mod.ts"), ...readSources("src")].flatMap(({ path, text }) =>
    packagesOf(path, text).map((name) => `${path}: ${name}`)
  );
  assertEquals(used.filter((use) => !packageNames.some((name) => use.endsWith(`: ${name}`))), []);
  const planted = 'import a from "npm:chalk"; import b from "fast-check"; import { delay } from "@std/async/delay";';
  assertEquals(packagesOf("a.ts", planted), ["npm:chalk", "fast-check", "@std/async"]);
});

Deno.test("A release holds the program and its documents, nothing else", async () => {
  const { code, output } = await run(Deno.execPath(), ["publish", "--dry-run", "--allow-dirty", "--no-check"]);
  assertEquals(code, 0, output);
  const files = [...output.matchAll(/file:\/\/(\S+) \(/g)].map(([, path]) => path!.slice(project.length + 1));
  const documents = topLevel.filter((name) => /^[A-Z]/.test(name));
  const wanted = [...documents, "deno.json", "mod.ts", ...pathsUnder("docs"), ...pathsUnder("src")];
  assertEquals(files.toSorted(), wanted.toSorted());
});

for (const program of ["examples/basic.ts", "src/cli/main.ts"]) {
  Deno.test(`${program} is ready to be compiled to one binary`, async () => {
    await inScratch(async (folder) => {
      // The real base binary comes from a host that not every machine reaches. With another program in its place all is
      // done but the result cannot run: module graph, permissions and embedding.
      const { code, output } = await run(
        Deno.execPath(),
        ["compile", "--no-check", "-A", "--output", `${folder}/program`, program],
        project,
        { DENORT_BIN: "/bin/true" },
      );
      assertEquals(code, 0, output);
      assertStringIncludes(output, "Embedded Files");
      assert((await Deno.stat(`${folder}/program`)).size > 0);
    });
  });
}

Deno.test("A program that imports the package runs as one file, elsewhere", async () => {
  await inScratch(async (folder) => {
    const file = `${folder}/basic.js`;
    const bundled = await run(Deno.execPath(), ["bundle", "--platform", "deno", "-o", file, "examples/basic.ts"]);
    assertEquals(bundled.code, 0, bundled.output);
    const fromSource = await run(Deno.execPath(), ["run", "-A", `${project}/examples/basic.ts`], folder);
    const fromBundle = await run(Deno.execPath(), ["run", "-A", "--no-config", file], folder);
    assertEquals(fromBundle.code, 0, fromBundle.output);
    assertStringIncludes(fromBundle.output, "tj");
    assertEquals(fromSource.code, 0, fromSource.output);
  });
});

Deno.test("The command line runs as one file, elsewhere", async () => {
  await inScratch(async (folder) => {
    const file = `${folder}/qcgpj.js`;
    const bundled = await run(Deno.execPath(), ["bundle", "--platform", "deno", "-o", file, "src/cli/main.ts"]);
    assertEquals(bundled.code, 0, bundled.output);
    const jobs = [{ name: "now", execution: { exec: "date", stdout: "out" } }];
    await Deno.writeTextFile(`${folder}/jobs.json`, JSON.stringify(jobs));
    const called = await run(Deno.execPath(), ["run", "-A", "--no-config", file, "run", "jobs.json"], folder);
    assertEquals(called.code, 0, called.output);
    assertStringIncludes(called.output, "1 succeeded");
  });
});

// What a clone is linked into is checked by the options of the project that links it, not by those of this one.
Deno.test("A project that links a clone type-checks by its own, laxer options, and runs", async () => {
  await inScratch(async (folder) => {
    await Deno.writeTextFile(
      `${folder}/deno.json`,
      JSON.stringify({ links: [project], imports: { "@qcg/pilotjob": "jsr:@qcg/pilotjob@^0.1.0" }, lock: false }),
    );
    await Deno.writeTextFile(
      `${folder}/hello.ts`,
      `import { QCGPJExecutor } from "@qcg/pilotjob";
      import { dashboard } from "@qcg/pilotjob/doors";

      await using executor = new QCGPJExecutor({ durability: "memory" });
      console.log((await executor.run("echo", ["linked"])).text, typeof dashboard);`,
    );
    await Deno.writeTextFile(`${folder}/command.ts`, 'import "@qcg/pilotjob/cli";');
    const checked = await run(Deno.execPath(), ["check", "hello.ts", "command.ts"], folder);
    assertEquals(checked.code, 0, checked.output);
    const { code, output } = await run(Deno.execPath(), ["run", "-A", "hello.ts"], folder);
    assertEquals([code, output.trim().split("\n").at(-1)], [0, "linked function"]);
  });
});
