/**
 * A pilot inside a task stays whole, and dies with its task; and crowds of processes that fork all the time end fast.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { QCGPJExecutor } from "@qcg/pilotjob";
import { livingIn } from "./support/hostile.ts";
import { hangMs, textOf, until } from "./support/launches.ts";

const project = new URL("../../", import.meta.url).pathname;
/** The pilot inside: its first task waits for a daemon of its own, its second hides and lasts. */
const inner = `import { QCGPJExecutor } from "${project}mod.ts";
  await using executor = new QCGPJExecutor({ wd: Deno.args[0], durability: "memory", resources: "4" });
  const sh = (script) => ({ exec: "sh", args: ["-c", script] });
  const daemon = "(env -i setsid sh -c 'sleep 1; touch daemon' &); while [ ! -e daemon ]; do sleep 0.05; done";
  const done = await executor.submit({ name: "waits", execution: sh(daemon) }).result();
  const hides = sh("(env -i setsid sleep 60 &); (setsid env -i setsid sleep 60 &); touch hides; exec env -i sleep 60");
  executor.submit({ name: "hides", execution: hides });
  Deno.writeTextFileSync(Deno.args[0] + "/inner", JSON.stringify(done));`;

async function withNested(
  body: (scene: { executor: QCGPJExecutor; folder: string; deno: string[] }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "nested-" });
  await Deno.writeTextFile(`${folder}/inner.ts`, inner);
  const deno = ["run", "-A", "--no-check", "--config", `${project}deno.json`, `${folder}/inner.ts`, folder];
  const options = { wd: folder, durability: "memory", resources: "4", graceMs: 200 } as const;
  try {
    await using executor = new QCGPJExecutor(options);
    await body({ executor, folder, deno });
  } finally {
    const left = livingIn(folder);
    left.forEach((pid) => Deno.kill(pid, "SIGKILL"));
    await Deno.remove(folder, { recursive: true });
    assertEquals(left, []);
  }
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test(`A pilot inside a task stays whole, and all of it is gone when its task is ended by ${signal}`, () =>
    withNested(async ({ executor, folder, deno }) => {
      const future = executor.submit({
        name: "outer",
        execution: { exec: Deno.execPath(), args: deno },
        graceMs: signal === "SIGKILL" ? 0 : 3000,
      });
      // Another task goes on all the time: what the nested pilot orphans must not count as its own.
      const other = executor.submit({ name: "other", execution: { exec: "sleep", args: ["60"] } });
      for (let count = 0; !existsSync(`${folder}/hides`); count++) {
        assert(!future.done(), future.info()["outer"]?.reason);
        await executor.submit({ name: `short${count}`, execution: { exec: "sleep", args: ["0.1"] } }).result();
      }
      assertEquals(textOf(`${folder}/inner`), '{"waits":"SUCCEED"}');
      future.cancel();
      assertEquals(await future.result(), { outer: "CANCELED" });
      assertEquals(livingIn(folder).filter((pid) => !textOf(`/proc/${pid}/cmdline`).startsWith("sleep\u000060")), []);
      other.cancel();
      await other.result();
    }));
}

Deno.test("A nested pilot's keeper that is killed leaves nothing while the task goes on", () =>
  withNested(async ({ executor, folder, deno }) => {
    const future = executor.submit({ name: "outer", execution: { exec: Deno.execPath(), args: deno } });
    await until(() => existsSync(`${folder}/hides`));
    const keepers = livingIn(folder).filter((pid) => textOf(`/proc/${pid}/comm`) === "qcgpj-keeper\n");
    assertEquals(keepers.length, 1);
    const sleepers = () => livingIn(folder).filter((pid) => textOf(`/proc/${pid}/cmdline`).startsWith("sleep"));
    await until(() => sleepers().length === 3);
    Deno.kill(keepers[0]!, "SIGKILL");
    await until(() => sleepers().length === 0);
    future.cancel();
    await future.result();
  }));

