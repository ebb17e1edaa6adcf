import "../support/empty_home.ts";
import { assertEquals } from "@std/assert";
import { countRecords } from "../../src/deno/files/runs/report_file.ts";
import { withFolder } from "./support/journals.ts";

/** The plain way: lines that do not begin with a tab. */
function countPlainly(text: string): { records: number; endsHalf: boolean } {
  const lines = text.split("\n");
  const last = lines.pop()!;
  const isRecord = (line: string) => !line.startsWith("\t");
  const half = last !== "" && isRecord(last) ? 1 : 0;
  return { records: lines.filter(isRecord).length + half, endsHalf: last !== "" };
}

Deno.test("countRecords() counts as one does line by line, wherever the pieces end that it is read in", () =>
  withFolder((path) => {
    const mebi = 1 << 20;
    const long = "x".repeat(mebi - 3);
    const texts = [
      ...["", "\n", "\t", "a", "a\n", "a\n\tb\n", "\ta\nb", "a\n\n\tb\n\t", "a\r\n"],
      ...[
        `${long}\n\tb\nc`,
        `${long}xx\n\tb\nc\n`,
        `${long}x\nb\n\tc`,
        `${long}\n\n\n`,
        `${long}xxx\n`,
        `${long}xxxx\n\ta\n`,
      ],
    ];
    for (const text of texts) {
      Deno.writeTextFileSync(path, text);
      assertEquals(countRecords(path), countPlainly(text), JSON.stringify(text.slice(-8)));
    }
    Deno.removeSync(path);
    assertEquals(countRecords(path), { records: 0, endsHalf: false });
    return Promise.resolve();
  }));
