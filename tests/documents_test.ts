/**
 * The documents: that no link of theirs is dead, that what is published links to nothing that is not, and that the
 * workflows of the repository ask for no more than they need. Needs the permission to read.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pathsUnder, project, type ProjectFile, readProjectFile } from "./support/project_files.ts";

/** The documents at the top of the project; they are published with those of `docs`. */
const topDocuments: readonly string[] = [...Deno.readDirSync(project)].map(({ name }) => name).filter((name) =>
  name.endsWith(".md")
);

const published: readonly string[] = [...topDocuments, "LICENSE", ...pathsUnder("docs")];
const documents = (): ProjectFile[] =>
  [...published.filter((path) => path.endsWith(".md")), "tests/bench/README.md"].map(readProjectFile);

/** A document without its examples, in which brackets mean something else. */
function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "code");
}

/** The anchors of a document's headings, as they are made of them where the repository is shown. */
function anchorsOf(text: string): string[] {
  const titles = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!);
  return titles.map((title) => title.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-"));
}

/** What is wrong with the links of a document. */
function deadLinks({ path, text }: ProjectFile, read: (path: string) => string | undefined): string[] {
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets.filter((target) => !/^https?:/.test(target)).flatMap((target) => {
    const [file, anchor] = target.split("#") as [string, string?];
    const found = file === "" ? path : new URL(file, `file:///${path}`).pathname.slice(1);
    const content = read(found);
    if (content === undefined) return [`${path}: ${target} is not there`];
    if (published.includes(path) && !published.includes(found)) return [`${path}: ${target} is not published`];
    return anchor === undefined || anchorsOf(content).includes(anchor)
      ? []
      : [`${path}: ${target} has no such heading`];
  });
}

function readIfThere(path: string): string | undefined {
  try {
    return readProjectFile(path).text;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

Deno.test("No link of a document is dead, and none of a published one leads to what is not", () => {
  const all = documents();
  assert(
    all.some(({ text }) => deadLinks({ path: "README.md", text }, () => undefined).length > 10),
    "links are found",
  );
  assertEquals(all.flatMap((document) => deadLinks(document, readIfThere)), []);
});

Deno.test("The rule of links barks", () => {
  const wrong = (text: string) => deadLinks({ path: "docs/GUIDE.md", text }, readIfThere).length;
  assertEquals(["[a](gone.md)", "[a](../README.md#gone)", "[a](#gone)", "[a](../deno.json)"].map(wrong), [1, 1, 1, 1]);
  assertEquals(["[a](../README.md#the-first-job)", "`[a](gone.md)`", "```\n[a](gone.md)\n```\n"].map(wrong), [0, 0, 0]);
});

Deno.test("The README is short", () => {
  assert(readProjectFile("README.md").text.trimEnd().split("\n").length < 200);
});

Deno.test("The versions of the package are the same everywhere", () => {
  const { version } = JSON.parse(readProjectFile("deno.json").text);
  assertStringIncludes(readProjectFile("src/version.ts").text, `"${version}"`);
  assertStringIncludes(readProjectFile("README.md").text, `jsr:@qcg/pilotjob@^${version}"`);
});

const workflows = pathsUnder(".github/workflows");

/** What is wrong with a workflow, as far as its lines show. */
function wrongWorkflow({ path, text }: ProjectFile): string[] {
  const lines = text.split("\n");
  const wrong = lines.flatMap((line, index): string[] => {
    const at = `${path}:${index + 1}`;
    if (line.includes("\t") || line !== line.trimEnd()) return [`${at}: tabs and blanks at the end are not allowed`];
    if ((line.length - line.trimStart().length) % 2 !== 0) return [`${at}: the indentation is odd`];
    const action = /^\s*-? *uses: (.*)$/.exec(line)?.[1];
    const isPinned = action === undefined || /^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action);
    if (!isPinned) return [`${at}: ${action} is not pinned to a commit of a version`];
    // What others write (names of branches, titles) must not become part of a script.
    return /\$\{\{ *github\.(event|head_ref)/.test(line) ? [`${at}: what others write is put into a script`] : [];
  });
  if (!/^permissions:\n {2}contents: read\n(?! {2})/m.test(text)) {
    wrong.push(`${path}: must begin with no right but to read`);
  }
  const jobs = text.split(/^jobs:\n/m)[1]?.split(/^ {2}(?=[\w-]+:\n)/m).slice(1) ?? [];
  if (jobs.length === 0) wrong.push(`${path}: has no job`);
  for (const job of jobs) {
    for (const key of ["runs-on:", "timeout-minutes:", "steps:"]) {
      if (!job.includes(`\n    ${key}`)) wrong.push(`${path}: the job ${job.split(":")[0]} lacks ${key}`);
    }
  }
  return wrong;
}

Deno.test("Workflows are pinned, bounded in time, and have no right that they do not need", () => {
  assertEquals(workflows, [".github/workflows/ci.yml", ".github/workflows/release.yml"]);
  assertEquals(workflows.map(readProjectFile).flatMap(wrongWorkflow), []);
});

Deno.test("The rule of workflows barks", () => {
  const { path, text } = readProjectFile(".github/workflows/ci.yml");
  const spoil = (from: RegExp, to: string) => {
    assertMatch(text, from);
    return wrongWorkflow({ path, text: text.replace(from, to) }).length > 0;
  };
  const spoilt = [
    spoil(/@[0-9a-f]{40} # v[\d.]+/, "@v4"),
    spoil(/contents: read/, "contents: write"),
    spoil(/\n {4}timeout-minutes: \d+/, ""),
    spoil(/run: .*/, "run: echo ${{ github.event.pull_request.title }}"),
  ];
  assertEquals(spoilt, [true, true, true, true]);
});

Deno.test("The release tests and publishes what the tag says, for every platform of deno compile", () => {
  const { text } = readProjectFile(".github/workflows/release.yml");
  assertMatch(text, /^on:\n {2}push:\n {4}tags: \["v\*"\]\n/m);
  const targets = [...text.matchAll(/[\w]+-(?:unknown-linux-gnu|apple-darwin|pc-windows-msvc)/g)].map(([name]) => name);
  assertEquals([...new Set(targets)].toSorted(), [
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-gnu",
    "x86_64-apple-darwin",
    "x86_64-unknown-linux-gnu",
  ]);
  for (const part of [".ci/run", "id-token: write", "publish", "compile"]) assertStringIncludes(text, part);
  for (const { text } of workflows.map(readProjectFile)) {
    for (const [, version] of text.matchAll(/deno@([\d.]+)/g)) {
      assertStringIncludes(readProjectFile(".ci/run").text, `deno@${version}`);
    }
  }
});
