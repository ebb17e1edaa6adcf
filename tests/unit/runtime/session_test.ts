/** The session over a run in memory: doors made by hand, processes by command, time that stands still. */
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import type { EventOptions } from "../../../src/events/event_stream.ts";
import { Admission } from "../../../src/runtime/admission.ts";
import type { Door, DoorSession, OpenDoor } from "../../../src/runtime/door.ts";
import { closeMsMax } from "../../../src/runtime/opened_door.ts";
import type { RunSettings } from "../../../src/runtime/run_settings.ts";
import { Session } from "../../../src/runtime/session.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";
import { quiet } from "../../sim/virtual_clock.ts";
import { jobOf, variablesOf } from "../service/support.ts";
import { stateOf } from "./pilot_harness.ts";
import { RunHarness } from "./run_harness.ts";

/** A session over a run in memory. */
class SessionHarness extends RunHarness {
  readonly session: Session;

  constructor(settings: Partial<RunSettings> = {}) {
    super(settings);
    const { run } = this;
    const admission = new Admission({
      guard: { admit: (job) => job },
      pilot: run.pilot,
      submitVariables: variablesOf,
      requireGrants: () => {},
      openRecords: () => run.open(),
    });
    this.session = new Session({ run, admission, nextTurn: quiet });
  }

  /** Opens a door that notes when it is closed; returns its session. */
  open(name: string, parts: Partial<OpenDoor> = {}): DoorSession {
    let given: DoorSession | undefined;
    this.session.open((session) => {
      given = session;
      return {
        label: name,
        [Symbol.asyncDispose]: () => Promise.resolve(void this.notes.push(`close door ${name}`)),
        ...parts,
      };
    });
    return given!;
  }

  /** Says that the process of a job runs. */
  start(name: string): Promise<void> {
    const { key, sink } = this.launcher.launched.get(name)!;
    sink.started(key, { node: 0, pid: 100 + key.task });
    return quiet();
  }

  /** Says that the process of a job was ended by a signal. */
  kill(name: string): Promise<void> {
    const { key, sink } = this.launcher.launched.get(name)!;
    sink.exited(key, { signal: "SIGTERM" }, {});
    return quiet();
  }

  /** Submits a job through a door. */
  async ask(session: DoorSession, ...names: string[]): Promise<void> {
    const reply = await session.answer({ request: "submit", jobs: names.map((name) => jobOf(name)) });
    assertEquals(reply, {
      code: 0,
      message: `${names.length} jobs submitted`,
      data: { submitted: names.length, jobs: names },
    });
    await quiet();
  }
}

Deno.test("Session answers several doors at once, and a status names them", async () => {
  const harness = new SessionHarness();
  const [a, b] = [harness.open("A", { address: "tcp://127.0.0.1:7" }), harness.open("B", { publisher: "tcp://p" })];
  await harness.ask(a, "one", "two");
  assertEquals((await b.answerText('{"request": "listJobs"}')).data, {
    length: 2,
    jobs: { one: { status: "SCHEDULED" }, two: { status: "SCHEDULED" } },
  });
  const { System } = (await b.answer({ request: "status" })).data as { System: Record<string, unknown> };
  assertEquals([System["Ifaces"], System["Zmqaddress"], System["StatusPublisher"]], [
    ["A", "B"],
    "tcp://127.0.0.1:7",
    "tcp://p",
  ]);
});

Deno.test("Session.refuse() answers what is no request at all, and the log tells of it", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A");
  await harness.ask(door, "one"); // The records are opened then.
  const reply = await door.refuse("the message is not UTF-8 text");
  assertEquals([reply.code, reply.message], [1, "Invalid request: the message is not UTF-8 text"]);
  const log = harness.text("service.log");
  assertStringIncludes(log, "request ? refused: Invalid request: the message is not UTF-8 text");
});

