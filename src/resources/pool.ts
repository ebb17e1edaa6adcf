/**
 * The pool: all nodes with what is free on them. A request is first fitted, all or nothing, then granted as a whole,
 * so that no half allocation ever exists.
 *
 * A **reservation** keeps a large request from starving: it holds back, on chosen nodes, what that request needs.
 * Tasks started under a reservation together use at most what the held part leaves, so the request fits at the latest
 * when every allocation older than the reservation has been released.
 *
 * @module
 */

import { invariant } from "../base/assert.ts";
import { CoreSet } from "./core_set.ts";
import { type Amount, atLeast, fitOffer, nothing, takeFrom } from "./fit.ts";
import type { Allocation, AllocationPart, Node } from "./node.ts";
import { countOf, describeOnEachNode, describeRequest, type ResourceRequest } from "./request.ts";

/** The books of one node. */
interface NodeBooks {
  readonly capacity: Amount;
  readonly cores: CoreSet;
  readonly gpus: CoreSet;
  memoryMiB: number;
  lost: boolean;
}

/** What is held back on the reservation's nodes, and what younger allocations use there. */
interface Reservation {
  readonly request: ResourceRequest;
  readonly held: ReadonlyMap<number, { readonly need: Amount; readonly younger: Amount }>;
  readonly younger: Set<Allocation>;
}

/** Counts of the pool, as {@linkcode Pool.totals} gives them. */
export interface PoolTotals {
  /** Nodes that are not lost. */
  readonly nodes: number;
  /** Cores that tasks can get: all but the reserved core. */
  readonly cores: number;
}

/** All nodes with what is free. */
export class Pool {
  /** The nodes in their given order; a node's index names it. */
  readonly nodes: readonly Node[];
  readonly #ledgers: NodeBooks[];
  readonly #reservedCore: boolean;
  #reservation: Reservation | undefined;
  #freeCores = 0;
  /** No node before this one has a free core. */
  #firstFree = 0;

