/**
 * Four plain Python clients at full speed: how many requests are answered and what one costs the server, beside
 * QCG-PilotJob's own service and beside a server that only sends back what it is sent; and by how much launches are
 * delayed, beside the same clients on that server in another process.
 *
 * Run as `QCG_PM_SERVICE=…/bin/qcg-pm-service deno run -A tests/bench/net/bench.ts`; the path is that of a virtual
 * environment with the package `qcg-pilotjob`.
 *
 * @module
 */

import { ZmtpClient } from "../../effects/support/zmtp_client.ts";

const rounds = 5;
const tasks = 3000;
const clientsCount = 4;
const rateMs = 3000;
const project = `${import.meta.dirname!}/../../..`;
const ours = ["run", "-A", "--no-check", "--config", `${project}/deno.json`, `${project}/src/cli/main.ts`, "service"];
const echoArgs = ["run", "-A", "--no-check", "--config", `${project}/deno.json`, `${import.meta.dirname!}/echo.ts`];

/** A program that runs until the end of a scope. */
class Background implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #rest = "";

  constructor(program: string, args: readonly string[], cwd: string) {
    const command = new Deno.Command(program, {
      args: [...args],
      cwd,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    });
    this.#child = command.spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#input = this.#child.stdin.getWriter();
  }

  /** Processor time that the program has used, in milliseconds. */
  get cpuMs(): number {
    const fields = Deno.readTextFileSync(`/proc/${this.#child.pid}/stat`).replace(/^.*\) /s, "").split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10; // Ticks of a hundredth of a second.
  }

  async line(): Promise<string> {
    while (!this.#rest.includes("\n")) this.#rest += (await this.#lines.read()).value ?? "\n";
    const [line, ...more] = this.#rest.split("\n");
    this.#rest = more.join("\n");
    return line!;
  }

  async ask(): Promise<number> {
    await this.#input.write(new TextEncoder().encode("\n"));
    return Number(await this.line());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await this.#lines.cancel();
    await this.#child.status;
  }
}

