import { assertEquals, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { InvariantError } from "../../../src/base/assert.ts";
import { AttemptMap } from "../../../src/runtime/attempt_map.ts";

Deno.test("AttemptMap keeps every attempt of a task by itself, in whatever order they come and go", () => {
  const step = fc.record({
    task: fc.constantFrom(0, 1, 4095, 4096, 3_000_000_000),
    attempt: fc.integer({ min: 1, max: 3 }),
    value: fc.nat({ max: 3 }),
    act: fc.constantFrom("set", "set", "delete", "deleteAll"),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const map = new AttemptMap<number>();
    const plain = new Map<string, number>();
    for (const { task, attempt, value, act } of steps) {
      const key = { task, attempt };
      const name = `${task}#${attempt}`;
      if (act === "set") {
        map.set(key, value);
        plain.set(name, value);
      } else if (act === "delete") {
        map.delete(key);
        plain.delete(name);
      } else {
        map.deleteAll(value);
        for (const [other, theirs] of [...plain]) if (theirs === value) plain.delete(other);
      }
      assertEquals(map.get(key), plain.get(name));
    }
    const all = [...map].map(([{ task, attempt }, value]) => `${task}#${attempt} ${value}`);
    assertEquals(all.toSorted(), [...plain].map(([name, value]) => `${name} ${value}`).toSorted());
  }));
});

Deno.test("AttemptMap has an attempt once that was an older one and is set again", () => {
  const map = new AttemptMap<number>();
  map.set({ task: 1, attempt: 2 }, 0);
  map.set({ task: 1, attempt: 1 }, 1);
  map.delete({ task: 1, attempt: 2 });
  map.set({ task: 1, attempt: 1 }, 0);
  assertEquals([...map], [[{ task: 1, attempt: 1 }, 0]]);
});

Deno.test("AttemptMap refuses an attempt that does not fit in 16 bits", () => {
  const map = new AttemptMap<number>();
  map.set({ task: 1, attempt: 65_535 }, 0);
  assertThrows(() => map.set({ task: 1, attempt: 65_536 }, 0), InvariantError);
});
