import { assertEquals } from "@std/assert";
import { JobDescriptionError } from "../../../src/errors.ts";
import {
  accept,
  exchangeMessage,
  problemsOf,
  refuse,
  refuseFor,
  replyLine,
  replyText,
} from "../../../src/service/reply.ts";

Deno.test("replyText() is indented by two blanks, in ASCII", () => {
  assertEquals(
    replyText(accept({ jobs: ["é"] }, "1 jobs submitted")),
    '{\n  "code": 0,\n  "message": "1 jobs submitted",\n  "data": {\n    "jobs": [\n      "\\u00e9"\n    ]\n  }\n}',
  );
});

Deno.test("problemsOf() tells in our words what was not done, where a reply has them", () => {
  assertEquals(problemsOf(accept({ canceled: 1 })), []);
  assertEquals(problemsOf({ code: 1 }), ["refused"]);
  assertEquals(problemsOf(refuse("theirs", { error: "X" })), ["theirs"]);
  assertEquals(problemsOf(refuse("theirs", { error: "X", reason: "ours" })), ["ours"]);
  const some = accept({ canceled: 1, errors: { a: "theirs", b: "other" }, reasons: { a: "ours" } });
  assertEquals(problemsOf(some), ["ours", "other"]);
});

Deno.test("replyLine() is one line, in ASCII", () => {
  assertEquals(replyLine(accept({ name: "a\n😀" })), '{"code":0,"data":{"name":"a\\n\\ud83d\\ude00"}}\n');
});

Deno.test("refuseFor() tells the code of the error, the job and the path", () => {
  const error = new JobDescriptionError("it is wrong", { jobName: "a", path: "execution.exec" });
  const data = { error: "JOB_DESCRIPTION", job: "a", path: "execution.exec" };
  assertEquals(refuseFor(error), { code: 1, message: "it is wrong", data });
  assertEquals(refuseFor(new JobDescriptionError("it is wrong"), "otherwise"), {
    code: 1,
    message: "otherwise",
    data: { error: "JOB_DESCRIPTION", reason: "it is wrong" },
  });
  assertEquals(refuseFor(new JobDescriptionError("it is wrong"), "Wrong: it is wrong").data, {
    error: "JOB_DESCRIPTION",
  });
});

Deno.test("exchangeMessage() logs a refusal as an error", () => {
  assertEquals(exchangeMessage("submit", { code: 1, message: "no" }), {
    level: "error",
    text: "request submit refused: no",
  });
  assertEquals(exchangeMessage("finish", { code: 0 }), { level: "info", text: "request finish accepted" });
});
