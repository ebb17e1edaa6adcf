/**
 * The files of a keeper's spool, by the kernel's own calls: a module of Node.js would take a keeper longer to load than
 * a hundred tasks to spool.
 *
 * @module
 */

import { concatenate } from "../../base/bytes.ts";
import { nameError } from "../local/error_names.ts";
import { openFlags } from "../local/native/file_numbers.ts";
import type { SpoolSystem } from "../local/spool.ts";
import type { Kernel } from "./kernel.ts";

/** What a spool does with files in a keeper. */
export function spoolFiles(kernel: Kernel): SpoolSystem {
  const { both, create, exclusive, append } = openFlags;
  return {
    ...kernel.files,
    create: (path) => {
      const descriptor = kernel.open(path, both | create | exclusive | append, 0o600);
      if (descriptor < 0) {
        const code = nameError(-descriptor);
        throw Object.assign(new Error(`cannot create ${path}: ${code}`), { code });
      }
      Deno.removeSync(path);
      return descriptor;
    },
    read: (descriptor, from, count) => {
      const pieces: Uint8Array[] = [];
      for (let left = count; left > 0;) {
        const piece = kernel.readAt(descriptor, from + count - left).slice(0, left);
        if (piece.length === 0) break;
        pieces.push(piece);
        left -= piece.length;
      }
      return concatenate(pieces);
    },
    close: (descriptor) => kernel.close(descriptor),
  };
}
