/**
 * `--net`: `qcgpj service` and `qcgpj run` take requests over the network.
 *
 * @module
 */

import "../support/empty_home.ts";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  exists,
  findRecords,
  type Running,
  start,
  untilStarted,
  waitingJob,
  writeJobs,
} from "./support/command_line.ts";
import { until } from "./support/processes.ts";
import { Scratch } from "./support/scratch.ts";
import { ZmtpClient } from "../effects/support/zmtp_client.ts";

/** A command in a folder of its own, which clients reach. */
class Served implements AsyncDisposable {
  readonly scratch: Scratch = new Scratch();
  #running: Running | undefined;

  /** Starts the command, and waits until its address is known. */
  async start(...args: readonly string[]): Promise<Running> {
    this.#running = start([...args, "--id", "served"], { cwd: this.scratch.path });
    const { err } = this.#running;
    await until(() => exists(this.#addressPath), `there is an address, after: ${err}`);
    return this.#running;
  }

  get #addressPath(): string {
    return this.scratch.in(".qcgpjm-service-served/address");
  }

  get address(): string {
    return Deno.readTextFileSync(this.#addressPath);
  }

  /** A client that is connected. */
  connect(): Promise<ZmtpClient> {
    return ZmtpClient.connect(portOf(this.address), "REQ");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#running !== undefined) {
      try {
        this.#running.signal("SIGKILL");
      } catch {
        // It has ended.
      }
      await this.#running.ended;
    }
    await this.scratch[Symbol.asyncDispose]();
  }
}

const portOf = (address: string) => Number(address.split(":").at(-1));
const submit = (...jobs: readonly object[]) => ({ request: "submit", jobs });
const finish = { request: "control", command: "finishAfterAllTasksDone" };

interface System {
  readonly Ifaces: readonly string[];
  readonly Zmqaddress: string;
  readonly StatusPublisher: string | null;
}

Deno.test("qcgpj service --net takes requests, says where it is, publishes, and ends when it is asked to", async () => {
  await using served = new Served();
  const service = await served.start("service", "--net", "--nodes", "2");
  const { address } = served;
  assertMatch(address, /^tcp:\/\/127\.0\.0\.1:\d+$/);
  using client = await served.connect();
  const { data } = await client.ask({ request: "status" }) as { data: { System: System } };
  const { Ifaces, Zmqaddress, StatusPublisher } = data.System;
  assertEquals([Ifaces, Zmqaddress], [["ZMQ"], address]);

  using subscriber = await ZmtpClient.connect(portOf(StatusPublisher!), "SUB");
  await subscriber.subscribe("JFI");
  const task = {
    exec: "sh",
    args: ["-c", "echo $QCG_PM_ZMQ_ADDRESS"],
    env: { QCG_PM_ZMQ_ADDRESS: "mine" },
    stdout: "told",
  };
  assertEquals((await client.ask(submit({ name: "task", execution: task }))).code, 0);
  assertEquals(await subscriber.hear(), 'JFI {"manager": "served", "job": "task", "state": "SUCCEED"}');
  assertEquals(served.scratch.read("told").trim(), address);

  assertEquals((await client.ask(finish)).message, "finishAfterAllTasksDone command accepted");
  const { code, out, err } = await service.endedSoon();
  assertEquals([code, out, err], [0, "", `qcgpj service: requests are taken at ${address}\n`]);
  const final = JSON.parse(Deno.readTextFileSync(`${findRecords(served.scratch.path)}/final_status.json`));
  assertEquals([final.System.Zmqaddress, final.System.StatusPublisher], [address, null]);
});

Deno.test("qcgpj service --net without events says so, and its clients ask instead", async () => {
  await using served = new Served();
  const service = await served.start("service", "--net-port-min", "4000", "--net-port-max", "5000", "--disable-pub");
  using client = await served.connect();
  const { data } = await client.ask({ request: "status" }) as { data: { System: System } };
  assertEquals([data.System.StatusPublisher, portOf(served.address) >= 4000 && portOf(served.address) < 5000], [
    null,
    true,
  ]);
  assertEquals((await client.ask({ request: "finish" })).data, { when: "2s" });
  assertEquals((await service.endedSoon()).code, 0);
});

Deno.test("qcgpj service --net goes on after the last request of its file, until a client ends it", async () => {
  await using served = new Served();
  writeJobs(served.scratch, "jobs.json", [{ name: "filed", execution: { exec: "true" } }]);
  const service = await served.start("service", "--file-path", "jobs.json", "--net");
  using client = await served.connect();
  const ended = async () => JSON.stringify(await client.ask({ request: "jobStatus", jobNames: ["filed"] }));
  while (!(await ended()).includes("SUCCEED"));
  assertEquals((await client.ask(submit({ name: "sent", execution: { exec: "true" } }))).code, 0);
  await client.ask(finish);
  assertEquals((await service.endedSoon()).code, 0);
  const final = JSON.parse(Deno.readTextFileSync(`${findRecords(served.scratch.path)}/final_status.json`));
  assertEquals([final.System.Ifaces, final.JobStats.FinishedJobs], [["ZMQ", "FILE"], 2]);
});

Deno.test("qcgpj service --net ends what clients have submitted when it is interrupted", async () => {
  await using served = new Served();
  const service = await served.start("service", "--net");
  using client = await served.connect();
  await client.ask(submit(waitingJob(served.scratch, "long")));
  await untilStarted(served.scratch, "long");
  service.signal("SIGINT");
  const { code, out } = await service.endedSoon();
  assertEquals(code, 0);
  assertStringIncludes(out, "signal interrupt - stopping service");
});

Deno.test("qcgpj service --net that cannot listen says why and ends, and no request of its file is answered", async () => {
  await using served = new Served();
  const first = await served.start("service", "--net");
  const port = String(portOf(served.address));
  writeJobs(served.scratch, "jobs.json", [{ name: "never", execution: { exec: "touch", args: ["never"] } }]);
  const args = ["service", "--file-path", "jobs.json", "--net-port", port, "--id", "shut", "--wd", "apart"];
  const { code, err } = await start(args, { cwd: served.scratch.path }).endedSoon();
  const why = `Cannot listen on tcp://127.0.0.1:${port}: another program has this port`;
  assertEquals([code, err], [1, `Error: ${why}\n`]);
  assertEquals(exists(served.scratch.in("never")), false);
  assertStringIncludes(served.scratch.read("apart/.qcgpjm-service-shut/service.log"), `: failed to start: ${why}\n`);
  first.signal("SIGINT");
  assertEquals((await first.endedSoon()).code, 0);
});

Deno.test("qcgpj service --net-address warns of what it opens, and tells clients the host", async () => {
  await using served = new Served();
  const service = await served.start("service", "--net-address", "0.0.0.0");
  using client = await served.connect();
  await client.ask(finish);
  const { err } = await service.endedSoon();
  assertStringIncludes(
    err,
    `${served.address} is open to other machines: whoever reaches it can run any program as you`,
  );
  assertEquals(served.address.includes(Deno.hostname()), true);
});

Deno.test("qcgpj run --net takes requests beside its file, or alone, and its exit code tells how the jobs ended", async () => {
  for (const [file, exec, expected] of [["jobs.json", "true", 0], [undefined, "false", 1]] as const) {
    await using served = new Served();
    writeJobs(served.scratch, "jobs.json", [{ name: "filed", execution: { exec: "true" } }]);
    const run = await served.start("run", ...(file === undefined ? [] : [file]), "--net", "--quiet");
    using client = await served.connect();
    await client.ask(submit({ name: "sent", execution: { exec } }));
    await client.ask(finish);
    const { code, out } = await run.endedSoon();
    assertEquals([code, out], [expected, ""]);
    const final = JSON.parse(Deno.readTextFileSync(`${findRecords(served.scratch.path)}/final_status.json`));
    assertEquals(final.JobStats.TotalJobs, file === undefined ? 1 : 2);
  }
});

Deno.test("qcgpj service --net --resume says at once that no job is on record, and takes requests", async () => {
  await using served = new Served();
  const empty = await served.start("service", "--net");
  using first = await served.connect();
  await first.ask(finish);
  assertEquals((await empty.endedSoon()).code, 0);
  Deno.removeSync(served.scratch.in(".qcgpjm-service-served/address"));
  const resumed = await served.start("service", "--net", "--resume", ".");
  await until(() => resumed.err.includes("\n"), "something is told");
  const [told] = resumed.err.split("\n");
  const folder = served.scratch.in(".qcgpjm-service-served");
  const jobs = "there are no jobs but those that are submitted now";
  assertEquals(told, `qcgpj service: No job is on record in ${folder}: ${jobs}`);
  using second = await served.connect();
  assertEquals((await second.ask(submit({ name: "sent", execution: { exec: "true" } }))).code, 0);
  await second.ask(finish);
  assertEquals((await resumed.endedSoon()).code, 0);
});
