/**
 * A pilot that is killed in the first moments of a task leaves nothing of it, and a resume at once runs it once, whatever
 * the task does to its environment.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { QCGPJExecutor } from "@qcg/pilotjob";
import { livingIn } from "./support/hostile.ts";
import { textOf, until } from "./support/launches.ts";

const project = new URL("../../", import.meta.url).pathname;
/** Milliseconds from the submit to the kill. */
const moments = [10, 40, 70, 100, 130, 180];
/** It comes to its end when it is let, however late the kill is. */
const task =
  "#!/bin/sh\ncd $(dirname $0) && echo begin >> log; until [ -e go ]; do sleep 0.05; done; echo end >> log\n";

for (const momentMs of moments) {
  Deno.test(`A task of which a pilot is killed ${momentMs} ms after its submit runs once after a resume`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "early-" });
    await Deno.writeTextFile(`${folder}/t.sh`, task, { mode: 0o755 });
    const program = `import { QCGPJExecutor } from "${project}mod.ts";
      const executor = new QCGPJExecutor({ wd: "${folder}" });
      const args = ["-i", "${folder}/t.sh"];
      const future = executor.submit({ name: "a", execution: { exec: "env", args } });
      setTimeout(() => Deno.kill(Deno.pid, "SIGKILL"), ${momentMs});
      await future.result();`;
    await Deno.writeTextFile(`${folder}/p.ts`, program);
    const deno = ["run", "-A", "--no-check", "--config", `${project}deno.json`, `${folder}/p.ts`];
    const { signal } = await new Deno.Command(Deno.execPath(), { args: deno, stderr: "null" }).output();
    assertEquals(signal, "SIGKILL");
    {
      await using executor = new QCGPJExecutor({ resume: folder });
      const isNow = (status: string) => executor.manager.status("a").jobs["a"]?.data.status === status;
      await until(() => isNow("EXECUTING"));
      await Deno.writeTextFile(`${folder}/go`, "");
      await until(() => isNow("SUCCEED"));
    }
    await until(() => livingIn(folder).length === 0);
    const words = textOf(`${folder}/log`).trimEnd().split("\n");
    // What was killed has no end; what has survived it would have come to its end, too.
    assertEquals(words.filter((word) => word === "end"), ["end"]);
    assertEquals(words.at(-1), "end");
    await Deno.remove(folder, { recursive: true });
  });
}
