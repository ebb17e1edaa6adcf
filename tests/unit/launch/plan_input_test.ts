import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { JobDescription } from "../../../src/job/description.ts";
import { placeFiles } from "../../../src/job/place_files.ts";
import type { PermissionScope } from "../../../src/job/permissions.ts";
import type { LaunchPlan } from "../../../src/launch/plan.ts";
import { planTask } from "../../../src/launch/plan_task.ts";
import type { StartFailure } from "../../../src/core/exit.ts";
import { guardOf, jobOf, rootWd } from "./scope_support.ts";

const output = "${root_wd}/.qcgpjm-service-1/output";

function plan(job: JobDescription, permissions?: PermissionScope, source?: string): LaunchPlan | StartFailure {
  const guard = guardOf(permissions);
  const allocation = { nodes: [{ name: "n", cores: ["0"], gpus: [] }] };
  const order = { job, offset: 0, allocation, nodes: [0], tag: "tag", attempt: 1, memoryMiB: 0 };
  return planTask(order, {
    rootWd,
    environmentSchema: "common",
    confine: (task) => guard.confine(task),
    ...(source === undefined ? {} : { findSource: () => source }),
  });
}

Deno.test("planTask() watches what is captured, in the file that it is given", () => {
  const job = placeFiles(jobOf({ stderr: "errors" }, { capture: { streams: "both", maxBytes: 5 } }), output);
  const planned = plan(job) as LaunchPlan;
  assertEquals(planned.preparation?.captures, [
    {
      ...{ path: `${rootWd}/.qcgpjm-service-1/output/job.stdout`, stream: "stdout", maxBytes: 5 },
      onOverflow: "fail",
      isOwn: true,
    },
    { ...{ path: `${rootWd}/errors`, stream: "stderr", maxBytes: 5 }, onOverflow: "fail", isOwn: false },
  ]);
  assertEquals(planned.stdout, planned.preparation?.captures?.[0]?.path);
});

Deno.test("planTask() fails where there is no place for what is read, and where the other task is not known any more", () => {
  const text = plan(jobOf({ stdin: { text: "a" } })) as StartFailure;
  assertEquals([text.kind, text.message.includes("there is no folder for it")], ["stdin", true]);
  const lost = plan(jobOf({ stdin: { from: "a:3" } })) as StartFailure;
  assertEquals(lost.kind, "stdin");
  assertStringIncludes(lost.message, 'it reads the output of "a:3", of which nothing is known any more');
});

Deno.test("A scope does not stand in the way of files that the run keeps for a job, and of no others", () => {
  const scope = { run: ["date"], write: ["out"] };
  const job = placeFiles(jobOf({ stdin: { text: "a" }, stderr: "out/e" }, { capture: "both" }), output);
  const planned = plan(job, scope) as LaunchPlan;
  assertEquals([planned.stdout, planned.stdin], [
    `${rootWd}/.qcgpjm-service-1/output/job.stdout`,
    `${rootWd}/.qcgpjm-service-1/output/job.stdin`,
  ]);
  assertEquals(planned.held, { stderr: "/work/out/e", cwd: "/work" });
  const claimed = jobOf({ stdout: `${rootWd}/.qcgpjm-service-1/journal` }, { capture: "stdout" });
  assertStringIncludes(
    (plan(claimed, { run: ["date"], write: ["."] }) as StartFailure).message,
    "belongs to a pilot itself",
  );
});

Deno.test("A scope lets a job read what another was captured, but no file of the user that it may not read", () => {
  const job = jobOf({ stdin: { from: "a" } });
  const scope = { run: ["date"], read: ["in"] };
  const captured = plan(job, scope, `${rootWd}/.qcgpjm-service-1/output/a.stdout`) as LaunchPlan;
  assertEquals(captured.stdin, `${rootWd}/.qcgpjm-service-1/output/a.stdout`);
  assertEquals((plan(job, scope, `${rootWd}/in/a`) as LaunchPlan).held?.stdin, "/work/in/a");
  const refused = plan(job, scope, "/etc/a");
  assert("message" in refused);
  assertStringIncludes(refused.message, 'may not read "/etc/a"');
});