Deno.test("260 lineages that fork and hide all the time are ended long before they would end by themselves", () =>
  withNested(async ({ executor, folder }) => {
    const script = "$SIG{TERM} = q(IGNORE); %ENV = (); my $end = time + 400; for (1..4) { last unless fork } " +
      "open F, q(>>begun); syswrite F, q(x); " +
      "while (time < $end) { my $p = fork; exit if $p; setsid; select undef, undef, undef, 0.1 }";
    // Of one task there are so many that nobody looks at each before it is killed.
    const crowd = `for i in $(seq $((it == 0 ? 40 : 12))); do perl -MPOSIX -e '${script}' & done`;
    const future = executor.submit({
      name: "lineages",
      iteration: { stop: 2 },
      execution: { exec: "sh", args: ["-c", `it=\${it}; ${crowd}; wait; sleep 60`] },
    });
    // One that forks all the time is often between two processes at a look, so each lineage says itself that it is there.
    await until(() => textOf(`${folder}/begun`).length === 260, 2 * hangMs);
    const startMs = performance.now();
    future.cancel();
    await future.result();
    assertEquals(livingIn(folder), []);
    assert(performance.now() - startMs < 4 * hangMs, `took ${performance.now() - startMs} ms`);
  }));

Deno.test("What is followed by a child of its own again and again writes nothing after its task's end was told", () =>
  withNested(async ({ executor, folder }) => {
    const script = "$SIG{TERM} = q(IGNORE); open F, q(>>), $ARGV[0]; my $end = time + 5; exit if fork; " +
      "while (time < $end) { exit if fork; syswrite F, q(x); select undef, undef, undef, 0.002 }";
    const written = (index: number) => Deno.statSync(`${folder}/beats${index}`).size;
    const atEnd = await Promise.all(Array.from({ length: 24 }, async (_, index) => {
      const args = ["-e", script, `${folder}/beats${index}`];
      await executor.submit({ name: `leaps${index}`, execution: { exec: "perl", args } }).result();
      return written(index);
    }));
    // The first ones have had time to go on, had they been there still.
    assertEquals(atEnd.map((_, index) => written(index)), atEnd);
  }));

/** A process whose first thread ends while another one writes on, for ten seconds at most. */
const leaderless = `const number = Deno.build.arch === "x86_64" ? 60n : 93n; // The call that ends a thread.
  const write = "const endMs = performance.now() + 10_000; while (performance.now() < endMs) { " +
    "Deno.writeTextFileSync('beats', 'x', { append: true }); " +
    "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20); } Deno.kill(Deno.pid, 'SIGKILL');";
  const { symbols } = Deno.dlopen("libc.so.6", { syscall: { parameters: ["i64", "i64"], result: "i64" } });
  new Worker("data:application/javascript," + encodeURIComponent(write), { type: "module" });
  setInterval(() => {
    if (Deno.readTextFileSync("beats").length > 3) symbols.syscall(number, 0n);
  }, 50);`;

Deno.test("A process whose first thread has ended is ended with its task when its other threads go on", () =>
  withNested(async ({ executor, folder }) => {
    await Deno.writeTextFile(`${folder}/beats`, "");
    await Deno.writeTextFile(`${folder}/leaderless.js`, leaderless);
    const program = `'${Deno.execPath()}' run -A --no-config leaderless.js`;
    const isLeaderless = `grep -q '^State:.Z' /proc/$(cat number)/status`;
    const script =
      `(setsid sh -c 'echo $$ >number; exec "$@"' - ${program} &); until ${isLeaderless}; do sleep 0.05; done`;
    const startMs = performance.now();
    const ended = await executor.submit({ name: "leaderless", execution: { exec: "sh", args: ["-c", script] } })
      .result();
    assertEquals(ended, { leaderless: "SUCCEED" });
    const atEnd = textOf(`${folder}/beats`).length;
    assert(atEnd > 3);
    // It writes every 20 ms as long as it lives.
    const pid = Number(textOf(`${folder}/number`));
    assert(!existsSync(`/proc/${pid}`), `${pid} is there after ${performance.now() - startMs} ms`);
    assertEquals(textOf(`${folder}/beats`).length, atEnd);
  }));
