/**
 * The columns of all tasks in the page: as they are, and compressed where they are long. A browser unpacks them faster than
 * a disk on the network gives them.
 *
 * @module
 */

import type { TaskColumns } from "./task_columns.ts";

/** From so many characters on columns are compressed; smaller ones can be read in the file. */
const packedFrom = 1_000_000;

/** Writes the element that the script of the page reads. */
export async function columnElement(columns: TaskColumns): Promise<string> {
  const json = JSON.stringify(columns);
  if (json.length < packedFrom) {
    return `<script type="application/json" id="tasks">${json.replaceAll("<", "\\u003c")}</script>`;
  }
  const packing = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const packed = new Uint8Array(await new Response(packing).arrayBuffer());
  return `<script type="text/plain" id="tasks" data-packing="deflate-raw">${packed.toBase64()}</script>`;
}
