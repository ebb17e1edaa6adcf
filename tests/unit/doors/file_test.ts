import { assertEquals } from "@std/assert";
import { fileDoor } from "../../../src/doors/file.ts";
import { quiet } from "../../sim/virtual_clock.ts";
import { jobOf } from "../service/support.ts";
import { HandSession } from "./support.ts";

const submits = ["a", "b", "c"].map((name) => ({ name, value: { request: "submit", jobs: [jobOf(name)] } }));

Deno.test("fileDoor() answers its requests in order, when it is open, and ends", async () => {
  const session = new HandSession();
  const answers: string[] = [];
  const door = fileDoor(submits, { answered: ({ name }, reply) => answers.push(`${name} ${reply.code}`) })(session);
  assertEquals([door.label, answers], ["FILE", []]);
  await door.ended;
  await door[Symbol.asyncDispose]();
  assertEquals(answers, ["a 0", "b 0", "c 0"]);
});

Deno.test("fileDoor() answers what stands behind a request to end, and nothing after a stop", async () => {
  const closed = new HandSession();
  closed.close();
  await fileDoor(submits)(closed).ended;
  assertEquals([...closed.served.pilot.intake.names()], ["a", "b", "c"]);

  const stopped = new HandSession();
  stopped.answered = () => stopped.isStopped = true;
  let abandoned = 0;
  await fileDoor(submits, { abandoned: () => abandoned++ })(stopped).ended;
  assertEquals([[...stopped.served.pilot.intake.names()], abandoned], [["a"], 1]);
});

Deno.test("fileDoor() lets others have their turn after fifty requests, and not between a submit and its cancel", async () => {
  const session = new HandSession();
  const turns: number[] = [];
  let [asked, answered] = [0, 0];
  session.answered = () => asked++;
  session.nextTurn = () => (turns.push(asked), quiet());
  const many = Array.from({ length: 120 }, (_, i) => ({ value: { request: "submit", jobs: [jobOf(`j${i}`)] } }));
  await fileDoor(many, { answered: () => answered++ })(session).ended;
  assertEquals([turns, answered], [[0, 50, 100, 120], 120]);
});
