/**
 * What `scontrol show node -o NODES` says about the hardware of nodes: one line for each.
 *
 * @module
 */

/** The hardware of a node. */
export interface NodeHardware {
  /** Hardware threads of a core. */
  readonly threadsPerCore: number;
  /** Memory in MiB; 0 when Slurm was not told. */
  readonly memoryMiB: number;
}

/** Slurm takes this for the memory of a node that it was told nothing about. */
const memoryUnknown = 1;

/** Reads the records by the names of their nodes; lines that are none are passed over. */
export function parseNodeRecords(text: string): Map<string, NodeHardware> {
  const records = new Map<string, NodeHardware>();
  for (const line of text.split("\n")) {
    const name = readValue(line, "NodeName");
    if (name === undefined) continue;
    const memoryMiB = readNumber(line, "RealMemory", 0);
    records.set(name, {
      threadsPerCore: Math.max(1, readNumber(line, "ThreadsPerCore", 1)),
      memoryMiB: memoryMiB === memoryUnknown ? 0 : memoryMiB,
    });
  }
  return records;
}

function readValue(line: string, key: string): string | undefined {
  return new RegExp(`(?:^|\\s)${key}=(\\S+)`).exec(line)?.[1];
}

function readNumber(line: string, key: string, otherwise: number): number {
  const text = readValue(line, key) ?? "";
  return /^[0-9]{1,12}$/.test(text) ? Number(text) : otherwise;
}