Deno.test("Session tells tasks, and who looks into the folder, where the doors are that say so", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A", { address: "tcp://127.0.0.1:7", taskVariables: { WHERE: "tcp://127.0.0.1:7" } });
  harness.open("B", { taskVariables: { OTHER: "b" } });
  await harness.ask(door, "one");
  const { own } = harness.launcher.launched.get("one")!.plan.env;
  assertEquals([own["WHERE"], own["OTHER"], harness.text("address")], ["tcp://127.0.0.1:7", "b", "tcp://127.0.0.1:7"]);
});

Deno.test("Session calls a door by the name of its function where it gives none", async () => {
  const harness = new SessionHarness();
  const http: Door = () => ({ [Symbol.asyncDispose]: () => Promise.resolve() });
  for (const door of [http, (() => http)()]) harness.session.open(door);
  harness.session.open(() => ({ [Symbol.asyncDispose]: () => Promise.resolve() }));
  const { System } = (await harness.session.answer({ request: "status" })).data as { System: Record<string, unknown> };
  assertEquals(System["Ifaces"], ["HTTP", "HTTP", "DOOR"]);
});

Deno.test("Session.unlessClosed() wakes every waiter of every door, and those that come later at once", async () => {
  const harness = new SessionHarness();
  const doors = [harness.open("A"), harness.open("A"), harness.open("B")];
  const never = new Promise<string>(() => {});
  const waiting = doors.map((door) => door.unlessClosed(never));
  assertEquals(await doors[0]!.unlessClosed(Promise.resolve("came")), "came");
  await assertRejects(() => doors[1]!.unlessClosed(Promise.reject(new Error("broken"))), Error, "broken");
  assertEquals(await Promise.all(waiting.map(stateOf)), ["open", "open", "open"]);
  await harness.session.answer({ request: "control", command: "finishAfterAllTasksDone" });
  assertEquals(await Promise.all(waiting), [undefined, undefined, undefined]);
  assert(doors.every(({ isClosed, isStopped }) => isClosed && !isStopped));
  // What comes too late is nobody's any more, and no unhandled rejection either.
  assertEquals(await doors[2]!.unlessClosed(Promise.reject(new Error("late"))), undefined);
  await quiet();
});

Deno.test("Session.open() throws what a door throws; the others stay open and the run goes on", async () => {
  const harness = new SessionHarness();
  const good = harness.open("GOOD");
  const bad: Door = () => {
    throw new Error("the port is taken");
  };
  assertThrows(() => harness.session.open(bad), Error, "the port is taken");
  await harness.ask(good, "a");
  assertEquals([good.isClosed, harness.notes.includes("close door GOOD")], [false, false]);
});

Deno.test("Session.open() refuses a door that returns nothing to close it by, and names it", () => {
  const { session } = new SessionHarness();
  const wrong: Record<string, () => unknown> = {
    nothing: () => undefined,
    late: () => Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve() }),
    plain: () => ({ close: () => {} }),
  };
  const told = Object.values(wrong).map((door) => assertThrows(() => session.open(door as Door), TypeError).message);
  const must = "must return an object with [Symbol.asyncDispose], which closes it, not";
  assertEquals(told, [
    `Door NOTHING ${must} undefined`,
    `Door LATE ${must} a promise; what takes time belongs in ended`,
    `Door PLAIN ${must} an object`,
  ]);
});

Deno.test("A door that breaks is told and closed; the other doors and the run go on", async () => {
  const harness = new SessionHarness();
  const broken = Promise.withResolvers<void>();
  const [bad, good] = [harness.open("BAD", { ended: broken.promise }), harness.open("GOOD")];
  await harness.ask(bad, "a");
  broken.reject(new Error("connection lost"));
  await quiet();
  assertEquals(harness.warnings, ["door BAD broke, all else goes on: connection lost"]);
  assertStringIncludes(harness.text("service.log"), "door BAD broke, all else goes on: connection lost");
  assertEquals(harness.notes.filter((note) => note.startsWith("close door")), ["close door BAD"]);
  assertEquals([harness.session.hasBrokenDoor, good.isClosed], [true, false]);
  await harness.ask(good, "b");
  await harness.finish("a");
  await harness.finish("b");
  await harness.session.end();
  assertEquals(harness.run.statistics.jobs.finished, 2);
});

