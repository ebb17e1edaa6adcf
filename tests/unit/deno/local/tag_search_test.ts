/**
 * The search for processes that carry a tag, on a machine that the test makes.
 *
 * @module
 */

import { assert, assertEquals, assertFalse } from "@std/assert";
import { familyOf, tagOf, tagsOfRun } from "../../../../src/agent/tag.ts";
import { hasTagged, TagSearch, tagsFrom, type TagSight } from "../../../../src/deno/local/tag_search.ts";

const family = familyOf(tagsOfRun("0123456789abcdef"), 7);
const tag = String(tagOf(family, 5));

/** A machine whose processes are known by their tags, and can be changed while somebody looks. */
class Machine implements TagSight {
  readonly processes = new Map<number, { readonly tag: string; isDead?: true }>();
  last = 0;
  asked: number[] = [];
  /** What happens when a process is asked for its tag. */
  onAsk: (pid: number) => void = () => {};

  start(tag: string, pid: number = this.last + 1): number {
    this.last = pid;
    this.processes.set(pid, { tag });
    return pid;
  }

  newest(): number | undefined {
    return this.last;
  }

  list(): Iterable<number> {
    return [...this.processes.keys()].sort((a, b) => a - b);
  }

  tagOf(pid: number): string | undefined {
    this.asked.push(pid);
    const tag = this.processes.get(pid)?.tag;
    this.onAsk(pid);
    return tag;
  }

  isLiving(pid: number): boolean {
    const process = this.processes.get(pid);
    return process !== undefined && process.isDead !== true;
  }
}

const newSearch = (machine: Machine) => new TagSearch(tagsFrom(family), machine);

Deno.test("TagSearch.look() looks at all once, and then at what is newer only", () => {
  const machine = new Machine();
  for (let count = 0; count < 50; count++) machine.start(count === 20 ? tag : "");
  using search = newSearch(machine);
  assertEquals([...search.look()], [21]);
  machine.processes.delete(21);
  machine.asked = [];
  assertEquals([...search.look()], []);
  const born = machine.start(tag);
  assertEquals([...search.look()], [born]);
  assertEquals(machine.asked, [21, born]);
});

Deno.test("TagSearch.look() finds each of a lineage that is followed by a new process whenever it is looked at", () => {
  const machine = new Machine();
  let lives = 20;
  machine.start(tag);
  machine.onAsk = (pid) => {
    if (machine.processes.get(pid)?.tag !== tag) return;
    machine.processes.delete(pid);
    if (lives-- > 0) machine.start(tag);
  };
  using search = newSearch(machine);
  let found = 0;
  for (let look = 0; look < 30; look++) found += [...search.look()].length;
  assertEquals(found, 21);
});

Deno.test("TagSearch.look() looks again at a number that has no process yet", () => {
  const machine = new Machine();
  using search = newSearch(machine);
  assertEquals([...search.look()], []);
  machine.last = 3; // The kernel has given the number away, and the process is not to be seen yet.
  assertEquals([...search.look()], []);
  machine.processes.set(3, { tag });
  assertEquals([...search.look()], [3]);
});

Deno.test("TagSearch.look() gives again what was killed and is still there, and not what is dead", () => {
  const machine = new Machine();
  const [stuck, zombie] = [machine.start(tag), machine.start(tag)];
  machine.processes.get(zombie)!.isDead = true;
  using search = newSearch(machine);
  assertEquals([...search.look()], [stuck, zombie]);
  for (let look = 0; look < 5; look++) assertEquals([...search.look()], [stuck]);
  machine.processes.delete(stuck);
  assertEquals([...search.look()], []);
});

Deno.test("TagSearch.look() looks at all when numbers begin again", () => {
  const machine = new Machine();
  machine.start("", 32_000);
  using search = newSearch(machine);
  assertEquals([...search.look()], []);
  machine.start(tag, 300);
  assertEquals([...search.look()], [300]);
});

Deno.test("tagsFrom() leaves keepers out where only tasks are wanted", () => {
  const keeper = String(tagOf(family, 0));
  assert(tagsFrom(family)(keeper));
  assertFalse(tagsFrom(family, "tasks")(keeper));
  assert(tagsFrom(family, "tasks")(tag));
  assertFalse(tagsFrom(familyOf(tagsOfRun("0123456789abcdef"), 8))(tag));
});

Deno.test("hasTagged() follows a lineage that hops ahead of the look", () => {
  const machine = new Machine();
  const main = machine.start(tag);
  machine.start(tag);
  machine.onAsk = (pid) => {
    if (pid === main || machine.last > 5) return;
    machine.processes.delete(pid);
    machine.start(tag);
  };
  assert(hasTagged(tag, main, machine));
});

Deno.test("hasTagged() sees neither the process itself nor the dead nor those of other tasks", () => {
  const machine = new Machine();
  const main = machine.start(tag);
  machine.processes.get(machine.start(tag))!.isDead = true;
  machine.start(String(tagOf(family, 6)));
  assertFalse(hasTagged(tag, main, machine));
  machine.start(tag, 100_000); // So many numbers are not looked at one by one.
  machine.asked = [];
  assert(hasTagged(tag, main, machine));
  assert(machine.asked.length < 10);
});

Deno.test("hasTagged() looks at all when numbers have begun again", () => {
  const machine = new Machine();
  const main = machine.start(tag, 32_000);
  machine.start(tag, 300);
  assert(hasTagged(tag, main, machine));
});
