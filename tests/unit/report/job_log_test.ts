import { assertEquals } from "@std/assert";
import { commandText } from "../../../src/report/command_text.ts";
import { jobLogLine } from "../../../src/report/job_log.ts";

const task = { number: 7, startedAtMs: 1_795_503_136_541, endedAtMs: 1_795_503_136_647, outputBytes: 2, command: "x" };

Deno.test("jobLogLine() writes the columns of GNU parallel", () => {
  const line = jobLogLine({ ...task, exit: { code: 3 }, wasStopped: false });
  assertEquals(line, "7\t:\t1795503136.541\t     0.106\t0\t2\t3\t0\tx\n");
});

Deno.test("jobLogLine() tells signals, limits and failed starts apart as GNU parallel does", () => {
  const columns = (more: Pick<Parameters<typeof jobLogLine>[0], "exit" | "wasStopped">) =>
    jobLogLine({ ...task, ...more }).split("\t").slice(6, 8);
  assertEquals(columns({ exit: { signal: "SIGKILL" }, wasStopped: false }), ["0", "9"]);
  assertEquals(columns({ exit: { signal: "SIGTERM" }, wasStopped: true }), ["-1", "15"]);
  assertEquals(columns({ exit: undefined, wasStopped: false }), ["127", "0"]);
});

Deno.test("commandText() quotes what needs it, and stays one line", () => {
  assertEquals(commandText(["a", "b c", "", "d'e", "x=1", "{}"]), "a 'b c' '' 'd'\\''e' x=1 '{}'");
  assertEquals(commandText(["a\nb'\\\t\x01"]), "$'a\\nb\\'\\\\\\t\\x01'");
  assertEquals(commandText(["é\u202ex\x9b1m\x1b[2J"]), "$'é\\xe2\\x80\\xaex\\xc2\\x9b1m\\x1b[2J'");
});
