/**
 * Runs one program and prints how it ended.
 *
 * @module
 */

import { BasicTemplate, QCGPJExecutor } from "@qcg/pilotjob";

await using executor = new QCGPJExecutor();
const future = executor.submit(BasicTemplate.template, { name: "tj", exec: "date" });
console.log(await future.result());
