import "../support/empty_home.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";

const script = new URL("support/launch_once.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

/** Runs the program in a folder of its own, started by `/bin/sh` after `before`. */
async function launchOnce(flags: (folder: string) => string[], options: {
  readonly before?: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
} = {}): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    const deno = ["run", "--no-prompt", "--config", config, ...flags(folder), script, ...options.args ?? []];
    const { stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", `${options.before ?? ":"}; exec "$0" "$@"`, Deno.execPath(), ...deno],
      cwd: folder,
      env: options.env ?? {},
    }).output();
    const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
    return lines[0] === "" ? ["no output", new TextDecoder().decode(stderr)] : lines;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const listed = (folder: string) => ["--allow-run=/bin/sh", `--allow-read=${folder}`, `--allow-write=${folder}`];

Deno.test("chooseLauncher() takes the keeper under -A", async () => {
  assertEquals(await launchOnce(() => ["-A"]), ["KeeperLauncher", '{"code":5}']);
});

Deno.test("chooseLauncher() takes the direct launcher under a list of programs and one folder", async () => {
  assertEquals(await launchOnce(listed), ["DirectLauncher", '{"code":5}']);
});

Deno.test("chooseLauncher() takes the direct launcher without the foreign function interface", async () => {
  assertEquals(await launchOnce(() => ["-A", "--deny-ffi"]), ["DirectLauncher", '{"code":5}']);
});

for (const [launcher, expected] of [["Keeper", 5], ["Native", 5], ["Direct", 1]] as const) {
  const told = expected === 5
    ? "ignores no signal"
    : "ignores on what Deno has no way to change, as docs/PERMISSIONS.md says";
  Deno.test(`Where this program was started to ignore signals, a task of ${launcher}Launcher ${told}`, async () => {
    const flags = launcher === "Direct" ? ["-A", "--deny-ffi"] : ["-A"];
    const args = [`--run=grep -q 'SigIgn:.0000000000000000' /proc/self/status && exit 5`];
    if (launcher === "Native") args.push("--native");
    assertEquals(await launchOnce(() => flags, { before: "trap '' USR1", args }), [
      `${launcher}Launcher`,
      `{"code":${expected}}`,
    ]);
  });
}

Deno.test("DirectLauncher names the library variable that a restricted Deno refuses", async () => {
  const [, message] = await launchOnce(listed, { env: { LD_LIBRARY_PATH: "/opt/lib" } });
  assertStringIncludes(message!, "unset LD_LIBRARY_PATH or add the flag --allow-run");
});

Deno.test("DirectLauncher names a program that is not in the list", async () => {
  const [, message] = await launchOnce((folder) => [...listed(folder).slice(1), "--allow-run=/bin/true"]);
  assertStringIncludes(message!, "--allow-run=/bin/sh");
});

Deno.test("DirectLauncher fails one task and not the pilot when no descriptor is left", async () => {
  const told = await launchOnce(listed, { before: "ulimit -n 100", args: ["--exhaust"] });
  assertStringIncludes(told[1]!, "ulimit -n");
  assertEquals(told.slice(2), ['{"code":5}']);
});

Deno.test("NativeLauncher needs no descriptor of its own: it starts tasks when none is left", async () => {
  const told = await launchOnce(() => ["-A"], { before: "ulimit -n 100", args: ["--native", "--exhaust"] });
  assertEquals(told, ["NativeLauncher", '{"code":5}', '{"code":5}']);
});

Deno.test("KeeperLauncher waits with a task while no descriptor is left to start a keeper with", async () => {
  const told = await launchOnce(() => ["-A"], { before: "ulimit -n 100", args: ["--exhaust", "--briefly"] });
  assertEquals(told, ["KeeperLauncher", '{"code":5}', '{"code":5}']);
});
