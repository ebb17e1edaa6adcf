import { assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { CatchUpFile, type CatchUpOptions } from "../../../src/events/catch_up_file.ts";

/** A file whose room is limited, and which takes only some bytes at a time. */
class SmallFile {
  text = "";
  room = Infinity;
  pieceBytes = Infinity;
  canOpen = true;
  nowMs = 0;
  isClosed = false;
  readonly troubles: string[] = [];

  options(more: Partial<CatchUpOptions> = {}): CatchUpOptions {
    return {
      open: () => {
        if (!this.canOpen) throw new Error("cannot open");
        return { write: (bytes) => this.#write(bytes), close: () => void (this.isClosed = true) };
      },
      nowMs: () => this.nowMs,
      troubled: (error) => void this.troubles.push((error as Error).message),
      ...more,
    };
  }

  #write(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.room, this.pieceBytes);
    if (count === 0) throw new Error("full");
    this.room -= count;
    this.text += new TextDecoder().decode(bytes.subarray(0, count));
    return count;
  }
}

Deno.test("CatchUpFile writes entries in order when it is flushed, in as many writes as it takes", () => {
  const small = new SmallFile();
  small.pieceBytes = 3;
  const file = new CatchUpFile(small.options());
  file.add("one\n");
  file.add("two\n");
  assertEquals(small.text, "");
  file.flush();
  assertEquals([small.text, file.missing], ["one\ntwo\n", 0]);
});

Deno.test("CatchUpFile keeps what cannot be written, tells of it once, and writes the missing part when that works", () => {
  const small = new SmallFile();
  const file = new CatchUpFile(small.options());
  small.room = 6;
  for (const entry of ["one\n", "two\n", "three\n"]) {
    file.add(entry);
    file.flush();
    small.nowMs += 1000;
  }
  assertEquals([small.text, file.missing, small.troubles], ["one\ntw", 2, ["full"]]);
  small.room = 100;
  file.flush();
  assertEquals([small.text, file.missing], ["one\ntwo\nthree\n", 0]);
});

Deno.test("CatchUpFile tries again once a second and not at every flush", () => {
  const small = new SmallFile();
  const file = new CatchUpFile(small.options());
  small.room = 0;
  file.add("a\n");
  file.flush();
  small.room = 100;
  small.nowMs = 999;
  file.flush();
  assertEquals(small.text, "");
  small.nowMs = 1000;
  file.flush();
  assertEquals(small.text, "a\n");
});

Deno.test("CatchUpFile opens a file later that cannot be opened at first", () => {
  const small = new SmallFile();
  small.canOpen = false;
  const file = new CatchUpFile(small.options());
  file.add("a\n");
  small.canOpen = true;
  file.close();
  assertEquals([small.troubles, small.text, file.missing, small.isClosed], [["cannot open"], "a\n", 0, true]);
});

Deno.test("CatchUpFile tells at the end how many whole entries are missing, and why", () => {
  const small = new SmallFile();
  small.room = 5;
  const file = new CatchUpFile(small.options());
  for (const entry of ["a\n", "é\n", "c\n", "d\n"]) file.add(entry);
  file.close();
  assertEquals([small.text, file.missing, (file.error as Error).message], ["a\né\n", 2, "full"]);
  assertEquals(small.isClosed, true);
});

Deno.test("CatchUpFile keeps bounded memory, counts what it cannot keep, and notes the gap where it is", () => {
  const small = new SmallFile();
  small.room = 0;
  const gapNote = (missing: number) => `(${missing} missing)\n`;
  const file = new CatchUpFile(small.options({ keptMax: 10, gapNote }));
  for (let i = 0; i < 8; i++) {
    file.add(`${i}\n`);
    file.flush();
  }
  assertEquals(file.missing, 8);
  small.room = 1000;
  small.nowMs = 5000;
  file.flush();
  file.add("8\n");
  file.close();
  assertEquals([small.text, file.missing], ["0\n1\n2\n3\n4\n(3 missing)\n8\n", 3]);
});

Deno.test("CatchUpFile writes every entry whole, once and in order, however often it is filled up", () => {
  const step = fc.record({
    entry: fc.string({ unit: "grapheme" }),
    room: fc.nat(12),
    waitMs: fc.constantFrom(0, 1000),
  });
  fc.assert(fc.property(fc.array(step), (steps) => {
    const small = new SmallFile();
    small.text = "";
    const bytes: number[] = [];
    const file = new CatchUpFile({
      ...small.options(),
      open: () => ({
        write: (piece) => {
          const count = Math.min(piece.length, small.room);
          if (count === 0) throw new Error("full");
          small.room -= count;
          bytes.push(...piece.subarray(0, count));
          return count;
        },
        close: () => {},
      }),
    });
    for (const { entry, room, waitMs } of steps) {
      small.room += room;
      small.nowMs += waitMs;
      file.add(`${entry.replaceAll("\n", " ")}\n`);
      file.flush();
    }
    const missing = file.missing;
    const whole = new TextDecoder().decode(new Uint8Array(bytes)).split("\n").length - 1;
    assertEquals(whole + missing, steps.length);
    small.room = Infinity;
    file.close();
    const wanted = steps.map(({ entry }) => `${entry.replaceAll("\n", " ")}\n`).join("");
    assertEquals(
      new TextDecoder().decode(new Uint8Array(bytes)),
      new TextDecoder().decode(new TextEncoder().encode(wanted)),
    );
  }));
});
