/**
 * How a program starts itself as a keeper: from files, as a bundle, as a compiled program; and that no copy of it ever
 * starts copies.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { project } from "../support/project_files.ts";
import { textOf } from "./support/launches.ts";
import { formatHello } from "../../src/agent/hello.ts";
import { KeeperChannel } from "../../src/deno/keeper/channel.ts";
import { version } from "../../src/version.ts";

/** A user's program: says that it runs, and lets a task tell who its parent is. */
const program = (door: string): string => `
import { QCGPJExecutor } from ${JSON.stringify(door)};
Deno.writeTextFileSync("runs", "run\\n", { append: true });
await using executor = new QCGPJExecutor({ launcher: "keeper", durability: "memory" });
const script = 'cat /proc/$PPID/comm; echo $1 $QCGPJ_KEEPER_ID';
const execution = { exec: "/bin/sh", args: ["-c", script, "sh", "told"], stdout: "parent" };
const future = executor.submit({ name: "a", execution });
console.log(JSON.stringify(await future.result()));
`;

/** Makes a bundle believe that it is a compiled program whose file is `file`. */
const standalone = (file: string): string => `
Object.defineProperty(Deno, "build", { value: { ...Deno.build, standalone: true } });
Deno.execPath = () => ${JSON.stringify(file)};
`;

async function call(program: string, args: readonly string[], cwd: string): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], cwd, stdin: "null", stdout: "piped", stderr: "piped" });
  const { stdout, stderr } = await command.output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

async function inScratch(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "keeper-start-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Bundles the user's program; `before` stands in front of everything. */
async function bundle(folder: string, before = ""): Promise<string> {
  await Deno.writeTextFile(`${folder}/user.ts`, program("@qcg/pilotjob"));
  const file = `${folder}/user.js`;
  const config = ["--config", `${project}/deno.json`];
  await call(Deno.execPath(), ["bundle", ...config, "--platform", "deno", "-o", file, `${folder}/user.ts`], project);
  await Deno.writeTextFile(file, before + await Deno.readTextFile(file));
  return file;
}

/** Writes a program that runs a bundle, as a compiled program would be. */
async function writeStarter(folder: string, args: string): Promise<string> {
  const file = `${folder}/program`;
  await Deno.writeTextFile(
    file,
    `#!/bin/sh\nexec "${Deno.execPath()}" run -A --no-config "${folder}/user.js" ${args}\n`,
  );
  await Deno.chmod(file, 0o755);
  return file;
}

function assertKept(folder: string, output: string): void {
  assertEquals(textOf(`${folder}/parent`), "qcgpj-keeper\ntold\n", output);
  assertEquals(textOf(`${folder}/runs`), "run\n", "the user's own code runs once");
  assertEquals(output, '{"a":"SUCCEED"}\n');
}

Deno.test("From files a keeper is started, whatever folder and configuration the program has", () =>
  inScratch(async (folder) => {
    await Deno.writeTextFile(`${folder}/user.ts`, program(`${project}/mod.ts`));
    await Deno.writeTextFile(`${folder}/deno.json`, '{ "imports": { "@std/": "./nowhere/" }, "lock": false }');
    const args = ["run", "-A", "--no-check", "--config", `${project}/deno.json`, `${folder}/user.ts`];
    assertKept(folder, await call(Deno.execPath(), args, folder));
  }));

Deno.test("A bundle is started again, and becomes a keeper before the user's own code runs", () =>
  inScratch(async (folder) => {
    const file = await bundle(folder);
    assertKept(folder, await call(Deno.execPath(), ["run", "-A", "--no-config", file], folder));
  }));

Deno.test("A compiled program is started again by its own file", () =>
  inScratch(async (folder) => {
    const file = await writeStarter(folder, '"$@"');
    await bundle(folder, standalone(file));
    assertKept(folder, await call(file, [], folder));
  }));

Deno.test("A program that is started again and does not become a keeper starts no keeper", () =>
  inScratch(async (folder) => {
    const file = await writeStarter(folder, ""); // It keeps the argument from the program.
    await bundle(folder, standalone(file));
    const output = await call(file, [], folder);
    const warning = "QCG-PilotJob: Tasks are started without a keeper, as none can be started: ";
    assertEquals(output.split("\n").sort().slice(1), [
      `${warning}it said no hello and ended with exit code 0`,
      `${warning}this process was started to be a keeper itself`,
      '{"a":"SUCCEED"}',
    ]);
    // Itself, and the one copy that should have become a keeper.
    assertEquals(textOf(`${folder}/runs`), "run\nrun\n");
    assert(!textOf(`${folder}/parent`).startsWith("qcgpj-keeper"));
  }));

Deno.test("A program with an argument like the keeper's, and no such variable, is the user's program", () =>
  inScratch(async (folder) => {
    const file = await bundle(folder);
    const output = await call(Deno.execPath(), ["run", "-A", "--no-config", file, "--qcgpj-keeper=1"], folder);
    assertKept(folder, output);
  }));

Deno.test("A keeper that was not needed any more before its hello was heard greets nobody", async () => {
  await inScratch(async (folder) => {
    const hello = formatHello({ version, pid: 1 });
    const script = `printf '%s' '${hello}'; echo said > said; exec sleep 60`;
    const told: string[] = [];
    const start = { program: "/bin/sh", args: ["-c", `cd '${folder}' && ${script}`], env: {} };
    const channel = new KeeperChannel(start, {
      greeted: () => told.push("greeted"),
      heard: () => told.push("heard"),
      stuck: () => told.push("stuck"),
      gone: (problem) => told.push(`gone: ${problem}`),
    });
    // The hello lies in the pipe before anything of this program has its turn.
    const endMs = performance.now() + 60_000;
    while (!hasText(`${folder}/said`)) assert(performance.now() < endMs, "it has said hello");
    await channel.close(10_000);
    assertEquals(told, ["gone: it was not needed any more"]);
  });
});

function hasText(path: string): boolean {
  try {
    return Deno.statSync(path).size > 0;
  } catch {
    return false;
  }
}
