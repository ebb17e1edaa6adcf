import { assertThrows } from "@std/assert";
import { JobLogFile } from "../../../../src/cli/each/job_log_file.ts";
import { UsageError } from "../../../../src/service/usage.ts";

Deno.test("JobLogFile.open() takes - for no file, as standard output has what tasks print", () => {
  assertThrows(() => JobLogFile.open("-", false), UsageError, "write ./- for a file of that name");
});
