import { assertEquals } from "@std/assert";
import { RunTimes } from "../../../src/report/run_times.ts";
import { HandPilot, jobOf, startMs } from "../service/support.ts";

Deno.test("RunTimes tells when tasks ran, of those that could not start when it was tried, and of no others", () => {
  const pilot = new HandPilot("n0:2");
  const times = new RunTimes();
  pilot.hub.add("run times", times);
  pilot.take(jobOf("a"), jobOf("b"), jobOf("c", { dependencies: { after: ["b"] } }), jobOf("d"));
  pilot.start("a", 1000);
  pilot.exit("a", { code: 0 }, 500);
  pilot.failToStart("b", "no program");
  pilot.cancel({ kind: "job", job: pilot.intake.find("d")!.id });
  pilot.failToStart("d", "stopped before it could be started");
  const { node, rt } = JSON.parse(times.text("host", 0));
  assertEquals(node, "host");
  const secondOf = (text: string) => (Date.parse(`${text.replace(" ", "T")}Z`) - startMs) / 1000;
  assertEquals(Object.keys(rt).toSorted(), ["a", "b"]);
  assertEquals([secondOf(rt.a.s), secondOf(rt.a.f), secondOf(rt.b.s)], [1, 1.5, 0]);
});
