/**
 * The memory image of a launch: a plan's texts and pointer tables as the C library wants them.
 *
 * @module
 */

import { descriptorOf, descriptorPathMax } from "../own_descriptor.ts";
import { encodeText, hasRawBytes } from "../../../base/byte_text.ts";
import { defaultPath } from "../../host/search_path.ts";
import { readVariables } from "../../host/variables.ts";
import type { LaunchPlan, SharedEnvironment } from "../../../launch/plan.ts";
import { Arena } from "./arena.ts";
import { Libc, type SpawnAddresses } from "./libc.ts";

const encoder = new TextEncoder();
/** No UTF-16 code unit takes more bytes in UTF-8. */
const utf8BytesMax = 3;
const pointerBytes = 8;
/** Where the scratch structure lies, after the process id. */
const actionsAt = 16;
const tablesAt = actionsAt + Libc.structBytes;
/** An image that had to grow beyond this is not kept for the next launch. */
const keptBytesMax = 1 << 20;

/** An environment that tasks share, encoded. */
export class EncodedEnvironment {
  /** The value of PATH. */
  readonly path: string;
  /** Position of each variable in {@linkcode table}. */
  readonly positions: ReadonlyMap<string, number>;
  /** The addresses of the `NAME=value` texts, as they lie in memory: one copy puts them into an image. */
  readonly table: Uint8Array;
  readonly #arena: Arena;

  /** Encodes `variables`. */
  constructor(variables: Readonly<Record<string, string>>) {
    const texts = Object.entries(variables).map(([name, value]) => encodeText(`${name}=${value}\0`));
    this.#arena = new Arena(texts.reduce((sum, text) => sum + text.length, 0));
    const table = new DataView(new ArrayBuffer(texts.length * pointerBytes));
    let at = 0;
    for (const [position, text] of texts.entries()) {
      this.#arena.bytes.set(text, at);
      table.setBigUint64(position * pointerBytes, this.#arena.address + BigInt(at), true);
      at += text.length;
    }
    this.table = new Uint8Array(table.buffer);
    this.positions = new Map(Object.keys(variables).map((name, position) => [name, position]));
    this.path = variables["PATH"] ?? defaultPath;
  }
}

/** Environments that tasks share, each encoded once. */
export class EncodedEnvironments {
  readonly #known: WeakMap<SharedEnvironment, EncodedEnvironment> = new WeakMap();
  readonly #inherited: () => Readonly<Record<string, string>>;

  /** `inherited` tells what is inherited: the environment of this process when absent. */
  constructor(inherited: () => Readonly<Record<string, string>> = readVariables) {
    this.#inherited = inherited;
  }

  /** The encoded form of an environment. */
  of(shared: SharedEnvironment): EncodedEnvironment {
    let encoded = this.#known.get(shared);
    if (encoded === undefined) this.#known.set(shared, encoded = new EncodedEnvironment(this.#variablesOf(shared)));
    return encoded;
  }

  #variablesOf(shared: SharedEnvironment): Readonly<Record<string, string>> {
    if (shared.kind === "whole") return shared.variables;
    const { without } = shared;
    return Object.fromEntries(Object.entries(this.#inherited()).filter(([name]) => !without.includes(name)));
  }
}

/** Memory for one launch at a time, used again for the next. */
export class LaunchImage {
  #arena = new Arena(1 << 16);
  #end = 0;

  /**
   * Writes the image of a plan.
   *
   * @param plan The plan; its texts contain no NUL.
   * @param file The program's file.
   * @param args The arguments that go with `file`.
   * @param shared What the plan's own variables are put on top of: its shared environment, encoded.
   * @param open Open files for outputs that have no path.
   * @returns Addresses that are valid until the next call.
   */
  write(
    plan: LaunchPlan,
    file: string,
    args: readonly string[],
    shared: EncodedEnvironment,
    open: SpawnAddresses["open"] = {},
  ): SpawnAddresses {
    this.#reserve(plan, file, args, shared);
    const { address } = this.#arena;
    const argv = tablesAt;
    const envp = argv + (args.length + 2) * pointerBytes;
    const names = Object.keys(plan.env.own);
    this.#end = envp + shared.table.length + (names.length + 1) * pointerBytes;
    const program = this.#text(file);
    this.#pointer(argv, args === plan.args ? this.#text(plan.program) : program);
    for (let index = 0; index < args.length; index++) {
      this.#pointer(argv + (index + 1) * pointerBytes, this.#text(args[index]!));
    }
    this.#pointer(argv + (args.length + 1) * pointerBytes, 0n);
    this.#environment(envp, plan, names, shared);
    const [stdin, stdout, stderr] = [plan.stdin, plan.stdout, plan.stderr].map((path) =>
      path && descriptorOf(Deno.pid, path)
    );
    const output = stdout === undefined ? 0n : this.#text(stdout);
    return {
      pid: address,
      actions: address + BigInt(actionsAt),
      program,
      argv: address + BigInt(argv),
      envp: address + BigInt(envp),
      cwd: this.#text(plan.cwd),
      stdin: stdin === undefined ? 0n : this.#text(stdin),
      stdout: output,
      stderr: stderr === stdout ? output : stderr === undefined ? 0n : this.#text(stderr),
      append: plan.append ?? [],
      open,
    };
  }

  /** The process id that the start wrote into the image. */
  get pid(): number {
    return this.#arena.view.getInt32(0, true);
  }

  #environment(at: number, plan: LaunchPlan, names: readonly string[], shared: EncodedEnvironment): void {
    this.#arena.bytes.set(shared.table, at);
    let end = at + shared.table.length;
    for (const name of names) {
      const pointer = this.#text(`${name}=${plan.env.own[name]}`);
      const position = shared.positions.get(name);
      this.#pointer(position === undefined ? end : at + position * pointerBytes, pointer);
      if (position === undefined) end += pointerBytes;
    }
    this.#pointer(end, 0n);
  }

  #reserve(plan: LaunchPlan, file: string, args: readonly string[], shared: EncodedEnvironment): void {
    let units = 3 * descriptorPathMax + 2 * file.length + plan.program.length + plan.cwd.length + 8;
    units += (plan.stdin?.length ?? 0) + (plan.stdout?.length ?? 0) + (plan.stderr?.length ?? 0);
    let pointers = shared.table.length / pointerBytes + 4;
    for (const arg of args) {
      units += arg.length + 1;
      pointers++;
    }
    for (const name in plan.env.own) {
      units += name.length + plan.env.own[name]!.length + 2;
      pointers++;
    }
    const bytes = tablesAt + pointers * pointerBytes + units * utf8BytesMax;
    const size = this.#arena.bytes.length;
    if (bytes > size || size > keptBytesMax) this.#arena = new Arena(Math.max(bytes, 1 << 16));
  }

  #text(text: string): bigint {
    const at = this.#end;
    const { written } = hasRawBytes(text) ? this.#raw(text) : encoder.encodeInto(text, this.#arena.bytes.subarray(at));
    this.#arena.bytes[at + written] = 0;
    this.#end = at + written + 1;
    return this.#arena.address + BigInt(at);
  }

  /**
   * Bytes that are no UTF-8 come as `byte_text.ts` escapes them, through jobs, journal and messages: here they are bytes
   * again, at the last moment, for every launcher that writes images.
   */
  #raw(text: string): { readonly written: number } {
    const bytes = encodeText(text);
    this.#arena.bytes.set(bytes, this.#end);
    return { written: bytes.length };
  }

  #pointer(at: number, address: bigint): void {
    this.#arena.view.setBigUint64(at, address, true);
  }
}
