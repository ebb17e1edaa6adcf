/**
 * What a sandbox shows, against neighbours that replace folders by links: with the bubblewrap that is there, and with one
 * that takes no descriptors, as older ones.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ExecutorOptions, PermissionScope } from "@qcg/pilotjob";
import { Confined } from "./support/confined.ts";
import { checkBeginning, checkPlace } from "../../src/launch/sandbox_check.ts";
import { makeSwapped, outsideOf, untouched, whenAllowed, whileSwapped } from "./support/swapped.ts";

/** A bubblewrap that refuses what an old one does not know. */
const oldBubblewrap = `#!/bin/sh
if [ "$1" = --help ]; then /usr/bin/bwrap --help 2>&1 | grep -v -e --bind-fd -e --ro-bind-fd; exit; fi
for word in "$@"; do
  case "$word" in --) break ;; --bind-fd | --ro-bind-fd) echo "bwrap: Unknown option $word" >&2; exit 1 ;; esac
done
echo used >>"$(dirname "$0")/used"
exec /usr/bin/bwrap "$@"
`;

const outer: PermissionScope = { run: true, read: ["."], write: ["."] };

/** Ways to a sandbox that is made sure of. */
const ways: Readonly<Record<string, { readonly options: ExecutorOptions; readonly isOld?: true }>> = {
  "the keeper": { options: {} },
  "the native launcher": { options: { launcher: "native" } },
  "the direct launcher": { options: { launcher: "direct" } },
  "the keeper and an old bubblewrap": { options: {}, isOld: true },
};

function make(options: ExecutorOptions, isOld = false): Confined {
  return new Confined((folder) => {
    const searchPath = Deno.env.get("PATH")!;
    if (isOld) {
      Deno.writeTextFileSync(`${folder}/bwrap`, oldBubblewrap, { mode: 0o755 });
      Deno.env.set("PATH", `${folder}:${searchPath}`);
      // The executor looks for it as soon as it is made, and no later.
      queueMicrotask(() => Deno.env.set("PATH", searchPath));
    }
    return { sandbox: "require", durability: "memory", permissions: outer, ...options };
  });
}

Deno.test("The look from inside refuses a place that is not shown, or is another one, and else becomes the program", () => {
  const look = (...words: readonly string[]) => {
    const [shell, ...beginning] = checkBeginning;
    const args = [...beginning, ...words, "--", "LOOKED=yes", "--", "/bin/sh", "-c", "echo $LOOKED"];
    const { code, stdout, stderr } = new Deno.Command(shell!, { args }).outputSync();
    return [code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)];
  };
  const { dev, ino } = Deno.statSync("/proc");
  const [, path, listed] = checkPlace("/proc");
  assertEquals(look(`${dev}:${ino}`, path!, listed!), [0, "yes\n", ""]);
  assertEquals(look("", path!, listed!), [0, "yes\n", ""]);
  const refusal = (place: string) => [126, "", `sandbox: ${place} was replaced while it was being shown\n`];
  assertEquals(look(`${dev}:${ino! + 1}`, path!, listed!), refusal("/proc"));
  assertEquals(look(...checkPlace("/usr/bin")), refusal("/usr/bin"));
});

for (const [name, { options, isOld = false }] of Object.entries(ways)) {
  const test = (criterion: string, body: (confined: Confined) => Promise<void>) =>
    Deno.test(`Sandbox with ${name}: ${criterion}`, async () => {
      await using confined = make(options, isOld);
      await body(confined);
    });

  test("a narrower scope is held where its folder is still the same", async (confined) => {
    makeSwapped(confined);
    const { scratch } = confined;
    confined.executor.manager.submit({
      name: "in",
      permissions: { ...outer, write: ["flip"] },
      execution: {
        exec: "sh",
        args: ["-c", "echo in >flip/in; (echo out >out) 2>/dev/null || echo refused; ls -A /proc/self/fd"],
        stdout: "flip/said",
      },
    });
    assertEquals(await confined.executor.manager.wait4("in"), { in: "SUCCEED" });
    assertEquals([scratch.read("work/flip/in"), outsideOf(confined)], ["in\n", [...untouched]]);
    if (isOld) assertStringIncludes(scratch.read("used"), "used");
    // The fourth is the folder that `ls` looks into.
    assertEquals(scratch.read("work/flip/said"), "refused\n0\n1\n2\n3\n");
  });

  test("a narrower scope shows nothing behind a link that came in the place of its folder", async (confined) => {
    makeSwapped(confined);
    const { manager } = confined.executor;
    const swap = "mv flip aside; mv link flip";
    const outside = confined.scratch.in("outside");
    const narrow = (name: string, own: PermissionScope, script: string) => ({
      name,
      permissions: { ...outer, ...own },
      dependencies: { after: ["swap"] },
      execution: { exec: "sh", args: ["-c", script] },
    });
    manager.submit([
      { name: "swap", execution: { exec: "sh", args: ["-c", swap] } },
      narrow("write", { write: ["flip"] }, `echo written >${outside}/new; echo written >flip/new`),
      narrow("read", { read: ["flip"], write: ["aside"] }, `cat ${outside}/precious flip/precious >aside/told`),
    ]);
    await manager.wait4(["write", "read"]);
    assertEquals(outsideOf(confined), [...untouched]);
    for (const job of ["write", "read"]) {
      const { status, messages } = manager.info(job).jobs[job]!.data;
      assertEquals(status, "FAILED");
      assertStringIncludes(messages ?? "", "symbolic link that came after the permission scope was checked");
    }
    const told = Array.from(Deno.readDirSync(confined.scratch.in("work/aside")), ({ name }) => name);
    assertEquals(told, ["precious"]);
  });

  test("a narrower scope writes nowhere else while a neighbour swaps folders and links", async (confined) => {
    const { manager } = confined.executor;
    const outside = confined.scratch.in("outside");
    const [count, roundsMin, roundsMax] = [20, 3, 100];
    let [round, succeeded] = [0, 0];
    await whileSwapped(confined, async () => {
      // Some must meet a link; of those that find the folder some succeed, but bubblewrap may lose it on the way.
      while (round < roundsMin || succeeded === round * count && round < roundsMax) {
        const name = `race-${round++}`;
        await whenAllowed(() =>
          manager.submit({
            name,
            permissions: { ...outer, write: ["aside", "flip"] },
            execution: { exec: "sh", args: ["-c", `echo written >${outside}/new; echo in >flip/in`] },
            iteration: { stop: count },
          })
        );
        await manager.wait4(name);
        const { total, failed } = manager.info(name).jobs[name]!.data.iterations!;
        succeeded += total - failed;
      }
    });
    assertEquals(outsideOf(confined), [...untouched]);
    assert(succeeded < round * count, "some met a link");
  });
}

Deno.test("Sandbox without a network: Unix sockets are reached only where they are shown", async () => {
  await using confined = make({ permissions: { run: true, write: ["."] } });
  const reach = async (path: string) => {
    using listener = Deno.listen({ transport: "unix", path });
    const accepted = listener.accept().then((connection) => connection.close(), () => {});
    const program = `Deno.connect({ transport: "unix", path: "${path}" }).then((c) => c.close(), () => Deno.exit(9))`;
    const { exitCode } = await confined.run({ exec: Deno.execPath(), args: ["eval", "--no-lock", program] });
    if (exitCode === "0") await accepted;
    return exitCode;
  };
  assertEquals(await reach(confined.scratch.in("hidden.sock")), "9", "it lies in the temporary folder");
  assertEquals(await reach(confined.scratch.in("work/shown.sock")), "0");
});