  /** Creates a pool in which everything is free; `reserveCore` keeps the first core of the first node for the pilot. */
  constructor(nodes: readonly Node[], reserveCore: boolean = false) {
    this.nodes = nodes;
    this.#reservedCore = reserveCore;
    this.#ledgers = nodes.map((node, index) => {
      const cores = new CoreSet(node.coreIds.length);
      if (reserveCore && index === 0) cores.remove(0);
      this.#freeCores += cores.size;
      const capacity = { cores: cores.size, gpus: node.gpuIds.length, memoryMiB: node.memoryMiB };
      return { capacity, cores, gpus: new CoreSet(node.gpuIds.length), memoryMiB: node.memoryMiB, lost: false };
    });
  }

  /** Cores that are free now. */
  get freeCores(): number {
    return this.#freeCores;
  }

  /** Nodes and schedulable cores, whether free or not. */
  get totals(): PoolTotals {
    const alive = this.#ledgers.filter((l) => !l.lost);
    return { nodes: alive.length, cores: alive.reduce((sum, l) => sum + l.capacity.cores, 0) };
  }

  /** The most memory that a node has, in MiB. */
  get largestMemoryMiB(): number {
    return this.#ledgers.reduce((most, { capacity, lost }) => lost ? most : Math.max(most, capacity.memoryMiB), 0);
  }

  /** Finds an allocation that fits what is free now, without taking it. Nodes and cores are taken in ascending order. */
  fit(request: ResourceRequest): Allocation | undefined {
    const amountOf = (node: number) => this.#available(node, request);
    const parts = fitOffer(request, { nodes: this.nodes, amountOf, first: this.#firstFree });
    return parts === undefined ? undefined : { parts: parts.map((part) => this.#pick(part.node, part.amount)) };
  }

  /** Takes what {@linkcode fit} found. */
  grant(allocation: Allocation): void {
    for (const part of allocation.parts) {
      const ledger = this.#ledgers[part.node];
      invariant(ledger !== undefined && !ledger.lost, `Cannot grant on node ${part.node}: no such node`);
      invariant(part.memoryMiB <= ledger.memoryMiB, `Cannot grant ${part.memoryMiB} MiB: not free`);
      for (const core of part.cores) ledger.cores.remove(core);
      for (const gpu of part.gpus) ledger.gpus.remove(gpu);
      ledger.memoryMiB -= part.memoryMiB;
      this.#freeCores -= part.cores.length;
    }
    while (this.#firstFree < this.#ledgers.length && !hasFreeCore(this.#ledgers[this.#firstFree]!)) this.#firstFree++;
    if (this.#reservation !== undefined) this.#countYounger(this.#reservation, allocation);
  }

  /** Gives back what was granted. Parts on lost nodes are gone and are passed over. */
  release(allocation: Allocation): void {
    for (const part of allocation.parts) {
      const ledger = this.#ledgers[part.node]!;
      if (ledger.lost) continue;
      for (const core of part.cores) ledger.cores.add(core);
      for (const gpu of part.gpus) ledger.gpus.add(gpu);
      ledger.memoryMiB += part.memoryMiB;
      this.#freeCores += part.cores.length;
      this.#firstFree = Math.min(this.#firstFree, part.node);
    }
    const reservation = this.#reservation;
    if (reservation?.younger.delete(allocation)) addParts(reservation, allocation, -1);
  }

  /** Says why a request could not fit even if everything were free; `undefined` when it could. */
  explainInfeasible(request: ResourceRequest): string | undefined {
    const amountOf = (node: number) => this.#capacity(node);
    if (fitOffer(request, { nodes: this.nodes, amountOf }) !== undefined) return undefined;
    const { nodes, cores } = this.totals;
    const wanted = describeRequest(request);
    const has = `the pool has ${countOf(nodes, "node")} with ${countOf(cores, "core")}` +
      (this.#reservedCore ? " (one more is reserved for the pilot)" : "");
    if (request.nodes === undefined || request.nodes.min > nodes) return `needs ${wanted}, but ${has}`;
    const suitable = this.nodes.filter((node, index) => takeFrom(node, request, amountOf(index)) !== undefined).length;
    const some = `only ${suitable} of ${countOf(nodes, "node")} can give ${describeOnEachNode(request)}`;
    const isUnknown = request.memoryMiB > 0 && this.nodes.every(({ memoryMiB }) => memoryMiB === 0);
    const hint = isUnknown
      ? "; how much memory the nodes have is not known: run deno again with --allow-sys=systemMemoryInfo"
      : "";
    return `needs ${wanted}, but ${some}; ${has}${hint}`;
  }

  /**
   * Holds back what `request` needs, on the nodes that have most of it free, until {@linkcode unreserve}. The request
   * itself is not bound by the hold.
   */
  reserve(request: ResourceRequest): void {
    const order = this.#ledgers
      .map((ledger, node) => ({ node, free: ledger.cores.size }))
      .sort((a, b) => b.free - a.free || a.node - b.node)
      .map((entry) => entry.node);
    const amountOf = (node: number) => this.#capacity(node);
    const parts = fitOffer(atLeast(request), { nodes: this.nodes, amountOf, order });
    invariant(parts !== undefined, "Cannot reserve for a request that could never fit");
    const held = new Map(parts.map((part) => [part.node, { need: part.amount, younger: nothing() }]));
    this.#reservation = { request, held, younger: new Set() };
  }

  /** Drops the reservation, if there is one. */
  unreserve(): void {
    this.#reservation = undefined;
  }

  /** The request that a reservation holds back for. */
  get reservedFor(): ResourceRequest | undefined {
    return this.#reservation?.request;
  }

  /** Takes a node out for good: nothing on it is free or fits any more. */
  loseNode(node: number): void {
    const ledger = this.#ledgers[node]!;
    if (ledger.lost) return;
    ledger.lost = true;
    this.#freeCores -= ledger.cores.size;
    this.unreserve();
  }

  /** Whether a node was taken out. */
  get hasLostNodes(): boolean {
    return this.#ledgers.some((ledger) => ledger.lost);
  }

  /** Throws when the books do not add up. `granted` is what the caller believes to be out. */
  checkInvariants(granted: Iterable<Allocation>): void {
    const out = this.#ledgers.map(() => ({ cores: new Set<number>(), gpus: new Set<number>(), memoryMiB: 0 }));
    for (const allocation of granted) {
      for (const part of allocation.parts) {
        const seen = out[part.node]!;
        for (const core of part.cores) invariant(!seen.cores.has(core), `Core ${core} granted twice`);
        for (const core of part.cores) seen.cores.add(core);
        for (const gpu of part.gpus) invariant(!seen.gpus.has(gpu), `GPU ${gpu} granted twice`);
        for (const gpu of part.gpus) seen.gpus.add(gpu);
        seen.memoryMiB += part.memoryMiB;
      }
    }
    let free = 0;
    this.#ledgers.forEach((ledger, node) => {
      if (ledger.lost) return;
      const seen = out[node]!;
      free += ledger.cores.size;
      invariant(ledger.cores.size + seen.cores.size === ledger.capacity.cores, `Node ${node}: free + granted cores`);
      invariant(ledger.gpus.size + seen.gpus.size === ledger.capacity.gpus, `Node ${node}: free + granted GPUs`);
      invariant(ledger.memoryMiB + seen.memoryMiB === ledger.capacity.memoryMiB, `Node ${node}: free + granted MiB`);
    });
    invariant(free === this.#freeCores, "The count of free cores is wrong");
  }

  /** What a request may take on a node now: what is free, less what is held back for another request. */
  #available(node: number, request: ResourceRequest): Amount {
    const ledger = this.#ledgers[node]!;
    if (ledger.lost) return nothing();
    const free = { cores: ledger.cores.size, gpus: ledger.gpus.size, memoryMiB: ledger.memoryMiB };
    const reservation = this.#reservation;
    if (reservation === undefined || reservation.request === request) return free;
    const hold = reservation.held.get(node);
    if (hold === undefined) return free;
    const left = (key: keyof Amount) => Math.min(free[key], ledger.capacity[key] - hold.need[key] - hold.younger[key]);
    return { cores: left("cores"), gpus: left("gpus"), memoryMiB: left("memoryMiB") };
  }

  #capacity(node: number): Amount {
    const ledger = this.#ledgers[node]!;
    return ledger.lost ? nothing() : ledger.capacity;
  }

  #pick(node: number, amount: Amount): AllocationPart {
    const { cores, gpus } = this.#ledgers[node]!;
    return { node, cores: cores.lowest(amount.cores), gpus: gpus.lowest(amount.gpus), memoryMiB: amount.memoryMiB };
  }

  #countYounger(reservation: Reservation, allocation: Allocation): void {
    reservation.younger.add(allocation);
    addParts(reservation, allocation, 1);
  }
}

function hasFreeCore(ledger: NodeBooks): boolean {
  return !ledger.lost && ledger.cores.size > 0;
}

function addParts(reservation: Reservation, allocation: Allocation, sign: 1 | -1): void {
  for (const part of allocation.parts) {
    const younger = reservation.held.get(part.node)?.younger;
    if (younger === undefined) continue;
    younger.cores += sign * part.cores.length;
    younger.gpus += sign * part.gpus.length;
    younger.memoryMiB += sign * part.memoryMiB;
  }
}