Deno.test("A door reads the events of the run, also what other doors and earlier clients brought about, to the end", async () => {
  const harness = new SessionHarness();
  const [a, b] = [harness.open("A"), harness.open("B")];
  await harness.ask(a, "one");
  const [all, later] = [b.events({ from: "start" }), b.events()].map((stream) => Array.fromAsync(stream));
  await harness.finish("one");
  await harness.session.end();
  const kinds = (await all!).map(({ event, number }) => `${number} ${event}`);
  assertEquals(kinds, [
    ...["1 jobSubmitted", "2 taskScheduled", "3 taskStarted", "4 jobFinished", "5 runFinished"],
  ]);
  assertEquals((await later!).map(({ event, number }) => `${number} ${event}`), kinds.slice(2));
});

Deno.test("A door that reads events too slowly is told how many it missed, and a misspelled option", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A");
  await using slow = door.events({ capacity: 2 });
  await harness.ask(door, "one");
  await harness.finish("one");
  const read = [await slow.next(), await slow.next(), await slow.next()].map(({ value }) => value!);
  assertEquals(read.map(({ event }) => event), ["jobSubmitted", "taskScheduled", "lagged"]);
  assertEquals(read[2], { event: "lagged", number: 3, missed: 2, atMs: harness.clock.nowMs() });
  assertThrows(
    () => door.events({ form: "start" } as EventOptions),
    TypeError,
    'events() has no option "form" (did you mean "from"?)',
  );
});

Deno.test("Session.end() waits for the jobs, then closes the doors, then gives the run back", async () => {
  const harness = new SessionHarness();
  const a = harness.open("A", { address: "tcp://a", publisher: "tcp://p" });
  harness.open("SLOW", { [Symbol.asyncDispose]: () => quiet().then(() => void harness.notes.push("close door SLOW")) });
  await harness.ask(a, "job");
  const end = harness.session.end();
  assertEquals(harness.session.end(), end);
  assertEquals(await stateOf(end), "open");
  // Until the last job has ended, questions are answered; more jobs are not taken.
  assertEquals((await a.answer({ request: "jobStatus", jobNames: ["job"] })).code, 0);
  assertStringIncludes((await a.answer({ request: "submit", jobs: [jobOf("late")] })).message!, "was shut down");
  harness.notes.length = 0;
  await harness.finish("job");
  await end;
  assertEquals(harness.notes, [
    ...["close door A", "close door SLOW"],
    ...["close", "close journal", "close job report", "close log"],
  ]);
  // Its events are published no more.
  const { Ifaces, Zmqaddress, StatusPublisher } = JSON.parse(harness.text("final_status.json")).System;
  assertEquals([Ifaces, Zmqaddress, StatusPublisher], [["A", "SLOW"], "tcp://a", null]);
});

Deno.test("Session.end() first takes what a door brings whose requests are known, and waits for no other", async () => {
  const harness = new SessionHarness();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const known = harness.open("A", { ended, isAwaited: true });
  harness.open("B", { ended: new Promise(() => {}) });
  const end = harness.session.end();
  await quiet();
  await harness.ask(known, "one"); // Its reply says that the job was taken.
  resolve();
  await harness.start("one");
  await harness.kill("one");
  await end;
  assertEquals((await known.answer({ request: "submit", jobs: [jobOf("late")] })).code, 1);
});

Deno.test("A door that never closes is told after some seconds, and keeps nothing from ending", async () => {
  const harness = new SessionHarness();
  harness.run.open();
  harness.open("STUCK", { [Symbol.asyncDispose]: () => new Promise(() => {}) });
  harness.open("GOOD");
  const end = harness.session.end();
  await quiet();
  await harness.clock.advanceTo(harness.clock.nowMs() + closeMsMax - 1);
  assertEquals([await stateOf(end), harness.warnings], ["open", []]);
  await harness.clock.advanceTo(harness.clock.nowMs() + 1);
  await end;
  const [told, ...more] = harness.warnings;
  assertEquals(
    told,
    "door STUCK could not be closed and is left to itself: Timed out after 5000 ms closing door STUCK",
  );
  assertEquals([more, harness.clock.waiting], [[], 0]);
});

