import { assertEquals } from "@std/assert";
import { jobOf, serve } from "./support.ts";

Deno.test("status tells who, what there is and what it does, its keys in QCG-PilotJob's order", () => {
  const { ask, pilot } = serve("n0:4");
  pilot.take(jobOf("a"), jobOf("it", { iteration: { stop: 6 } }));
  pilot.run("a", { code: 1 });
  pilot.start("it:0");
  assertEquals(
    JSON.stringify(ask("status")),
    JSON.stringify({
      code: 0,
      data: {
        System: {
          InstanceId: "host.7",
          Started: "2026-01-31 13:00:00.000000",
          Generated: "2026-01-31 13:00:02.002000",
          Uptime: "0:00:02.002000",
          Zmqaddress: null,
          Ifaces: ["FILE"],
          StatusPublisher: "tcp://192.0.2.7:4321",
          Host: "host",
          Account: "ada",
          Wd: "/here",
          PythonVersion: "deno 2.9.6",
          Python: "/bin/qcgpj",
          Platform: "linux x86_64",
          TimeZone: "+01:00",
        },
        Resources: { TotalNodes: 1, TotalCores: 4, UsedCores: 4, FreeCores: 0 },
        JobStats: { TotalJobs: 2, InScheduleJobs: 1, FailedJobs: 1, FinishedJobs: 0, ExecutingJobs: 0 },
        IterationStats: {
          TotalIterations: 7,
          InScheduleIterations: 5,
          FailedIterations: 1,
          FinishedIterations: 0,
          ExecutingIterations: 1,
        },
      },
    }),
  );
});

Deno.test("status with allJobsFinished tells only that", () => {
  const { ask, pilot } = serve();
  const question = () => ask("status", { options: { allJobsFinished: true } });
  assertEquals<unknown>(question(), { code: 0, data: { AllJobsFinished: true } });
  ask("submit", { jobs: [jobOf("a")] });
  assertEquals<unknown>(question(), { code: 0, data: { AllJobsFinished: false } });
  pilot.turn();
  pilot.run("a");
  assertEquals<unknown>(question(), { code: 0, data: { AllJobsFinished: true } });
});

Deno.test("Service.finalStatus() is the status without a publisher", () => {
  const { service, ask } = serve("n0:4", {
    interfaces: () => ({ names: ["FILE", "ZMQ"], address: "tcp://192.0.2.7:1", publisher: "tcp://192.0.2.7:2" }),
  });
  const { System, ...rest } = service.finalStatus();
  const status = ask("status").data as ReturnType<typeof service.finalStatus>;
  assertEquals(System, { ...status.System, StatusPublisher: null });
  assertEquals([System["Zmqaddress"], System["Ifaces"]], ["tcp://192.0.2.7:1", ["FILE", "ZMQ"]]);
  assertEquals<unknown>({ ...rest, System: status.System }, status);
});
