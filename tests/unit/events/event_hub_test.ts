import { assertEquals, assertThrows } from "@std/assert";
import type { Event } from "../../../src/core/types.ts";
import { EventHub } from "../../../src/events/event_hub.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { HandPilot, jobOf } from "../service/support.ts";

const drained = (atMs: number): Event => ({ kind: "pilotDrained", atMs });

interface Heard {
  readonly hub: EventHub;
  readonly ledger: Ledger;
  /** What readers noted, and which failed, in order. */
  readonly notes: string[];
}

function hear(): Heard {
  const notes: string[] = [];
  return {
    hub: new EventHub((name, error) => notes.push(`${name} failed: ${(error as Error).message}`)),
    ledger: new Ledger(),
    notes,
  };
}

const noting = (notes: string[], name: string) => ({
  apply: ({ atMs }: Event) => void notes.push(`${name} ${atMs}`),
  flush: () => void notes.push(`${name} writes`),
});

Deno.test("EventHub tells every event to every reader, one by one, and then lets them write", () => {
  const { hub, ledger, notes } = hear();
  hub.add("a", noting(notes, "a"));
  hub.add("b", noting(notes, "b"));
  hub.tell([drained(1), drained(2)], ledger);
  assertEquals(notes, ["a 1", "b 1", "a 2", "b 2", "a writes", "b writes"]);
});

Deno.test("EventHub shows readers a ledger that knows this event and none after it", () => {
  const pilot = new HandPilot("n0:1");
  const seen: string[] = [];
  pilot.hub.add("states", {
    apply: (event, ledger) => void ("task" in event && seen.push(`${event.kind} ${ledger.state(event.task)}`)),
  });
  pilot.take(jobOf("a", { retry: 1 }));
  pilot.run("a", { code: 1 });
  assertEquals(seen.slice(0, 4), [
    "taskScheduled SCHEDULED",
    "taskStarted EXECUTING",
    "attemptEnded QUEUED",
    "taskScheduled SCHEDULED",
  ]);
});

Deno.test("EventHub leaves a reader out that throws, tells it once, and tells the others on", () => {
  const { hub, ledger, notes } = hear();
  let calls = 0;
  hub.add("bad", {
    apply: () => {
      calls++;
      throw new Error("no");
    },
    dropped: (error) => void notes.push(`bad hears: ${(error as Error).message}`),
  });
  hub.add("good", noting(notes, "good"));
  hub.tell([drained(1), drained(2)], ledger);
  hub.tell([drained(3)], ledger);
  assertEquals(calls, 1);
  assertEquals(notes, [
    ...["bad failed: no", "bad hears: no"],
    ...["good 1", "good 2", "good writes", "good 3", "good writes"],
  ]);
});

Deno.test("EventHub leaves a reader out that fails when it writes, or when it hears that it failed", () => {
  const { hub, ledger, notes } = hear();
  const fail = () => {
    throw new Error("full");
  };
  hub.add("writer", { apply: () => {}, flush: fail, dropped: fail });
  hub.tell([drained(1)], ledger);
  hub.tell([drained(2)], ledger);
  assertEquals(notes, ["writer failed: full"]);
});

Deno.test("EventHub.add() gives a way to take the reader off, at once, even while events are told", () => {
  const { hub, ledger, notes } = hear();
  hub.add("first", { apply: () => takeOff() });
  const takeOff = hub.add("second", noting(notes, "second"));
  hub.tell([drained(1)], ledger);
  assertEquals(notes, []);
});

Deno.test("EventHub tells a reader that comes while events are told the next turn", () => {
  const { hub, ledger, notes } = hear();
  let isThere = false;
  hub.add("host", {
    apply: () => {
      if (!isThere) hub.add("guest", noting(notes, "guest"));
      isThere = true;
    },
  });
  hub.tell([drained(1), drained(2)], ledger);
  hub.tell([drained(3)], ledger);
  assertEquals(notes, ["guest 3", "guest writes"]);
});

Deno.test("EventHub.silence() keeps events from the readers, not from the ledger", () => {
  const { hub, ledger, notes } = hear();
  hub.add("a", noting(notes, "a"));
  hub.silence();
  const pilot = new HandPilot();
  const told: Event[] = [];
  pilot.hub.add("copy", { apply: (event) => void told.push(event) });
  pilot.take(jobOf("a"));
  hub.tell(told, ledger);
  assertEquals([notes, ledger.job(0)?.job.description.name], [[], "a"]);
});

Deno.test("EventHub throws what the ledger throws: it is the pilot's own", () => {
  const { hub, ledger, notes } = hear();
  hub.add("a", noting(notes, "a"));
  assertThrows(() => hub.tell([{ kind: "jobForgotten", atMs: 1, job: 7 }], ledger));
  assertEquals(notes, []);
});
