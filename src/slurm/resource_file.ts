/**
 * QCG-PilotJob's resource file: nodes with their cores, GPUs and memory, as its governor hands them to its managers.
 *
 * ```json
 * { "type": "LOCAL", "binding": false, "nodes": [
 *   { "name": "n1", "total_cores": 2, "core_ids": ["0", "1"], "free_cores": ["0", "1"],
 *     "crs": { "GPU": { "class": "CRBind", "data": { "type": "GPU", "ids": ["0"], "free": ["0"] } },
 *              "MEM": { "class": "CR", "data": { "type": "MEM", "total": 1000, "used": 0 } } } }
 * ] }
 * ```
 *
 * Cores, GPUs and memory that are not free belong to other jobs.
 *
 * @module
 */

import { ResourceSpecError } from "../errors.ts";
import { nameValue } from "../job/json.ts";
import { JsonTextError, parseJsonText } from "../job/json_text.ts";
import type { Node } from "../resources/node.ts";

/**
 * Reads the nodes of a resource file.
 *
 * @param text What is in it.
 * @param path Its path, for errors.
 * @throws {ResourceSpecError} If it is no JSON or not of this form; it says where.
 */
export function parseResourceFile(text: string, path: string): Node[] {
  let value: unknown;
  try {
    value = parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new ResourceSpecError(`${path}:${error.where.line}:${error.where.column}: ${error.where.problem}`, text, 0);
  }
  const file = new Reader(value, "", path);
  const nodes = file.get("nodes").list().map(parseNode);
  if (nodes.length === 0) file.get("nodes").refuse("has no node");
  const twice = nodes.find(({ name }, index) => nodes.findIndex((other) => other.name === name) !== index);
  if (twice !== undefined) file.get("nodes").refuse(`has two nodes called "${twice.name}"`);
  return nodes;
}

function parseNode(node: Reader): Node {
  const coreIds = node.get("core_ids").texts();
  const total = node.get("total_cores");
  if (total.number() !== coreIds.length) total.refuse(`is ${total.number()}, but core_ids has ${coreIds.length}`);
  const free = node.get("free_cores").texts();
  const stranger = free.find((id) => !coreIds.includes(id));
  if (stranger !== undefined) node.get("free_cores").refuse(`names core "${stranger}", which is not in core_ids`);
  const consumables = node.get("crs");
  return {
    name: node.get("name").text(),
    coreIds: coreIds.filter((id) => free.includes(id)),
    gpuIds: consumables.isAbsent ? [] : gpusOf(consumables.get("GPU")),
    memoryMiB: consumables.isAbsent ? 0 : memoryOf(consumables.get("MEM")),
  };
}

/** No GPU being free means that all are: QCG-PilotJob writes and reads it like that. */
function gpusOf(gpu: Reader): readonly string[] {
  if (gpu.isAbsent) return [];
  const [ids, free] = [gpu.get("data").get("ids").texts(), gpu.get("data").get("free")];
  const freeIds = free.isAbsent ? [] : free.texts();
  return freeIds.length === 0 ? ids : ids.filter((id) => freeIds.includes(id));
}

function memoryOf(memory: Reader): number {
  if (memory.isAbsent) return 0;
  const [total, used] = [memory.get("data").get("total"), memory.get("data").get("used")];
  return total.number() - (used.isAbsent ? 0 : used.number());
}

/** A value of the file and where it stands. */
class Reader {
  readonly #value: unknown;
  readonly #at: string;
  readonly #file: string;

  constructor(value: unknown, at: string, file: string) {
    this.#value = value;
    this.#at = at;
    this.#file = file;
  }

  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  get(key: string): Reader {
    if (typeof this.#value !== "object" || this.#value === null || Array.isArray(this.#value)) {
      this.#expect("an object");
    }
    const object = this.#value as Readonly<Record<string, unknown>>;
    const at = this.#at === "" ? key : `${this.#at}.${key}`;
    return new Reader(Object.hasOwn(object, key) ? object[key] : undefined, at, this.#file);
  }

  list(): Reader[] {
    if (!Array.isArray(this.#value)) this.#expect("an array");
    return (this.#value as unknown[]).map((value, index) => new Reader(value, `${this.#at}[${index}]`, this.#file));
  }

  texts(): string[] {
    return this.list().map((item) => typeof item.#value === "number" ? String(item.#value) : item.text());
  }

  text(): string {
    return typeof this.#value === "string" && this.#value !== "" ? this.#value : this.#expect("a text");
  }

  number(): number {
    const value = this.#value as number;
    return Number.isSafeInteger(value) && value >= 0 ? value : this.#expect("a whole number");
  }

  refuse(problem: string): never {
    throw new ResourceSpecError(`${this.#file}: ${this.#at} ${problem}`, this.#file, 0);
  }

  #expect(wanted: string): never {
    this.refuse(
      this.isAbsent ? `is missing; it must be ${wanted}` : `must be ${wanted}, not ${nameValue(this.#value)}`,
    );
  }
}
