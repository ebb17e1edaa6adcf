/**
 * A stream that waits for the other end of a pipe holds up its own task and no other.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { QCGPJExecutor } from "@qcg/pilotjob";
import { livingIn } from "./support/hostile.ts";
import { hangMs, textOf, until } from "./support/launches.ts";

interface Scene {
  readonly folder: string;
  readonly executor: QCGPJExecutor;
}

type Choice = "keeper" | "native" | "direct";

async function onStage(launcher: Choice, body: (scene: Scene) => Promise<void>, cores = 4): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "streams-" });
  try {
    const options = {
      wd: folder,
      resources: `${cores}`,
      durability: "memory",
      launcher,
      graceMs: 200,
    } as const;
    await using executor = new QCGPJExecutor(options);
    await body({ folder, executor });
  } finally {
    assertEquals(livingIn(folder), []);
    await Deno.remove(folder, { recursive: true });
  }
}

function makePipes(folder: string, names: readonly string[]): void {
  assert(new Deno.Command("mkfifo", { args: names.map((name) => `${folder}/${name}`) }).outputSync().success);
}

const words = (script: string) => ({ exec: "/bin/sh", args: ["-c", script] });

for (const launcher of ["keeper", "native", "direct"] as const) {
  for (const stream of ["stdin", "stdout", "stderr"] as const) {
    Deno.test(`${launcher}: a task that waits for the other end of ${stream} has its time limit, and others go on`, () =>
      onStage(launcher, async ({ folder, executor }) => {
        makePipes(folder, ["pipe"]);
        const startMs = performance.now();
        const blocked = executor.submit({
          name: "blocked",
          execution: { ...words("echo never"), [stream]: "pipe" },
          timeoutMs: 1000,
        });
        const others = executor.submit({ name: "others", execution: words("true"), iteration: { stop: 20 } });
        assertEquals(await others.result(), { others: "SUCCEED" });
        assertEquals(await blocked.result(), { blocked: "FAILED" });
        assertEquals(blocked.info()["blocked"]!.cause, "timeout");
        assert(performance.now() - startMs < hangMs);
      }));
  }

  Deno.test(`${launcher}: tasks speak through named pipes, however many there are and whoever begins`, () =>
    onStage(launcher, async ({ folder, executor }) => {
      const pairs = Array.from({ length: 20 }, (_, index) => index);
      makePipes(folder, pairs.map((index) => `pipe${index}`));
      const reader = (index: number) => ({
        name: `r${index}`,
        execution: { exec: "cat", stdin: `pipe${index}`, stdout: `out${index}` },
      });
      const writer = (index: number) => ({
        name: `w${index}`,
        execution: { ...words(`echo ${index}`), stdout: `pipe${index}` },
      });
      const jobs = pairs.flatMap((index) =>
        index % 2 === 0 ? [reader(index), writer(index)] : [writer(index), reader(index)]
      );
      const future = executor.submit([
        ...jobs.filter((_, index) => index % 4 < 2),
        ...jobs.filter((_, index) => index % 4 >= 2),
      ]);
      assertEquals(new Set(Object.values(await future.result())), new Set(["SUCCEED"]));
      for (const index of pairs) assertEquals(textOf(`${folder}/out${index}`), `${index}\n`);
    }, 40));

  Deno.test(`${launcher}: a task with a named pipe gets its arguments, variables and program as any other`, () =>
    onStage(launcher, async ({ folder, executor }) => {
      makePipes(folder, ["in"]);
      await Deno.writeTextFile(`${folder}/t.sh`, 'cat; printf "%s|" "$@" "$in" "$out"; exit 7\n', { mode: 0o755 });
      const execution = {
        exec: "./t.sh",
        args: ["a b", "", "*"],
        env: { in: "i", out: "o" },
        stdin: "in",
        stdout: "o",
        stderr: "o",
      };
      const future = executor.submit({ name: "t", execution });
      await until(() => future.running());
      await Deno.writeTextFile(`${folder}/in`, "text\n");
      assertEquals(await future.result(), { t: "FAILED" });
      assertMatch(future.info()["t"]!.reason!, /exit code 7/);
      assertEquals(textOf(`${folder}/o`), "text\na b||*|i|o|");
    }));
}

Deno.test("A task may write to what the pilot's own standard output is, and never into the channel", async () => {
  const script = `import { QCGPJExecutor } from "@qcg/pilotjob";
    await using executor = new QCGPJExecutor({ wd: Deno.args[0], durability: "memory", launcher: "keeper" });
    const execution = { exec: "echo", args: ["[0,\\"bye\\"]"], stdout: "/dev/stdout" };
    console.log(JSON.stringify(await executor.submit({ name: "a", execution }).result()));`;
  const folder = await Deno.makeTempDir({ prefix: "streams-" });
  await Deno.writeTextFile(`${folder}/p.ts`, script);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", config, `${folder}/p.ts`, folder],
  }).output();
  await Deno.remove(folder, { recursive: true });
  assertEquals(new TextDecoder().decode(stdout), '[0,"bye"]\n{"a":"SUCCEED"}\n');
});
