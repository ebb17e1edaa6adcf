import { assert, assertEquals } from "@std/assert";
import { infosOf, statesOf } from "../../../src/service/answers.ts";
import { type Books, type InfoReply, replyResources, replyStatus } from "../../../src/service/replies.ts";
import { epochMs } from "../../sim/virtual_clock.ts";
import { PilotHarness } from "../runtime/pilot_harness.ts";

function booksOf({ pilot: { intake, ledger, nodes, rootWd } }: PilotHarness) {
  return { intake, ledger, nodes, rootWd };
}

/** What is told of one name that is known. */
function infoOf(books: Books, name: string, options: { readonly withChilds?: boolean } = {}): InfoReply {
  const [one] = infosOf(books, [name], options);
  assert(one?.kind === "known");
  return one.answer;
}

Deno.test("replyResources() counts every core that is not free as used", () => {
  assertEquals(replyResources({ nodes: 2, cores: 6, freeCores: 5 }), {
    total_nodes: 2,
    total_cores: 6,
    used_cores: 1,
    free_cores: 5,
  });
});

Deno.test("replyStatus() and infosOf() have QCG-PilotJob's keys in its order", async () => {
  const stage = new PilotHarness();
  stage.submit("A", "I x2");
  await stage.start("A", "I:0");
  await stage.clock.advanceTo(epochMs + 2000);
  await stage.exit("A", "300");
  await stage.exit("I:0", "1");
  const books = booksOf(stage);
  const [one] = statesOf(books, ["I:0"]);
  assert(one?.kind === "known");
  assertEquals(replyStatus("I:0", one.answer), { status: 0, data: { jobName: "I:0", status: "FAILED" } });
  assertEquals(Object.keys(infoOf(books, "A")), ["jobName", "status", "messages", "runtime", "history"]);
  assertEquals(Object.keys(infoOf(books, "A").runtime!), [
    "allocation",
    "wd",
    "rtime",
    "exit_code",
    "pid",
    "pname",
  ]);
  assertEquals(Object.keys(infoOf(books, "I", { withChilds: true })), [
    "jobName",
    "status",
    "iterations",
    "childs",
    "messages",
    "history",
  ]);
  assertEquals(infoOf(books, "A").runtime!.rtime, "0:00:02.000000");
});

Deno.test("infosOf() tells the history of a plain job from QUEUED on, of an iteration from SCHEDULED on", async () => {
  const stage = new PilotHarness();
  stage.submit("A", "I x1");
  await stage.run("A", "I:0");
  const states = (name: string) => infoOf(booksOf(stage), name).history.split("\n").map((line) => line.slice(28));
  assertEquals(infoOf(booksOf(stage), "A").history.split("\n")[1], "2001-09-09 01:46:40.000000: QUEUED");
  assertEquals(states("A"), ["", "QUEUED", "SCHEDULED", "EXECUTING", "SUCCEED"]);
  assertEquals(states("I:0"), ["", "SCHEDULED", "EXECUTING", "SUCCEED"]);
  assertEquals(states("I"), ["", "QUEUED", "SUCCEED"]);
});
