import { assertEquals } from "@std/assert";
import type { AdmittedJob } from "../../../src/core/types.ts";
import { parseJob } from "../../../src/job/parse.ts";
import { Ledger } from "../../../src/report/ledger.ts";
import { sourceFile } from "../../../src/report/source_file.ts";
import { submitVariables } from "../job/support.ts";

const describe = (job: object) => parseJob(job, { variables: submitVariables });

Deno.test("sourceFile() finds what the other task wrote, once that has been granted what its path depends on", () => {
  const execution = { exec: "date", stdout: "out/${it}.${ncores}" };
  const description = describe({ name: "s", iteration: { start: 2, stop: 4 }, execution });
  const job: AdmittedJob = { id: 1, firstTask: 5, description, requests: [], edges: [] };
  const ledger = new Ledger();
  ledger.apply({ kind: "jobSubmitted", atMs: 1, job });
  const allocation = { nodes: [{ name: "n", cores: ["0", "1"], gpus: [] }] };
  ledger.apply({ kind: "taskScheduled", atMs: 2, task: 6, job: 1, attempt: 1, allocation });
  const books = { find: (name: string) => name === "s" ? job : undefined, ledger, rootWd: "/w" };
  const fileOf = (from: string, offset = 0) => {
    const reader = { name: "r", iteration: { start: 2, stop: 4 }, execution: { exec: "cat", stdin: { from } } };
    return sourceFile(books, describe(reader), offset);
  };
  assertEquals([fileOf("s:3"), fileOf("s:${it}", 1)], ["/w/out/3.2", "/w/out/3.2"]);
  assertEquals([fileOf("s:2"), fileOf("gone:1"), sourceFile(books, description, 0)], [undefined, undefined, undefined]);
});
