import { assertEquals, assertThrows } from "@std/assert";
import { JobDescriptionError, JournalError, PermissionScopeError, PilotJobError } from "../../../src/errors.ts";
import type { PermissionScope } from "../../../src/job/permissions.ts";
import { ScopeGuard } from "../../../src/launch/scope_guard.ts";
import { Admission, type AdmissionPorts } from "../../../src/runtime/admission.ts";
import { FakeMachine } from "../launch/scope_support.ts";
import { HandPilot, jobOf, serve, variablesOf } from "../service/support.ts";

/** An admission over a real guard and a pilot driven by hand; notes what it asks of its ports, in order. */
function letIn(permissions?: PermissionScope, ports: Partial<AdmissionPorts> = {}) {
  const notes: string[] = [];
  const pilot = new HandPilot();
  const guard = new ScopeGuard(
    { rootWd: "/work", ...(permissions === undefined ? {} : { permissions }) },
    new FakeMachine(),
  );
  const admission = new Admission({
    guard,
    pilot: {
      submit: (jobs) => {
        notes.push(`queue ${jobs.map(({ name }) => name)}`);
        return pilot.submit(jobs);
      },
    },
    submitVariables: (submitNumber) => (notes.push(`submit ${submitNumber}`), variablesOf(submitNumber)),
    requireGrants: ({ name }) => void notes.push(`grants of ${name}`),
    openRecords: () => void notes.push("records"),
    ...ports,
  });
  return { admission, pilot, notes, guard };
}

Deno.test("Admission.submit() checks every job before it begins the records, and queues last", () => {
  const { admission, notes } = letIn();
  admission.submit([jobOf("a"), jobOf("b_${rcnt}")]);
  assertEquals(notes, ["submit 1", "grants of a", "grants of b_1", "records", "queue a,b_1"]);
});

Deno.test("Admission.submit() queues what the guard has left of a job", () => {
  const mine = { run: ["date", "env"], read: ["/data"] };
  const { admission } = letIn({ run: ["date", "env"], read: true, write: true });
  const [plain, narrower] = admission.submit([jobOf("a"), jobOf("b", { permissions: { run: ["date"] } })], mine);
  assertEquals(plain!.description.permissions, mine);
  // Where less than everything may be seen, a job that says nothing of reading sees nothing.
  assertEquals(narrower!.description.permissions, { run: ["date"], read: false });
});

/** What refuses the second of two jobs, and by which error. */
const refusals: Readonly<Record<string, readonly [job: object, error: string, part: string]>> = {
  "its description": [jobOf("b", { nmae: "x" }), "JOB_DESCRIPTION", 'did you mean "name"'],
  "the guard": [jobOf("b", { execution: { exec: "cat" } }), "PERMISSION_SCOPE", 'add "cat"'],
  "wider permissions": [jobOf("b", { permissions: { run: true } }), "PERMISSION_SCOPE", "permissions.run"],
  "the intake": [jobOf("a"), "JOB_DESCRIPTION", "twice"],
};
for (const [what, [job, code, part]] of Object.entries(refusals)) {
  Deno.test(`Admission.submit() lets in none of the jobs when one is refused by ${what}`, () => {
    const { admission, pilot } = letIn({ run: ["date"] });
    const error = assertThrows(() => admission.submit([jobOf("a"), job]), PilotJobError, part);
    assertEquals(error.code, code);
    pilot.turn();
    assertEquals([pilot.openJobs, pilot.launches.size], [0, 0]);
    admission.submit([jobOf("a")]);
    assertEquals(pilot.openJobs, 1);
  });
}

Deno.test("Admission.submit() queues nothing when Deno lacks a grant or the records cannot be begun; the next may go", () => {
  const failures: Error[] = [
    new PermissionScopeError("needs --allow-run", "run", "date"),
    new JournalError("disk full", { path: "/work/journal" }),
  ];
  const asked: string[] = [];
  const { admission, pilot } = letIn(undefined, {
    requireGrants: () => {
      asked.push("grants");
      if (failures.length === 2) throw failures.shift();
    },
    openRecords: () => {
      asked.push("records");
      if (failures.length === 1) throw failures.shift();
    },
  });
  assertThrows(() => admission.submit([jobOf("a")]), PermissionScopeError, "--allow-run");
  assertThrows(() => admission.submit([jobOf("a")]), JournalError, "disk full");
  assertEquals(pilot.openJobs, 0);
  admission.submit([jobOf("a")]);
  assertEquals([asked, pilot.openJobs], [["grants", "grants", "records", "grants", "records"], 1]);
});

Deno.test("Admission.parse() counts every submit, refused and skipped ones too", () => {
  const { admission, notes } = letIn();
  assertThrows(() => admission.submit([{}]), JobDescriptionError);
  admission.skipSubmit();
  const [job] = admission.submit([jobOf("j_${rcnt}")]);
  assertEquals([notes[0], job!.description.name], ["submit 1", "j_3"]);
});

Deno.test("Admission.admit() takes jobs that are read already, without counting a submit", () => {
  const { admission, notes } = letIn();
  const jobs = admission.parse([jobOf("a")]);
  admission.admit(jobs);
  assertEquals(notes, ["submit 1", "grants of a", "records", "queue a"]);
});

Deno.test("A job that comes as a request is held to its permissions as any other", () => {
  const { guard, admission: outer } = letIn({ run: ["date", "env"], env: ["LANG"] });
  const { ask, pilot } = serve("n0:4", { guard: { admit: (job) => guard.admit(job, { run: ["date"], env: false }) } });
  assertEquals(ask("submit", { jobs: [jobOf("env", { execution: { exec: "env" } })] }).code, 1);
  assertEquals(ask("submit", { jobs: [jobOf("wide", { permissions: { run: ["env"] } })] }).code, 1);
  assertEquals(ask("submit", { jobs: [jobOf("date")] }).code, 0);
  // The description that was queued carries what holds for it, so that its launch is confined by it.
  assertEquals(pilot.intake.find("date")!.description.permissions, { run: ["date"], env: false });
  assertEquals(outer.submit([jobOf("date")])[0]!.description.permissions, undefined);
});
