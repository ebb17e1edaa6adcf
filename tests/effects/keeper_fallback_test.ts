/**
 * Where the system refuses what a keeper needs, tasks run without one, and the user is told why. The refusals are real: by
 * a filter of system calls, or by limits.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";

const project = new URL("../../", import.meta.url).pathname;

/** Becomes a program that the kernel refuses a call, as filters of containers do: for one second argument. */
const filter = `#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
int main(int count, char **words) {
  int call = atoi(words[1]), second = atoi(words[2]);
  struct sock_filter steps[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, second, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { sizeof steps / sizeof *steps, steps };
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) return 99;
  execvp(words[3], words + 3);
  return 98;
}
`;

interface Refusal {
  /** A call by its number, and what its second argument must be to be refused. */
  readonly call?: readonly [number: number, second: number];
  /** What a shell does before. */
  readonly before?: string;
}

/** Numbers of calls. */
const pidfdOpen = 434;
const setLimit = Deno.build.arch === "x86_64" ? 302 : 261;
const fileLocks = 10;

const hasCompiler = (() => {
  try {
    return new Deno.Command("cc", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
})();

/** Runs a task that writes, and one that is stopped with what it left, where something is refused. */
async function runRefused({ call, before = ":" }: Refusal): Promise<{ out: string; err: string }> {
  const folder = await Deno.makeTempDir({ prefix: "refused-" });
  const program = `import { QCGPJExecutor } from "${project}mod.ts";
    await using executor = new QCGPJExecutor({ wd: "${folder}", durability: "memory", resources: "4", graceMs: 200 });
    const sh = (script) => ({ exec: "sh", args: ["-c", script]});
    const a = executor.submit({ name: "a", execution: { ...sh("echo text; exit 3"), stdout: "o" } });
    const b = executor.submit({ name: "b", execution: sh("sleep 600 & touch ready; wait"), timeoutMs: 500 });
    console.log(JSON.stringify([await a.result(), a.info().a.reason, await b.result(), b.info().b.cause]));`;
  await Deno.writeTextFile(`${folder}/p.ts`, program);
  const deno = [Deno.execPath(), "run", "-A", "--no-check", "--config", `${project}deno.json`, `${folder}/p.ts`];
  if (call !== undefined) {
    await Deno.writeTextFile(`${folder}/filter.c`, filter);
    const args = ["-o", `${folder}/filter`, `${folder}/filter.c`];
    assert((await new Deno.Command("cc", { args }).output()).success);
    deno.unshift(`${folder}/filter`, ...call.map(String));
  }
  const { stdout, stderr } = await new Deno.Command("bash", { args: ["-c", `${before}; exec "$0" "$@"`, ...deno] })
    .output();
  await Deno.remove(folder, { recursive: true });
  return { out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

const refusals: readonly (Refusal & { readonly name: string; readonly told: string })[] = [
  {
    name: "the kernel makes no descriptors for processes",
    call: [pidfdOpen, 0],
    told: "the kernel has no descriptors for processes",
  },
  { name: "a filter lets nobody set a limit", call: [setLimit, fileLocks], told: "tasks cannot be tagged" },
  { name: "the limit of file locks is set", before: "ulimit -x 1000", told: "tasks cannot be tagged" },
];

for (const { name, told, ...refusal } of refusals) {
  Deno.test({
    name: `Where ${name}, tasks run without a keeper, and that is told`,
    ignore: refusal.call !== undefined && !hasCompiler,
    fn: async () => {
      const { out, err } = await runRefused(refusal);
      assertStringIncludes(err, told);
      assertStringIncludes(err, "Tasks are started without a keeper");
      assertEquals(out, '[{"a":"FAILED"},"exit code 3",{"b":"FAILED"},"timeout"]\n');
    },
  });
}

Deno.test("Where nothing is refused, nothing is told", async () => {
  assertEquals(await runRefused({}), { out: '[{"a":"FAILED"},"exit code 3",{"b":"FAILED"},"timeout"]\n', err: "" });
});