Deno.test("A door that throws when it is closed is told, and keeps nothing from ending", async () => {
  const harness = new SessionHarness();
  const rejects = () => Promise.reject(new Error("rejected"));
  const throws = () => {
    throw new Error("thrown");
  };
  harness.open("A", { [Symbol.asyncDispose]: rejects });
  harness.open("B", { [Symbol.asyncDispose]: throws });
  await harness.session.end();
  assertEquals(harness.warnings.map((text) => text.replace(/ could.*: /, " ")).toSorted(), [
    "door A rejected",
    "door B thrown",
  ]);
});

Deno.test("finish closes the doors after two seconds, and leaves the jobs and the run alone", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A");
  await harness.ask(door, "job");
  assertEquals((await door.answer({ request: "finish" })).data, { when: "2s" });
  await harness.clock.advanceTo(harness.clock.nowMs() + 1999);
  assertEquals(door.isClosed, false);
  await harness.clock.advanceTo(harness.clock.nowMs() + 1);
  assertEquals([door.isClosed, door.isStopped, harness.notes.at(-1)], [true, false, "close door A"]);
  await harness.finish("job");
  await harness.session.end();
  assertEquals(harness.run.statistics.jobs.finished, 1);
  assertEquals(harness.notes.filter((note) => note === "close door A").length, 1);
});

Deno.test("finish with now cancels the jobs when it closes the doors; end() leaves no timer behind", async () => {
  const harness = new SessionHarness();
  await harness.ask(harness.open("A"), "job");
  await harness.start("job");
  await harness.session.answer({ request: "finish", params: { now: true } });
  await harness.clock.advanceTo(harness.clock.nowMs() + 2000);
  assertEquals(harness.notes.filter((note) => note.startsWith("SIG")), ["SIGTERM job"]);
  await harness.kill("job");
  await harness.session.end();

  const other = new SessionHarness();
  await other.open("A").answer({ request: "finish" });
  await other.session.end();
  assertEquals(other.clock.waiting, 0);
});

Deno.test("Session.served() waits for doors that end by themselves, and for others until no requests are wanted", async () => {
  const harness = new SessionHarness();
  const file = Promise.withResolvers<void>();
  const door = harness.open("FILE", { ended: file.promise });
  const served = harness.session.served();
  assertEquals(await stateOf(served), "open");
  file.resolve();
  await served;
  harness.open("NET");
  const servedBoth = harness.session.served();
  assertEquals(await stateOf(servedBoth), "open");
  await door.answer({ request: "control", command: "finishAfterAllTasksDone" });
  await servedBoth;
});

Deno.test("Session.interrupt() refuses changes, stops all tasks, and leaves them unfinished on record", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A");
  await harness.ask(door, "job");
  await harness.start("job");
  const waiting = door.unlessClosed(new Promise(() => {}));
  const interrupted = harness.session.interrupt("SIGINT: stopping service");
  assertEquals([door.isStopped, (await door.answer({ request: "submit", jobs: [jobOf("late")] })).message], [
    true,
    "processing stopped",
  ]);
  await interrupted;
  assertEquals(await waiting, undefined);
  await quiet();
  assertEquals(harness.notes.includes("SIGTERM job"), true);
  await harness.kill("job");
  await harness.session.end();
  assertEquals(harness.disk.events().some(({ kind }) => kind === "jobEnded"), false);
  assertStringIncludes(harness.text("service.log"), "SIGINT: stopping service");
});

Deno.test("A run that breaks closes the doors, and end() rejects with what broke it", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A");
  await harness.ask(door, "job");
  harness.run.pilot.abandon(new Error("no disk"));
  await quiet();
  assertEquals([door.isStopped, door.isClosed, harness.notes.includes("close door A")], [true, true, true]);
  await assertRejects(() => harness.session.end(), Error, "no disk");
});

