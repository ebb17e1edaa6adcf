/**
 * Tasks that become another user, whom nobody but the superuser may signal: they are waited for, and told of.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { hangMs, isAlive, until } from "./support/launches.ts";

const project = new URL("../../", import.meta.url).pathname;
const user = 64_321;
const source = `#include <stdlib.h>
#include <unistd.h>
int main(int count, char **words) {
  if (setuid(0) != 0) return 9;
  alarm(120);
  usleep(1000 * atoi(words[1]));
  return 0;
}
`;

/** A folder with a program that runs as the superuser for every user; `undefined` where that cannot be. */
function prepare(): string | undefined {
  if (Deno.uid() !== 0) return undefined;
  const folder = Deno.makeTempDirSync({ prefix: "other-user-" });
  Deno.chmodSync(folder, 0o777);
  Deno.writeTextFileSync(`${folder}/p.c`, source);
  const run = (program: string, ...args: string[]) => {
    try {
      return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
    } catch {
      return false;
    }
  };
  const asUser = [`--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
  const isReady = run("cc", "-o", `${folder}/other`, `${folder}/p.c`) && run("chmod", "4755", `${folder}/other`) &&
    run("setpriv", ...asUser, "cat", `${project}deno.json`) && run("setpriv", ...asUser, `${folder}/other`, "0");
  if (isReady) return folder;
  Deno.removeSync(folder, { recursive: true });
  return undefined;
}

const folder = prepare();

/** Starts `qcgpj run` as another user, with one such task that lasts so many milliseconds. */
function start(lastsMs: number, limits: Readonly<Record<string, number>>): Deno.ChildProcess {
  const job = { name: "a", execution: { exec: `${folder}/other`, args: [`${lastsMs}`] }, ...limits };
  Deno.writeTextFileSync(`${folder}/jobs.json`, JSON.stringify([job]));
  const deno = ["run", "-A", "--no-check", "--config", `${project}deno.json`, `${project}src/cli/main.ts`];
  return new Deno.Command("setpriv", {
    args: [`--reuid=${user}`, `--regid=${user}`, "--clear-groups", Deno.execPath(), ...deno, "run", "jobs.json"],
    cwd: folder!,
    env: { HOME: folder!, DENO_DIR: `${folder}/deno` },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function textOfAll({ stdout, stderr }: Deno.CommandOutput): string {
  const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return read(stdout) + read(stderr);
}

/** The living processes of the program. */
function others(): number[] {
  return Array.from(Deno.readDirSync("/proc"), ({ name }) => Number(name)).filter((pid) => {
    try {
      return pid > 0 && isAlive(pid) && Deno.readLinkSync(`/proc/${pid}/exe`) === `${folder}/other`;
    } catch {
      return false;
    }
  });
}

Deno.test({
  name: "A task that cannot be signalled is waited for, and its result says so",
  ignore: folder === undefined,
  fn: async () => {
    const told = textOfAll(await start(5000, { timeoutMs: 300, graceMs: 100 }).output());
    assertStringIncludes(told, 'A process of task "a" cannot be signalled (EPERM), as it runs as another user');
    assertStringIncludes(told, "stopped after its time limit of 0.3 s; it could not be signalled (EPERM");
    assertEquals(others(), []);
  },
});

Deno.test({
  name: "A program that is told to end leaves behind what cannot be signalled, and says so",
  ignore: folder === undefined,
  fn: async () => {
    const running = start(2 * hangMs, {});
    try {
      await until(() => others().length > 0);
      const startMs = performance.now();
      running.kill("SIGTERM");
      const told = textOfAll(await running.output());
      assert(performance.now() - startMs < hangMs);
      assertStringIncludes(told, "left behind when this program is told to end");
      assertEquals(others().length, 1);
    } finally {
      others().forEach((pid) => Deno.kill(pid, "SIGKILL"));
    }
  },
});

if (folder !== undefined) globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
