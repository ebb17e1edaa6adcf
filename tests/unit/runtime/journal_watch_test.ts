/**
 * A journal that somebody else removes or changes while it is written.
 *
 * @module
 */

import { assert, assertEquals, assertFalse } from "@std/assert";
import { JournalWatch } from "../../../src/runtime/journal_watch.ts";
import type { JournalStore } from "../../../src/runtime/ports.ts";

function sceneOf(store: Partial<JournalStore> = {}) {
  const scene = {
    nowMs: 0,
    change: undefined as string | undefined,
    looks: 0,
    warnings: [] as string[],
    isClosed: false,
  };
  const journal: JournalStore = {
    append: () => {},
    close: () => {
      scene.isClosed = true;
      return Promise.resolve();
    },
    findChange: () => {
      assertFalse(scene.isClosed, "nothing can be seen of it any more");
      scene.looks++;
      return scene.change;
    },
    ...store,
  };
  const watch = new JournalWatch(journal, { nowMs: () => scene.nowMs }, { warn: (text) => scene.warnings.push(text) });
  return { scene, watch };
}

Deno.test("JournalWatch tells once that the journal was changed, and goes on", () => {
  const { scene, watch } = sceneOf();
  watch.append([]);
  assertEquals([scene.warnings, watch.isWhole], [[], true]);
  scene.change = "The journal was removed";
  for (scene.nowMs = 1000; scene.nowMs < 5000; scene.nowMs += 500) watch.append([]);
  assertEquals([scene.warnings, watch.isWhole], [["The journal was removed; the jobs go on"], false]);
});

Deno.test("JournalWatch looks once a second at most, and once more at the end", async () => {
  const { scene, watch } = sceneOf();
  for (scene.nowMs = 0; scene.nowMs < 3000; scene.nowMs++) watch.append([]);
  assertEquals(scene.looks, 3);
  scene.change = "The journal was cut";
  await watch.close();
  assertEquals([scene.looks, watch.isWhole, scene.isClosed], [4, false, true]);
});

Deno.test("JournalWatch.append() gives what the journal gives, and throws what it throws", async () => {
  const error = new Error("full");
  const broken = sceneOf({ append: () => Promise.reject(error) });
  assertEquals(await Promise.resolve(broken.watch.append([])).catch((reason) => reason), error);
  const { findChange: _, ...plain } = { findChange: 0, append: () => {}, close: () => Promise.resolve() };
  const watch = new JournalWatch(plain, { nowMs: () => 0 }, { warn: () => assert(false) });
  assertEquals(watch.append([]), undefined);
  await watch.close();
  assert(watch.isWhole);
});
