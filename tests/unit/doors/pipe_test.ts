import { assertEquals, assertRejects } from "@std/assert";
import { pipeDoor } from "../../../src/doors/pipe.ts";
import { stateOf } from "../runtime/pilot_harness.ts";
import { jobOf } from "../service/support.ts";
import { HandSession } from "./support.ts";

const submit = (name: string): string => `${JSON.stringify({ request: "submit", jobs: [jobOf(name)] })}\n`;

/** A pipe of texts, and what came out of it. */
function pipeOf(texts: AsyncIterable<string> | Iterable<string>, send?: () => Promise<void>) {
  const session = new HandSession();
  const out: string[] = [];
  let refused = 0;
  const encode = async function* () {
    for await (const text of texts) yield new TextEncoder().encode(text);
  };
  const { ended } = pipeDoor({
    input: encode(),
    inputName: "standard input",
    send: async (text) => {
      out.push(text);
      await send?.();
    },
    refused: () => refused++,
  })(session);
  const codes = () => out.map((line) => JSON.parse(line).code);
  return { session, ended: ended!, codes, refused: () => refused };
}

Deno.test("pipeDoor() answers each line by a line, passes over empty ones, and ends with its input", async () => {
  const { ended, codes, refused } = pipeOf([submit("a") + "\n \n", submit("b"), '{"request": "listJobs"}']);
  await ended;
  assertEquals([codes(), refused()], [[0, 0, 0], 0]);
});

Deno.test("pipeDoor() tells of lines that are no request and of refused submits, not of refused questions", async () => {
  const lines = ["nonsense", "[]", '{"request": "dance"}', submit("a"), submit("a")];
  const { ended, codes, refused } = pipeOf(
    [...lines, '{"request": "jobStatus", "jobNames": ["x"]}'].map((line) => `${line}\n`),
  );
  await ended;
  assertEquals([codes(), refused()], [[1, 1, 1, 0, 1, 1], 4]);
});

Deno.test("pipeDoor() ends when no more requests are wanted, though its input or its reader hangs", async () => {
  const never = new Promise<void>(() => {});
  const silent = async function* () {
    yield submit("a");
    await never;
  };
  const hanging = [pipeOf(silent()), pipeOf([submit("a"), submit("b")], () => never)];
  for (const { ended, session, codes } of hanging) {
    assertEquals(await stateOf(ended), "open");
    session.close();
    await ended;
    assertEquals(codes(), [0]);
  }
});

Deno.test("pipeDoor() breaks when its input cannot be read", async () => {
  const broken = async function* () {
    yield submit("a");
    await Promise.resolve();
    throw new Error("Input/output error");
  };
  const { ended, codes } = pipeOf(broken());
  await assertRejects(() => ended, Error, "Cannot read standard input: Input/output error");
  assertEquals(codes(), [0]);
});

Deno.test("pipeDoor() takes requests while replies wait for their record, and sends none before, nor after the end", async () => {
  const { session, ended, codes } = pipeOf([submit("a"), submit("a"), submit("b")]);
  const recorded = Promise.withResolvers<void>();
  session.recorded = () => recorded.promise;
  for (let i = 0; i < 50; i++) assertEquals(await stateOf(ended), "open");
  assertEquals([[...session.served.pilot.intake.names()], codes()], [["a", "b"], []]);
  recorded.resolve();
  await ended;
  assertEquals(codes(), [0, 1, 0]);
});
