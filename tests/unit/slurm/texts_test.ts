/**
 * The smaller texts of Slurm: counts, times, records of jobs and nodes.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { ResourceSpecError } from "../../../src/errors.ts";
import { formatRunLengths } from "../../../src/launch/environment.ts";
import { asksGpusOtherwise, parseGpusPerNode, parseJobRecord } from "../../../src/slurm/job_record.ts";
import { parseNodeRecords } from "../../../src/slurm/node_record.ts";
import { parseRunLengths } from "../../../src/slurm/run_lengths.ts";
import { parseTimeLeft } from "../../../src/slurm/time_left.ts";

const counts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 });

Deno.test("parseRunLengths() reads what formatRunLengths() writes", () => {
  fc.assert(fc.property(counts, (list) => assertEquals(parseRunLengths(formatRunLengths(list)), list)));
});

Deno.test("parseRunLengths() says where counts are wrong", () => {
  const cases: readonly (readonly [string, number])[] = [
    ...[["", 0], ["4(x2),", 6], ["4,0", 2], ["4(x0)", 0], ["4(2)", 0], ["1(x100001)", 0], ["99999", 0], [
      "-1",
      0,
    ]] as const,
  ];
  for (const [text, offset] of cases) {
    assertEquals(assertThrows(() => parseRunLengths(text), ResourceSpecError).offset, offset, text);
  }
});

Deno.test("parseTimeLeft() reads days, hours, minutes and seconds, and knows what has no end", () => {
  const secondsOf = (text: string) => (parseTimeLeft(text) ?? NaN) / 1000;
  assertEquals(["59:00", "2:03:04", "1-02:03:04", "0:07\n"].map(secondsOf), [3540, 7384, 93_784, 7]);
  assertEquals(["UNLIMITED", "NOT_SET", "INVALID", ""].map(parseTimeLeft), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  for (const text of ["soon", "1:2", "-5:00", "1-00"]) assertThrows(() => parseTimeLeft(text), ResourceSpecError);
});

const record = "JobId=2 NodeList=n[1-4] TRES=cpu=18 JOB_GRES=gpu:4   Nodes=n[1-2] CPU_IDs=0-3 Mem=0 GRES=(null)   " +
  "Nodes=n3 CPU_IDs=0-1,6 Mem=1000 GRES=gpu:2(IDX:0-1)   Nodes=n4 CPU_IDs=0-7 Mem=4G GRES=nic:1,gpu:a100:2(IDX:0,3) " +
  "MinCPUsNode=1 MinMemoryNode=0";

Deno.test("parseJobRecord() reads the groups of nodes, CPUs, memory and GPUs", () => {
  assertEquals(parseJobRecord(record), [
    { name: "n1", cpuIds: [0, 1, 2, 3], memoryMiB: 0, gpuIds: [] },
    { name: "n2", cpuIds: [0, 1, 2, 3], memoryMiB: 0, gpuIds: [] },
    { name: "n3", cpuIds: [0, 1, 6], memoryMiB: 1000, gpuIds: ["0", "1"] },
    { name: "n4", cpuIds: [0, 1, 2, 3, 4, 5, 6, 7], memoryMiB: 4096, gpuIds: ["0", "3"] },
  ]);
  assertEquals(parseJobRecord("JobId=2 NodeList=n[1-4]"), []);
});

Deno.test("parseGpusPerNode() reads what a job has asked for on each node, of all kinds of GPUs", () => {
  const askedBy = (list: string) => parseGpusPerNode(`JobId=1 Power= TresPerNode=${list} `);
  const lists = [
    "gres:gpu:1",
    "gres/gpu:a100:2",
    "gres:gpu",
    "gres:gpu:a100",
    "gres/gpu:a=2,gres/gpu:b=1",
    "gres:nic:3",
  ];
  assertEquals(lists.map(askedBy), [1, 2, 1, 1, 3, undefined]);
  assertEquals(parseGpusPerNode(record), undefined);
});

Deno.test("asksGpusOtherwise() knows a job that has asked for GPUs by another measure than for each node", () => {
  const asked = ["TresPerJob=gres:gpu:4", "TresPerTask=gres/gpu:1", "TresPerSocket=gres:nic:1,gres:gpu:2"];
  const others = ["TresPerNode=gres:gpu:4", "TresPerJob=gres:nic:4", "TresPerTask=cpu:2", ""];
  const isSo = (text: string) => asksGpusOtherwise(`JobId=1 Power= ${text} MailUser=x`);
  assertEquals([asked.map(isSo), others.map(isSo)], [[true, true, true], [false, false, false, false]]);
});

Deno.test("parseJobRecord() takes GPUs without an index for the first ones, and groups on lines of their own", () => {
  const grants = parseJobRecord("JobId=1\n   Nodes=a CPU_IDs=0 Mem=1M\n   Nodes=b CPU_IDs=2 Mem=0 GRES=gpu:2\n");
  assertEquals(grants.map(({ name, gpuIds }) => [name, gpuIds]), [["a", []], ["b", ["0", "1"]]]);
});

Deno.test("parseJobRecord() says of any text either its groups or where it is wrong", () => {
  const piece = fc.constantFrom(
    " Nodes=",
    "n[1-2]",
    " CPU_IDs=",
    "0-3",
    " Mem=",
    "12",
    "G",
    " GRES=gpu:",
    "2",
    "(IDX:",
    ")",
    "x",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join("")), (text) => {
      try {
        parseJobRecord(text);
      } catch (error) {
        if (!(error instanceof ResourceSpecError)) throw error;
        assertEquals(error.offset >= 0 && error.offset <= text.length, true);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("parseNodeRecords() reads threads and memory, and takes Slurm's default for no knowledge", () => {
  const text = "NodeName=n1 Arch=x86_64 RealMemory=4000 Sockets=1 ThreadsPerCore=2\nNodeName=n2 RealMemory=1\n\nrest";
  assertEquals([...parseNodeRecords(text)], [
    ["n1", { threadsPerCore: 2, memoryMiB: 4000 }],
    ["n2", { threadsPerCore: 1, memoryMiB: 0 }],
  ]);
});