/** Waits for the address that a service writes. */
async function addressIn(wd: string): Promise<string> {
  for (let tries = 0; tries < 1000; tries++) {
    for (const { name } of Deno.readDirSync(wd)) {
      try {
        const text = Deno.readTextFileSync(`${wd}/${name}/address`);
        if (text !== "") return `tcp://127.0.0.1:${text.split(":").at(-1)}`;
      } catch {
        // It is not there yet.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`No address in ${wd}`);
}

const portOf = (address: string) => Number(address.split(":").at(-1));
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** A service in a fresh folder, with one job that clients can ask about. */
async function withService<T>(
  [program, args]: readonly [string, readonly string[]],
  use: (address: string, wd: string, service: Background) => Promise<T>,
): Promise<T> {
  const wd = await Deno.makeTempDir();
  try {
    await using service = new Background(program, [...args, "--net", "--wd", wd, "--nodes", "8"], wd);
    const address = await addressIn(wd);
    using client = await ZmtpClient.connect(portOf(address), "REQ");
    await client.ask({ request: "submit", jobs: [{ name: "seen", execution: { exec: "true" } }] });
    return await use(address, wd, service);
  } finally {
    await Deno.remove(wd, { recursive: true });
  }
}

const startClients = (python: string, address: string, wd: string) =>
  new Background(python, [`${import.meta.dirname!}/clients.py`, address, String(clientsCount)], wd);

/** What clients at full speed get of a server. */
interface Served {
  /** Requests in a second. */
  readonly rate: number;
  /** Processor time of the server for a request, in microseconds. */
  readonly cpuUs: number;
}

async function serve(server: Background, address: string, python: string, wd: string): Promise<Served> {
  await using clients = startClients(python, address, wd);
  while (await clients.ask() < 100) await new Promise((resolve) => setTimeout(resolve, 20));
  const [before, cpuBeforeMs, startMs] = [await clients.ask(), server.cpuMs, performance.now()];
  await new Promise((resolve) => setTimeout(resolve, rateMs));
  const [ms, cpuMs] = [performance.now() - startMs, server.cpuMs - cpuBeforeMs];
  const requests = await clients.ask() - before;
  return { rate: requests / ms * 1000, cpuUs: cpuMs * 1000 / requests };
}

const serviceOf = (service: readonly [string, readonly string[]], python: string) =>
  withService(service, (address, wd, server) => serve(server, address, python, wd));

async function echoOf(python: string): Promise<Served> {
  await using echo = new Background(Deno.execPath(), echoArgs, project);
  return await serve(echo, await echo.line(), python, project);
}

/** How long our service takes for the tasks, in milliseconds, while the clients ask it, or the other server. */
async function launchMs(python: string, asks: "service" | "echo"): Promise<{ readonly ms: number; rate: number }> {
  return await withService([Deno.execPath(), ours], async (address, wd) => {
    await using echo = new Background(Deno.execPath(), echoArgs, wd);
    const echoAddress = await echo.line();
    await using clients = startClients(python, asks === "echo" ? echoAddress : address, wd);
    while (await clients.ask() < 100) await new Promise((resolve) => setTimeout(resolve, 20));
    using client = await ZmtpClient.connect(portOf(address), "REQ");
    const { data } = await client.ask({ request: "status" }) as { data: { System: { StatusPublisher: string } } };
    using subscriber = await ZmtpClient.connect(portOf(data.System.StatusPublisher), "SUB");
    await subscriber.subscribe("JFI");
    const [before, startMs] = [await clients.ask(), performance.now()];
    await client.ask({
      request: "submit",
      jobs: [{ name: "all", execution: { exec: "/bin/true" }, iteration: { stop: tasks } }],
    });
    while (!(await subscriber.hear()).includes('"job": "all"'));
    const ms = performance.now() - startMs;
    return { ms, rate: (await clients.ask() - before) / ms * 1000 };
  });
}

if (import.meta.main) {
  const reference = Deno.env.get("QCG_PM_SERVICE");
  if (reference === undefined) {
    console.log("Set QCG_PM_SERVICE to the qcg-pm-service of a virtual environment, whose Python has pyzmq.");
    Deno.exit(0);
  }
  const python = reference.replace(/[^/]+$/, "python");
  const served: { readonly theirs: Served[]; readonly own: Served[]; readonly echo: Served[] } = {
    theirs: [],
    own: [],
    echo: [],
  };
  const launches: { echo: number[]; service: number[] } = { echo: [], service: [] };
  const asked: number[] = [];
  for (let round = 0; round < rounds; round++) {
    served.theirs.push(await serviceOf([reference, []], python));
    served.own.push(await serviceOf([Deno.execPath(), ours], python));
    served.echo.push(await echoOf(python));
    for (const asks of ["echo", "service"] as const) {
      const { ms, rate } = await launchMs(python, asks);
      launches[asks].push(ms);
      if (asks === "service") asked.push(rate);
    }
  }
  const [theirs, own, echo] = [served.theirs, served.own, served.echo].map((runs) => ({
    rate: median(runs.map(({ rate }) => rate)),
    cpuUs: median(runs.map(({ cpuUs }) => cpuUs)),
  })) as [Served, Served, Served];
  const told = ({ rate, cpuUs }: Served) => `${rate.toFixed(0)}/s (${cpuUs.toFixed(0)} µs of its processor time each)`;
  console.log(
    `${clientsCount} clients: QCG-PilotJob ${told(theirs)}, this package ${
      told(own)
    }, a server that sends back what it ` +
      `is sent ${told(echo)}: ${(own.rate / theirs.rate).toFixed(1)} times the rate of QCG-PilotJob, ` +
      `${(own.rate / echo.rate).toFixed(2)} of what the clients can ask; ` +
      `${(theirs.cpuUs / own.cpuUs).toFixed(1)} times as many requests for the same processor time`,
  );
  const [idle, busy] = [median(launches.echo), median(launches.service)];
  console.log(
    `${tasks} tasks /bin/true, 8 at once, while ${clientsCount} clients ask an idle server ${idle.toFixed(0)} ms, ` +
      `while they ask the service ${busy.toFixed(0)} ms (${median(asked).toFixed(0)} requests/s): ${
        (busy / idle).toFixed(2)
      }`,
  );
}
