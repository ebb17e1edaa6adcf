import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { PilotJobError } from "../../../src/errors.ts";
import { asksToSubmit, parseRequest, RequestError } from "../../../src/service/requests.ts";

const job = { name: "a", execution: { exec: "date" } };
const withJob = (parts: object) => ({ request: "submit", jobs: [{ ...job, ...parts }] });

/** Each malformed request, and what follows `Invalid request: `. */
const refused: readonly (readonly [value: unknown, problem: string])[] = [
  ...[null, undefined, 5, "submit", true, [], [{ request: "status" }], {}].map((value) =>
    [value, "Invalid request"] as const
  ),
  ...["", null, 0, false, [], {}].map((request) => [{ request }, "Invalid request"] as const),
  [{ request: "foo" }, "Unknown request name: foo"],
  [{ request: "Submit" }, "Unknown request name: Submit"],
  [{ request: 5 }, "Unknown request name: 5"],
  [{ request: ["status"] }, "The name of a request is a text, not an array"],
  [{ request: { a: 1 } }, "The name of a request is a text, not an object"],
  ...["constructor", "__proto__", "toString", "hasOwnProperty"].map((request) =>
    [{ request }, `Unknown request name: ${request}`] as const
  ),
  [{ request: "x".repeat(1000) }, `Unknown request name: ${"x".repeat(197)}...`],
  [{ request: "control" }, "Wrong control request - missing command"],
  [{ request: "control", command: 5 }, "Wrong control request - missing command"],
  [{ request: "control", command: "stop" }, 'Wrong control request - unknown command "stop"'],
  ...[{}, { jobs: null }, { jobs: [] }, { jobs: {} }, { jobs: "a" }].map((rest) =>
    [{ request: "submit", ...rest }, "Wrong submit request - missing jobs data"] as const
  ),
  ...[5, "a", null, ["a"]].map((wrong) =>
    [{ request: "submit", jobs: [job, wrong] }, "Wrong submit request - wrong job data"] as const
  ),
  [{ request: "submit", jobs: [{ execution: {} }] }, "Missing name in job description"],
  [{ request: "submit", jobs: [{ name: "a" }] }, "Missing execution element in job description"],
  ...[5, "5", [], { start: 0 }].map((iteration) =>
    [withJob({ iteration }), "Wrong format of iteration directive: not a dictionary"] as const
  ),
  [
    withJob({ iteration: { start: 5, stop: 2 } }),
    "Wrong format of iteration directive: start index larger then stop one",
  ],
  [withJob({ iteration: { stop: -1 } }), "Wrong format of iteration directive: start index larger then stop one"],
  ...[
    "jobStatus job status",
    "jobInfo job info",
    "cancelJob cancel job",
    "removeJob remove job",
    "setPriority set priority",
  ]
    .flatMap((pair) => {
      const [request, ...words] = pair.split(" ");
      return [{}, { jobNames: null }, { jobNames: [] }, { jobNames: "a" }, { jobNames: { a: 1 } }].map((rest) =>
        [{ request, ...rest }, `Wrong ${words.join(" ")} request - missing job names`] as const
      );
    }),
  ...[undefined, null, "5", 1.5, 1e7].map((priority) =>
    [
      { request: "setPriority", jobNames: ["a"], priority },
      "Wrong set priority request - priority must be a whole number from -1000000 to 1000000, not " +
      String(priority ?? undefined),
    ] as const
  ),
  [{ request: "notify" }, "Wrong notify request - missing/unknown entity"],
  [{ request: "notify", entity: "manager" }, "Wrong notify request - missing/unknown entity"],
  [{ request: "notify", entity: "job" }, "Wrong notify request - missing register parameters"],
  ...["name", "state", "attributes"].map((missing) => {
    const params = { name: "a", state: "SUCCEED", attributes: {}, [missing]: undefined };
    return [
      { request: "notify", entity: "job", params },
      "Wrong notify request - missing key notify parameters",
    ] as const;
  }),
  [{ request: "register" }, "Wrong register request - missing/unknown entity"],
  [{ request: "register", entity: "manager", params: {} }, "Wrong register request - missing key register parameters"],
  [{ request: "register", entity: "manager", params: 5 }, '"params" of register must be an object, not the number 5'],
  [{ request: "jobInfo", jobNames: ["a"], params: 5 }, '"params" must be an object, not the number 5'],
  [{ request: "status", options: [] }, '"options" must be an object, not an array'],
  [
    withJob({ iteration: { stop: "3" } }),
    "The indexes of an iteration are numbers: '>' not supported between instances of 'int' and 'str'",
  ],
  ...["id", "address", "resources"].map((missing) => {
    const params = { id: "m", address: "tcp://x:1", resources: {}, [missing]: undefined };
    const problem = "Wrong register request - missing key register parameters";
    return [{ request: "register", entity: "manager", params }, problem] as const;
  }),
];
for (const [value, problem] of refused) {
  Deno.test(`parseRequest() refuses ${JSON.stringify(value)?.slice(0, 90)}: ${problem.slice(0, 60)}`, () => {
    const error = assertThrows(() => parseRequest(value), RequestError);
    assertEquals(error.message, `Invalid request: ${problem}`);
    assertEquals(error.code, "INVALID_REQUEST");
  });
}

