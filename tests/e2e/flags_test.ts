import "../support/empty_home.ts";
import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { commandLineUse, flagsTable, flagUses, lessFlags } from "./support/flags.ts";
import { Scratch } from "./support/scratch.ts";

const project = new URL("../../", import.meta.url).pathname;
const program = `${project}tests/e2e/support/flags_program.ts`;

/** The command that proves a use with the flags given. */
function commandOf(use: typeof flagUses[number], flags: readonly string[]): string[] {
  const { options, execution, opens, captures = false } = use;
  const own = [...flags, "--quiet", "--config", `${project}deno.json`];
  return [
    "run",
    ...own,
    program,
    ...[options, execution, opens ?? null, captures].map((value) => JSON.stringify(value)),
  ];
}

async function run(args: readonly string[], cwd: string, command = Deno.execPath()): Promise<string> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    stdin: "null",
    signal: AbortSignal.timeout(300_000),
  });
  const { stdout, stderr } = await child.output();
  return (new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr)).trim();
}

for (const use of flagUses) {
  Deno.test(`${use.use}: ${use.flags.join(" ")} are enough, and none is too much`, async () => {
    await using scratch = new Scratch();
    const noPrompt = ["--no-prompt"];
    assertEquals(await run(commandOf(use, [...use.flags, ...noPrompt]), scratch.path), "SUCCEED");
    for (const { flags, missing } of lessFlags(use.flags)) {
      await using other = new Scratch();
      const output = await run(commandOf(use, [...flags, ...noPrompt]), other.path);
      assert(output.startsWith("PermissionScopeError: "), `${flags.join(" ")}: ${output}`);
      assertStringIncludes(output, missing);
      assertEquals(output.split("\n").length, 1, output);
      assertEquals(Array.from(Deno.readDirSync(other.path)), [], "nothing was begun");
    }
  });
}

for (const use of flagUses) {
  Deno.test(`${use.use}: nothing prompts on a terminal, where Deno would`, async () => {
    await using scratch = new Scratch();
    const cases = [...lessFlags(use.flags).map(({ flags }) => flags), [], use.flags];
    for (const flags of cases) {
      const words = [Deno.execPath(), ...commandOf(use, flags)].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
      const output = await run(["-qec", words.join(" "), "/dev/null"], scratch.path, "script");
      assertFalse(/requests|Allow\?/.test(output), `${flags.join(" ")}: ${output}`);
      assertStringIncludes(output, flags === use.flags ? "SUCCEED" : "PermissionScopeError: ");
    }
  });
}

Deno.test("The permission set basic of deno.json is enough for the basic example, and for nothing else", async () => {
  await using scratch = new Scratch();
  const use = { ...flagUses[0]!, flags: [] };
  assertEquals((await run(commandOf(use, ["-P=basic"]), scratch.path)).split("\n").at(-1), "SUCCEED");
  const other = await run(commandOf({ ...use, execution: { exec: "env" } }, ["-P=basic", "--no-prompt"]), scratch.path);
  assertStringIncludes(other, "--allow-run=env");
});

Deno.test(`${commandLineUse.use}: ${commandLineUse.flags.join(" ")} are enough, and none is too much`, async () => {
  const jobs = [{ name: "now", execution: { exec: "date", stdout: "out" } }];
  const call = async (flags: readonly string[]): Promise<string> => {
    await using scratch = new Scratch();
    scratch.write("jobs.json", JSON.stringify(jobs));
    const own = [...flags, "--no-prompt", "--no-check", "--config", `${project}deno.json`];
    return await run(["run", ...own, `${project}src/cli/main.ts`, "run", "jobs.json"], scratch.path);
  };
  assertStringIncludes(await call(commandLineUse.flags), "1 job: 1 succeeded");
  for (const { flags, missing } of lessFlags(commandLineUse.flags)) {
    const output = await call(flags);
    assertStringIncludes(output, missing);
    assertFalse(/ {4}at /.test(output), `a stack trace is no answer: ${output}`);
  }
});

Deno.test("The table of flags in docs/PERMISSIONS.md is the one that is proven here", () => {
  const document = Deno.readTextFileSync(`${project}docs/PERMISSIONS.md`);
  assertStringIncludes(unpadded(document), unpadded(flagsTable()));
});

/** Takes out the blanks and dashes with which the formatter pads the cells of a table. */
function unpadded(text: string): string {
  return text.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ");
}