Deno.test("Session tells reply and log what was asked for when it is on record, each in its order, and not before", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A");
  const held = harness.disk.hold();
  const asked = [
    door.answer({ request: "submit", jobs: [jobOf("a")] }),
    door.answer({ request: "jobStatus", jobNames: ["a"] }),
    door.answer({ request: "submit", jobs: [jobOf("a")] }),
  ];
  const order: number[] = [];
  asked.forEach((reply, i) => reply.then(() => order.push(i)));
  assertEquals(await stateOf(Promise.race(asked)), "open");
  assertEquals([harness.text("service.log").includes("request"), harness.launcher.launched.size], [false, 0]);
  held.resolve();
  assertEquals((await Promise.all(asked)).map(({ code }) => code), [0, 0, 1]);
  await quiet();
  assertEquals(order, [0, 1, 2]);
  const told = harness.text("service.log").split("\n").map((line) => / request .*/.exec(line)?.[0]);
  assertEquals(
    told.filter((text) => text !== undefined).map((text) => text.slice(0, 26)),
    [
      " request submit accepted: 1",
      " request jobStatus accepted",
      " request submit refused: Jo",
    ].map((text) => text.slice(0, 26)),
  );
});

Deno.test("Session takes back what it has done when that could not be recorded, and answers questions all the same", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A");
  const held = harness.disk.hold();
  const asked = [door.answer({ request: "submit", jobs: [jobOf("a")] }), door.answer({ request: "listJobs" })];
  await quiet();
  held.reject(new Error("no disk"));
  const [submitted, listed] = await Promise.all(asked);
  assertEquals(submitted, {
    code: 1,
    message: "The run broke before this was on record: no disk",
    data: { error: "NOT_RECORDED" },
  });
  assertEquals(listed!.code, 0);
  assertStringIncludes(harness.text("service.log"), "request submit refused: The run broke before");
  await assertRejects(() => harness.session.end(), Error, "no disk");
});

Deno.test("Session.interrupt() leaves nothing that was accepted out of the records", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A");
  await harness.ask(door, "first");
  const held = harness.disk.hold();
  const asked = [door.answer({ request: "submit", jobs: [jobOf("a")] })];
  await quiet();
  asked.push(door.answer({ request: "submit", jobs: [jobOf("b")] }));
  const interrupted = harness.session.interrupt("SIGINT: stopping service");
  await quiet();
  held.resolve();
  await interrupted;
  assertEquals((await Promise.all(asked)).map(({ code }) => code), [0, 0]);
  const submitted = harness.disk.events().filter(({ kind }) => kind === "jobSubmitted");
  assertEquals(submitted.length, 3);
});

Deno.test("Session logs what it is asked, but not how far the run is, which is asked again and again", async () => {
  const harness = new SessionHarness();
  const door = harness.open("A");
  await harness.ask(door, "one");
  assertEquals([(await door.answer({ request: "progress" })).code, (await door.answer({ request: "listJobs" })).code], [
    0,
    0,
  ]);
  const log = harness.text("service.log");
  assertStringIncludes(log, "request listJobs");
  assertEquals(log.includes("progress"), false);
});

Deno.test("Session lets tasks go on that stand still when it closes, as nobody could do so any more", async () => {
  const nodes = parseNodeSpec("n0:2");
  const pilot = {
    nodes,
    graceMs: 1000,
    rootWd: "/wd",
    environmentSchema: "common",
    hostOf: (node: string) => node,
  } as const;
  const harness = new SessionHarness({ pilot });
  const door = harness.open("A");
  await harness.session.freeze!(true);
  await harness.ask(door, "one");
  assertEquals(harness.launcher.launched.has("one"), false);
  await door.answer({ request: "finish" });
  await harness.clock.advanceTo(harness.clock.nowMs() + 2000);
  await quiet();
  assert(harness.launcher.launched.has("one"));
});
