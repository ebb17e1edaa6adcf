/**
 * Doors of an executor: other programs send requests while this one runs.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { type Door, type ExecutorOptions, QCGPJExecutor } from "@qcg/pilotjob";
import { fileDoor, pipeDoor } from "@qcg/pilotjob/doors";
import { replaceMethod } from "../sim/replace.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";

/** A door of HTTP requests, and how to send one. */
class HttpDoor {
  #port = 0;

  readonly door: Door = (session) =>
    Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => void (this.#port = port) },
      async (request) => Response.json(await session.answer(await request.json())),
    );

  /** Sends a request; returns the reply. */
  async ask(request: string, rest: object = {}): Promise<{ code: number; message?: string; data: unknown }> {
    const body = JSON.stringify({ request, ...rest });
    return await (await fetch(`http://127.0.0.1:${this.#port}`, { method: "POST", body })).json();
  }
}

function executorIn(scratch: Scratch, options: ExecutorOptions): QCGPJExecutor {
  return new QCGPJExecutor({ wd: scratch.path, resources: "2", otherArgs: ["--id", "doors"], ...options });
}

const job = (name: string, exec: string, more: object = {}): object => ({ name, execution: { exec, ...more } });

Deno.test("Doors and the program itself submit to one executor, under the same permissions", async () => {
  await using scratch = new Scratch();
  const [one, two] = [new HttpDoor(), new HttpDoor()];
  const permissions = { run: ["sh", "true"], read: true, write: ["."], env: [] } as const;
  {
    await using executor = executorIn(scratch, { doors: [one.door, two.door], permissions });
    executor.manager.submit({ name: "own", execution: { exec: "true" } });
    const replies = [
      await one.ask("submit", { jobs: [job("first_${rcnt}", "sh", { args: ["-c", "echo [$HOME]"], stdout: "out" })] }),
      await two.ask("submit", { jobs: [job("second_${rcnt}", "true")] }),
      await two.ask("submit", { jobs: [job("env", "env")] }),
    ];
    assertEquals(replies.map(({ data }) => data), [
      { submitted: 1, jobs: ["first_2"] },
      { submitted: 1, jobs: ["second_3"] },
      { error: "PERMISSION_SCOPE" },
    ]);
    await executor.manager.wait4(["own", "first_2", "second_3"]);
    assertEquals((await two.ask("listJobs")).data, {
      length: 3,
      jobs: { own: { status: "SUCCEED" }, first_2: { status: "SUCCEED" }, second_3: { status: "SUCCEED" } },
    });
  }
  assertEquals(scratch.read("out"), "[]\n");
  assertEquals(JSON.parse(scratch.read(".qcgpjm-service-doors/final_status.json")).System.Ifaces, ["DOOR", "DOOR"]);
  await assertRejects(() => one.ask("status"), TypeError);
});

Deno.test("Requests that are known are done before the scope of an executor is left, and served() waits for doors", async () => {
  await using scratch = new Scratch();
  const replies: unknown[] = [];
  const request = { request: "submit", jobs: [job("known", "sh", { args: ["-c", "echo done"], stdout: "out" })] };
  {
    const file = fileDoor([{ value: request }], { answered: (_, { code }) => replies.push(code) });
    await using _executor = executorIn(scratch, { doors: [file] });
  }
  assertEquals([scratch.read("out"), replies], ["done\n", [0]]);

  const input = new Blob([JSON.stringify({ request: "resourcesInfo" })]).stream();
  const send = (line: string) => Promise.resolve(void replies.push(JSON.parse(line).code));
  await using executor = new QCGPJExecutor({
    ...{ durability: "memory", wd: scratch.path },
    doors: [pipeDoor({ input, inputName: "the stream", send })],
  });
  await executor.served();
  assertEquals(replies, [0, 0]);
});

