/**
 * What a task inherits of what the pilot's program has open: nothing but its three streams.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals } from "@std/assert";
import type { ExecutorOptions } from "@qcg/pilotjob";
import { Scratch } from "../e2e/support/scratch.ts";
import { hasCompiler, refuseCall } from "./support/refused_call.ts";
import { Confined } from "./support/confined.ts";

const openers = {
  open: { name: "open", parameters: ["buffer", "i32", "i32"], result: "i32" },
  pipe: { name: "pipe", parameters: ["buffer"], result: "i32" },
  socketpair: { name: "socketpair", parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  socket: { name: "socket", parameters: ["i32", "i32", "i32"], result: "i32" },
  eventfd: { name: "eventfd", parameters: ["u32", "i32"], result: "i32" },
  epoll: { name: "epoll_create1", parameters: ["i32"], result: "i32" },
  inotify: { name: "inotify_init", parameters: [], result: "i32" },
  timer: { name: "timerfd_create", parameters: ["i32", "i32"], result: "i32" },
  memory: { name: "memfd_create", parameters: ["buffer", "u32"], result: "i32" },
  duplicate: { name: "fcntl", parameters: ["i32", "i32", "i32"], result: "i32" },
  close: { name: "close", parameters: ["i32"], result: "i32" },
} as const;

/** Opens fifty descriptors of all kinds that children of this program would inherit, and closes them at the end. */
class Foreign implements Disposable {
  readonly #library = Deno.dlopen("libc.so.6", openers);
  readonly descriptors: readonly number[];

  constructor() {
    const { symbols } = this.#library;
    const text = (path: string) => new TextEncoder().encode(`${path}\0`);
    const two = (make: (pair: Uint8Array<ArrayBuffer>) => number) => {
      const pair = new Uint8Array(8);
      assertEquals(make(pair), 0);
      return [...new Int32Array(pair.buffer)];
    };
    const kinds: readonly (() => number | readonly number[])[] = [
      () => symbols.open(text("/"), 0, 0),
      () => symbols.open(text("/etc/passwd"), 0, 0),
      () => symbols.open(text("/dev/null"), 2, 0),
      () => symbols.open(text("/"), 0o10000000, 0),
      () => two((pair) => symbols.pipe(pair)),
      () => two((pair) => symbols.socketpair(1, 1, 0, pair)),
      () => symbols.socket(2, 2, 0),
      () => symbols.eventfd(0, 0),
      () => symbols.epoll(0),
      () => symbols.inotify(),
      () => symbols.timer(1, 0),
      () => symbols.memory(text("memory"), 0),
      // One that stands far from the others.
      () => symbols.duplicate(0, 0, 500),
    ];
    const opened: number[] = [];
    for (let round = 0; opened.length < 50; round++) opened.push(...[kinds[round % kinds.length]!()].flat());
    assert(opened.every((descriptor) => descriptor > 2), `${opened}`);
    this.descriptors = opened;
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.descriptors) this.#library.symbols.close(descriptor);
    this.#library.close();
  }
}

/** `ls` has one more: the folder that it looks into. */
const listing = "ls /proc/self/fd";
const onlyThree = "0\n1\n2\n3\n";

for (const launcher of ["keeper", "native", "direct"] as const) {
  for (const more of [{}, { sandbox: "require" }, { permissions: { run: true, read: ["."], write: ["."] } }] as const) {
    const options: ExecutorOptions = { launcher, durability: "memory", ...more };
    const what = `${launcher}${"sandbox" in more ? ", in a sandbox" : "permissions" in more ? ", under a scope" : ""}`;
    Deno.test(`A task inherits its three streams and nothing else: ${what}`, async () => {
      using _before = new Foreign();
      await using confined = new Confined(() => options);
      const list = async (settings: Record<string, string | undefined> = {}) =>
        (await confined.run({ exec: "sh", args: ["-c", `${listing} >listed`], stdout: "o", stderr: "e", ...settings }))
          .status;
      assertEquals(await list({ stdout: "same", stderr: "same" }), "SUCCEED");
      assertEquals(confined.scratch.read("work/listed"), onlyThree);
      // What a foreign library opens while the pilot lives; a keeper is a process of its own by then.
      using _meanwhile = new Foreign();
      assertEquals(await list({ stdin: "same" }), "SUCCEED");
      assertEquals(confined.scratch.read("work/listed"), onlyThree);
    });
  }
}

Deno.test("A task in a sandbox inherits its three streams and nothing else of a pilot without -A that has more", async () => {
  await using scratch = new Scratch();
  const program = `import { QCGPJExecutor } from "@qcg/pilotjob";
    await using executor = new QCGPJExecutor({ sandbox: "require", durability: "memory" });
    const job = (name, more) => ({ name, execution: { exec: "sh", args: ["-c", "ls /proc/self/fd >" + name], ...more } });
    executor.manager.submit([job("a", {}), job("b", { stdout: "b.out", stderr: "b.err" })]);
    console.log(await executor.manager.wait4all());`;
  scratch.write("program.ts", program);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const flags = "--no-prompt --quiet --no-check --allow-run --allow-read --allow-write --allow-env";
  const run = `${Deno.execPath()} run ${flags} --config ${config} program.ts`;
  const script = `cd ${scratch.path}; exec 8</ 14</etc 15</; exec ${run}`;
  const { success, stderr } = new Deno.Command("bash", { args: ["-c", script], stdin: "null" }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
  assertEquals(["a", "b"].map((name) => scratch.read(name)), [onlyThree, onlyThree]);
});

/** The number of `close_range`, which marks all descriptors at once. */
const closeRange = 436;

for (const launcher of ["native", "direct"]) {
  Deno.test({
    name: `A task inherits its three streams and nothing else where a filter refuses to mark all at once: ${launcher}`,
    ignore: !hasCompiler,
    fn: async () => {
      await using scratch = new Scratch();
      const program = `import { QCGPJExecutor } from "@qcg/pilotjob";
        const library = Deno.dlopen("libc.so.6", { close_range: { parameters: ["u32", "u32", "i32"], result: "i32" } });
        console.log(library.symbols.close_range(3, 0xffff_ffff, 4));
        await using executor = new QCGPJExecutor({ launcher: "${launcher}", durability: "memory" });
        executor.manager.submit({ name: "a", execution: { exec: "sh", args: ["-c", "ls /proc/self/fd >a"] } });
        await executor.manager.wait4all();`;
      scratch.write("program.ts", program);
      const config = new URL("../../deno.json", import.meta.url).pathname;
      const refusing = await refuseCall(scratch.path, [closeRange, 0xffff_ffff]);
      const run = `${refusing.join(" ")} ${Deno.execPath()} run -A --quiet --no-check --config ${config} program.ts`;
      const script = `cd ${scratch.path}; exec 8</ 14</etc 15</; exec ${run}`;
      const { stdout, stderr } = new Deno.Command("bash", { args: ["-c", script], stdin: "null" }).outputSync();
      assertEquals(new TextDecoder().decode(stdout), "-1\n", new TextDecoder().decode(stderr));
      assertEquals(scratch.read("a"), onlyThree);
    },
  });
}
