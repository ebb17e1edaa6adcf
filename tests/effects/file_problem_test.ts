import "../support/empty_home.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { readJobsFile } from "../../src/cli/request_file.ts";
import { chooseResources } from "../../src/api/choose_resources.ts";
import { fileProblem } from "../../src/deno/files/file_problem.ts";
import { Scratch } from "../e2e/support/scratch.ts";

/** What an attempt throws. */
function thrownBy(attempt: () => void): unknown {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  return undefined;
}

Deno.test("fileProblem() says in plain words what the system has against a file", async () => {
  await using scratch = new Scratch();
  const folder = scratch.path;
  const gone = `${scratch.path}/no/such`;
  const read = (path: string) => fileProblem("read", path, thrownBy(() => Deno.readFileSync(path)));
  const write = (path: string) => fileProblem("write", path, thrownBy(() => Deno.writeTextFileSync(path, "")));
  assertEquals(read(folder), "it is a folder; name a file");
  assertEquals(read(gone), "there is no such file");
  assertEquals(write(folder), "it is a folder; give the path of a file");
  assertEquals(write(gone), `there is no folder ${scratch.path}/no; create it first`);
  assertEquals(write("/dev/null/x"), "a part of the path is not a folder");
});

Deno.test("Files that are named by a user are refused with what is wrong with them", async () => {
  await using scratch = new Scratch();
  const file = `${scratch.path}/jobs.json`;
  Deno.writeFileSync(file, new Uint8Array([255, 254, 91, 0, 93, 0]));
  assertThrows(() => readJobsFile(file, undefined), Error, "It is UTF-16 text; save it as UTF-8");
  assertThrows(() => readJobsFile(scratch.path, undefined), Error, "It is a folder; name a file");
  assertThrows(() => chooseResources({ nodesFile: `${file}x` }), Error, "cannot be read: there is no such file");
});