Deno.test("A door tells its clients the events of the run, from any number on", async () => {
  await using scratch = new Scratch();
  let port = 0;
  /** Streams events as lines of JSON, from the number in the path. */
  const live: Door = (session) =>
    Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: (address) => void (port = address.port) }, ({ url }) => {
      const from = Number(new URL(url).pathname.slice(1));
      const lines = ReadableStream.from(session.events({ from })).pipeThrough(
        new TransformStream({ transform: (event, sink) => sink.enqueue(`${JSON.stringify(event)}\n`) }),
      );
      return new Response(lines.pipeThrough(new TextEncoderStream()));
    });
  const read = async (response: Response): Promise<{ event: string; number: number }[]> =>
    (await response.text()).trim().split("\n").map((line) => JSON.parse(line));
  const responses: Response[] = [];
  {
    await using executor = executorIn(scratch, { doors: [live] });
    executor.manager.submit({ name: "a", execution: { exec: "true" } });
    await executor.manager.wait4("a");
    // Both are served before the door closes, which ends what it has begun.
    for (const from of [1, 4]) responses.push(await fetch(`http://127.0.0.1:${port}/${from}`));
    executor.manager.submit({ name: "b", execution: { exec: "true" } });
  }
  const [all, rest] = await Promise.all(responses.map(read));
  assertEquals(all!.map(({ event, number }) => `${number} ${event}`), [
    ...["1 jobSubmitted", "2 taskScheduled", "3 taskStarted", "4 jobFinished"],
    ...["5 jobSubmitted", "6 taskScheduled", "7 taskStarted", "8 jobFinished", "9 runFinished"],
  ]);
  assertEquals(rest, all!.slice(3));
});

Deno.test("A door that breaks is told on the standard error and in the log; the other door and the jobs go on", async () => {
  await using scratch = new Scratch();
  const told: string[] = [];
  const broken = Promise.withResolvers<void>();
  const wire: Door = () => ({ ended: broken.promise, [Symbol.asyncDispose]: () => Promise.resolve() });
  const good = new HttpDoor();
  {
    using _console = replaceMethod(console, "warn", () => (text) => void told.push(text));
    await using executor = executorIn(scratch, { doors: [wire, good.door] });
    await good.ask("submit", { jobs: [job("a", "true")] });
    broken.reject(new Error("the wire was cut"));
    await executor.manager.wait4("a");
    assertEquals((await good.ask("submit", { jobs: [job("b", "true")] })).code, 0);
    assertEquals(await executor.manager.wait4("b"), { b: "SUCCEED" });
  }
  assertEquals(told, ["QCG-PilotJob: door WIRE broke, all else goes on: the wire was cut"]);
  assertStringIncludes(scratch.read(".qcgpjm-service-doors/service.log"), "door WIRE broke");
});

Deno.test("A door that cannot be opened is thrown, and the doors before it are closed", async () => {
  await using scratch = new Scratch();
  let closed = 0;
  const first: Door = () => ({ [Symbol.asyncDispose]: () => Promise.resolve(void closed++) });
  const taken: Door = () => {
    throw new Deno.errors.AddrInUse("port 80 is taken");
  };
  assertThrows(() => executorIn(scratch, { doors: [first, taken] }), Deno.errors.AddrInUse, "port 80");
  await until(() => closed === 1, "the first door is closed");
  assertEquals([...Deno.readDirSync(scratch.path)], []);
  assertThrows(
    () => executorIn(scratch, { doors: first as unknown as Door[] }),
    TypeError,
    'Option "doors" of QCGPJExecutor must be',
  );
});

Deno.test("finish closes the doors and leaves the executor open", async () => {
  await using scratch = new Scratch();
  const http = new HttpDoor();
  const isClosed = Promise.withResolvers<void>();
  const watched: Door = (session) => {
    const open = http.door(session);
    session.unlessClosed(new Promise(() => {})).then(() => isClosed.resolve());
    return open;
  };
  await using executor = executorIn(scratch, { doors: [watched] });
  assertEquals((await http.ask("finish")).data, { when: "2s" });
  await isClosed.promise;
  executor.manager.submit({ name: "later", execution: { exec: "true" } });
  assertEquals(await executor.manager.wait4("later"), { later: "SUCCEED" });
  assert((await Promise.allSettled([http.ask("status")]))[0].status === "rejected");
});
