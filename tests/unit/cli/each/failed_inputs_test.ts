import { assertEquals } from "@std/assert";
import { FailedInputs, type FailedOutcome } from "../../../../src/cli/each/failed_inputs.ts";

const exit = (code: number): FailedOutcome => ({ cause: "exit", reason: `exit code ${code}` });

Deno.test("FailedInputs names the first inputs of each reason, and counts the others", () => {
  const failed = new FailedInputs();
  failed.add(["a b"], { cause: "signal", reason: "killed" });
  for (let i = 0; i < 10; i++) failed.add([`${i}`, "x"], exit(1));
  for (let i = 2; i < 12; i++) failed.add(["y"], exit(i));
  const lines = failed.lines(false);
  assertEquals(lines.slice(0, 2), [
    "  exit code 1: 0 x, 1 x, 2 x, 3 x, 4 x, 5 x, 6 x, 7 x and 2 more",
    "  exit code 10: y",
  ]);
  assertEquals([lines.length, lines.at(-1)], [11, "  and 2 in other ways"]);
});

Deno.test("FailedInputs groups by the last line, in which numbers and paths count as equal", () => {
  const failed = new FailedInputs();
  failed.add(["a"], exit(2), { stderr: "no licence\n" });
  for (const name of ["b", "c"]) {
    failed.add([name], exit(2), { stdout: "read\n", stderr: `1\ncannot open /d/${name}\n` });
  }
  failed.add(["d"], exit(3), { stderr: "cannot open /d/d\n" });
  failed.add(["e"], exit(2));
  assertEquals(failed.lines(false), [
    "  exit code 2: b, c",
    "    cannot open <path>",
    "  exit code 2: a",
    "    no licence",
    "  exit code 2: e",
    "  exit code 3: d",
    "    cannot open /d/d",
  ]);
});

Deno.test("FailedInputs shows the last lines of the commonest failure only, and only where that is asked for", () => {
  const failed = new FailedInputs();
  failed.add(["a"], exit(1), { stderr: "first\nlast\n" });
  const stderr = [1, 2, 3, 4, 5, 6, 7].map((n) => `line ${n}\n`).join("");
  for (const name of ["b", "c"]) failed.add([name], exit(2), { stderr });
  const shown = [3, 4, 5, 6, 7].map((n) => `    | line ${n}`);
  assertEquals(failed.lines(true), ["  exit code 2: b, c", "    line 7", ...shown, "  exit code 1: a", "    last"]);
  assertEquals(failed.lines(false).some((line) => line.includes("|")), false);
});

Deno.test("FailedInputs explains what did not end by itself by its reason, not by its words", () => {
  const failed = new FailedInputs();
  const missing = (path: string): FailedOutcome => ({ cause: "start", reason: `program "${path}" does not exist` });
  failed.add(["y"], missing("/no/y"), { stderr: "words\n" });
  assertEquals(failed.lines(false), ['  program "/no/y" does not exist: y']);
  failed.add(["z"], missing("/no/z"));
  assertEquals(failed.lines(false), ['  program "<path>" does not exist: y, z']);
});

Deno.test("FailedInputs keeps little of however many ways, and still finds a common one that came late", () => {
  const failed = new FailedInputs();
  for (let i = 0; i < 100; i++) failed.add(["rare"], exit(2), { stderr: "x".repeat(i + 1) });
  for (let i = 0; i < 3; i++) failed.add(["common"], exit(1), { stderr: "no licence" });
  for (let i = 100; i < 1000; i++) failed.add(["rare"], exit(2), { stderr: "x".repeat(i + 1) });
  const lines = failed.lines(false);
  assertEquals(lines.slice(0, 2), ["  exit code 1: common, common, common", "    no licence"]);
  assertEquals([lines.length, lines.at(-1)], [21, "  and 991 in other ways"]);
});