/** Each right request, and what it is read as. */
const accepted: readonly (readonly [value: object, request: object])[] = [
  [{ request: "submit", jobs: [job], extra: 1 }, { request: "submit", jobs: [job] }],
  [withJob({ iteration: { stop: 0 } }), withJob({ iteration: { stop: 0 } })],
  [withJob({ iteration: { values: [] } }), withJob({ iteration: { values: [] } })],
  [withJob({ iteration: null }), withJob({ iteration: null })],
  [{ request: "listJobs" }, { request: "listJobs" }],
  [{ request: "resourcesInfo" }, { request: "resourcesInfo" }],
  [{ request: "jobStatus", jobNames: ["a", 5] }, { request: "jobStatus", jobNames: ["a", 5] }],
  [{ request: "cancelJob", jobNames: ["a:1"] }, { request: "cancelJob", jobNames: ["a:1"] }],
  [
    { request: "setPriority", jobNames: ["a"], priority: -3, extra: 1 },
    { request: "setPriority", jobNames: ["a"], priority: -3 },
  ],
  [{ request: "removeJob", jobNames: ["a"] }, { request: "removeJob", jobNames: ["a"] }],
  ...([
    [{}, false],
    [{ params: { withChilds: true } }, true],
    [{ params: { withChilds: 1 } }, true],
    [
      { params: { withChilds: "" } },
      false,
    ],
    [{ params: { withChilds: [] } }, false],
  ] as const).map(([rest, withChilds]) =>
    [
      { request: "jobInfo", jobNames: ["a"], ...rest },
      { request: "jobInfo", jobNames: ["a"], params: { withChilds } },
    ] as const
  ),
  [
    { request: "control", command: "finishAfterAllTasksDone" },
    { request: "control", command: "finishAfterAllTasksDone" },
  ],
  [{ request: "status" }, { request: "status", options: { allJobsFinished: false } }],
  [
    { request: "status", options: { allJobsFinished: true } },
    { request: "status", options: { allJobsFinished: true } },
  ],
  [{ request: "finish" }, { request: "finish", params: { now: false } }],
  [{ request: "finish", params: { now: true } }, { request: "finish", params: { now: true } }],
  [
    { request: "notify", entity: "job", params: { name: "a", state: "SUCCEED", attributes: {} } },
    { request: "notify" },
  ],
  [{ request: "register", entity: "manager", params: { id: 1, address: "x", resources: 0 } }, { request: "register" }],
];
for (const [value, request] of accepted) {
  Deno.test(`parseRequest() reads ${JSON.stringify(value).slice(0, 100)}`, () => {
    assertEquals<unknown>(parseRequest(value), request);
  });
}

for (const [value] of accepted) {
  const { request } = value as { readonly request: string };
  if (request === "notify" || request === "register") continue;
  Deno.test(`A parsed request survives JSON: ${JSON.stringify(value).slice(0, 90)}`, () => {
    const once = parseRequest(value);
    assertEquals(parseRequest(JSON.parse(JSON.stringify(once))), once);
  });
}

Deno.test("parseRequest() refuses parameters of finish that it would pass over, as it would wait for all tasks then", () => {
  for (
    const [params, told] of [
      [{ nwo: true }, 'Wrong finish request - unknown parameter "nwo"'],
      [{ now: "yes" }, "Wrong finish request - now must be true or false, not yes"],
      [{ now: true, more: 1 }, 'unknown parameter "more"'],
    ] as const
  ) {
    const error = assertThrows(() => parseRequest({ request: "finish", params }), RequestError, told);
    assertEquals(error.hint, "nwo" in params ? ' (did you mean "now"?)' : "");
  }
  assertEquals(parseRequest({ request: "finish", params: null }), { request: "finish", params: { now: false } });
});

const requestName = fc.constantFrom(
  ...["submit", "listJobs", "jobStatus", "jobInfo", "cancelJob", "removeJob", "resourcesInfo", "control", "status"],
  ...["finish", "notify", "register", "__proto__"],
);
const hostile = fc.oneof(
  fc.jsonValue(),
  fc.record({
    request: requestName,
    jobs: fc.jsonValue(),
    jobNames: fc.jsonValue(),
    params: fc.jsonValue(),
    command: fc.jsonValue(),
    entity: fc.oneof(fc.jsonValue(), fc.constantFrom("job", "manager")),
    options: fc.jsonValue(),
  }, { requiredKeys: ["request"] }),
);

Deno.test("parseRequest() makes of any JSON value a request or a RequestError", () => {
  fc.assert(fc.property(hostile, (value) => {
    try {
      assertEquals(typeof parseRequest(JSON.parse(JSON.stringify(value))).request, "string");
    } catch (error) {
      assertInstanceOf(error, RequestError);
      assertInstanceOf(error, PilotJobError);
      assertEquals(error.message.startsWith("Invalid request: "), true);
    }
  }));
});

Deno.test("parseRequest() takes keys from the object itself, not from its prototype", () => {
  const inherited = Object.create({ request: "status" });
  assertThrows(() => parseRequest(inherited), RequestError, "Invalid request: Invalid request");
  const own = JSON.parse('{"__proto__": {"request": "status"}}');
  assertThrows(() => parseRequest(own), RequestError, "Invalid request: Invalid request");
});

Deno.test("parseRequest() is not impressed by depth", () => {
  const deep = JSON.parse(`{"request":"submit","jobs":${"[".repeat(200_000)}${"]".repeat(200_000)}}`);
  assertThrows(() => parseRequest(deep), RequestError, "wrong job data");
});

Deno.test("asksToSubmit() is true of a submit with a list, right or wrong", () => {
  assertEquals(asksToSubmit({ request: "submit", jobs: [] }), true);
  assertEquals(asksToSubmit({ request: "submit", jobs: {} }), false);
  assertEquals(asksToSubmit({ request: "status", jobs: [] }), false);
  assertEquals(asksToSubmit(null), false);
});
