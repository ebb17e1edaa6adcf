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

import { invariant, present } from "../base/assert.ts";
import { CountedBooks } from "./counted.ts";
import { explainInfeasible } from "./explain.ts";
import { fitBest } from "./best_fit.ts";
import { type Amount, atLeast, atMost, fitOffer, nothing } from "./fit.ts";
import { FreeNodes } from "./free_nodes.ts";
import type { ShareLimits } from "./gpu_books.ts";
import { type Allocation, type AllocationPart, type Node, SinglePart } from "./node.ts";
import { NodeBooks } from "./node_books.ts";
import { checkCounts, plus, type PoolOptions, type PoolPresence, type PoolTotals } from "./pool_counts.ts";
import { requestKey, type ResourceRequest } from "./request.ts";
import { Reservation } from "./reservation.ts";

export type { PoolOptions, PoolPresence, PoolTotals };

/** The part of a pool that only answers questions. */
export type PoolView = Pick<Pool, "totals" | "present" | "explainInfeasible">;

/** The most answers to {@linkcode Pool.explainInfeasible} that are remembered while the nodes stay the same. */
const answersMax = 4096;

/** All nodes with what is free. */
export class Pool {
  /** The nodes in their given order; a node's index names it. */
  readonly nodes: readonly Node[];
  readonly #books: readonly NodeBooks[];
  readonly #free: FreeNodes;
  readonly #counted: CountedBooks;
  readonly #reservedCore: boolean;
  #reservation: Reservation | undefined;
  /** Ready nodes on which nothing is granted for the time being. */
  readonly #held: Set<number> = new Set();
  #lostNodes = 0;
  /** Of nodes that are not lost. */
  #totals: PoolTotals;
  /** Of ready nodes, with all their cores. */
  #present: PoolTotals = { nodes: 0, cores: 0 };
  /** Why requests could never fit, by their keys; "" for one that could. */
  readonly #answers: Map<string, string> = new Map();

  /** Creates a pool in which everything on the nodes that are not absent is free. */
  constructor(nodes: readonly Node[], { reserveCore = false, absentNodes = [], counted = {} }: PoolOptions = {}) {
    this.nodes = nodes;
    this.#reservedCore = reserveCore;
    this.#counted = new CountedBooks(counted);
    this.#books = nodes.map((node, index) => new NodeBooks(node, reserveCore && index === 0));
    const coresMax = nodes.reduce((most, { coreIds }) => Math.max(most, coreIds.length), 0);
    this.#free = new FreeNodes(nodes.length, coresMax);
    this.#totals = { nodes: nodes.length, cores: this.#books.reduce((sum, { capacity }) => sum + capacity.cores, 0) };
    const absent = new Set(absentNodes);
    for (let node = 0; node < nodes.length; node++) if (!absent.has(node)) this.addNode(node);
  }

  /** Cores that are free now. */
  get freeCores(): number {
    return this.#free.sum;
  }

  /** Nodes and schedulable cores that there are or that may still come, whether free or not. */
  get totals(): PoolTotals {
    return this.#totals;
  }

  /** The cores of the largest node. */
  get nodeCoresMax(): number {
    return this.#free.coresMax;
  }

  /** Whether something may be granted on a node now. */
  isReady(node: number): boolean {
    return this.#books[node]!.state === "ready" && !this.#held.has(node);
  }

  /** What there is now. */
  get present(): PoolPresence {
    return { ...this.#present, freeCores: this.freeCores };
  }

  /** GPUs that tasks can get, whether free or not. Looks for them, where they are not known yet. */
  get gpus(): number {
    return this.#books.reduce((sum, { gpus, state }) => state === "lost" ? sum : sum + gpus.capacity, 0);
  }

  /** The most memory that a node has, in MiB. */
  get largestMemoryMiB(): number {
    return this.#books.reduce(
      (most, { capacity, state }) => state === "lost" ? most : Math.max(most, capacity.memoryMiB),
      0,
    );
  }

  /**
   * Finds an allocation that fits what is free now, without taking it: on the nodes where least is wasted, the first of
   * their cores. It has no more cores in all than `coresMax`, unless the request needs more.
   */
  fit(request: ResourceRequest, coresMax: number = Infinity): Allocation | undefined {
    const { counted } = request;
    if (!this.#counted.has(counted, (name) => this.#reservationAgainst(request)?.countedTaken(name) ?? 0)) return;
    const amountOf = (node: number) => this.#available(node, request);
    const offer = { nodes: this.nodes, amountOf, free: this.#free };
    const parts = fitBest(atMost(request, coresMax, this.nodeCoresMax), offer);
    if (parts === undefined) return undefined;
    const picked = parts.map(({ node, amount }) => this.#pick(node, amount, request));
    if (counted !== undefined) return { parts: picked, counted };
    return picked.length === 1 ? new SinglePart(picked[0]!) : { parts: picked };
  }

  /** Takes what {@linkcode fit} found. */
  grant(allocation: Allocation): void {
    invariant(allocation.parts.length > 0, "An allocation is on some node");
    for (const part of allocation.parts) {
      const books = this.#books[part.node];
      invariant(books?.state === "ready", () => `Cannot grant on node ${part.node}: it is not ready`);
      books.take(part);
      this.#count(part.node);
    }
    if (allocation.counted !== undefined) this.#counted.take(allocation.counted);
    this.#reservation?.granted(allocation);
  }

  /**
   * Gives back what was granted. Parts on lost nodes are gone and are passed over: whatever holds some must be released
   * before the node comes back.
   */
  release(allocation: Allocation): void {
    invariant(allocation.parts.length > 0, "An allocation was on some node");
    for (const part of allocation.parts) {
      const books = present(this.#books[part.node], "the node of a part");
      invariant(books.state !== "absent", "Nothing is given back to a node that was never there");
      if (books.state === "lost") continue;
      books.giveBack(part);
      this.#count(part.node);
    }
    if (allocation.counted !== undefined) this.#counted.give(allocation.counted);
    this.#reservation?.released(allocation);
  }

  /**
   * Says why a request could not fit even if everything were free and every absent node came; `undefined` when it
   * could. Costs by nodes once for each kind of request, until a node is lost or comes back.
   */
  explainInfeasible(request: ResourceRequest): string | undefined {
    const key = requestKey(request);
    let answer = this.#answers.get(key);
    if (answer === undefined) {
      answer = this.#counted.explain(request.counted) ?? explainInfeasible(request, {
        nodes: this.nodes,
        amountOf: (node) => this.#capacity(node, request),
        totals: this.totals,
        gpus: () => this.gpus,
        reservesCore: this.#reservedCore,
      }) ?? "";
      if (this.#answers.size >= answersMax) this.#answers.clear();
      this.#answers.set(key, answer);
    }
    return answer === "" ? undefined : answer;
  }

  /**
   * Holds back what `request` needs, on the ready nodes that have most of it free, until {@linkcode unreserve}. The
   * request itself is not bound by the hold.
   *
   * @returns Whether it could: not while the request needs nodes that are absent, as it could not start anyway.
   */
  reserve(request: ResourceRequest): boolean {
    const amountOf = (node: number) => this.#books[node]!.state === "ready" ? this.#capacity(node, request) : nothing();
    const parts = fitOffer(atLeast(request), { nodes: this.nodes, amountOf, order: this.#free.byFree() });
    invariant(this.#reservation === undefined, "There is one reservation at a time");
    if (parts !== undefined) this.#reservation = new Reservation(request, parts);
    else invariant(this.#present.nodes < this.#totals.nodes, "Cannot reserve for a request that could never fit");
    return parts !== undefined;
  }

  /** Drops the reservation, if there is one. */
  unreserve(): void {
    this.#reservation = undefined;
  }

  /** The request that a reservation holds back for. */
  get reservedFor(): ResourceRequest | undefined {
    return this.#reservation?.request;
  }

  /**
   * Grants nothing more on a ready node until {@linkcode addNode}, although what is on it stays granted. It goes on to
   * count among what there is.
   */
  holdNode(node: number): void {
    if (present(this.#books[node], "the node that is held").state !== "ready") return;
    this.#held.add(node);
    this.#count(node);
    invariant(this.#free.of(node) === 0, "Nothing is granted on a node that is held");
  }

  /**
   * Takes an absent or lost node in: everything on it is free. One that is held is let go.
   *
   * @returns Whether it was not ready before.
   */
  addNode(node: number): boolean {
    const books = present(this.#books[node], "the node that comes");
    if (this.#held.delete(node)) this.#count(node);
    if (books.state === "ready") return false;
    if (books.state === "lost") {
      this.#lostNodes--;
      invariant(this.#lostNodes >= 0, "More nodes have come back than were lost");
      this.#totals = plus(this.#totals, books.capacity.cores, 1);
      this.#answers.clear();
    }
    books.clear();
    books.state = "ready";
    this.#present = plus(this.#present, this.nodes[node]!.coreIds.length, 1);
    this.#free.set(node, books.freeCores);
    invariant(this.#present.nodes <= this.#totals.nodes, "More nodes are ready than there are");
    return true;
  }

  /**
   * Takes a node out: nothing on it is free or fits any more, unless it comes back.
   *
   * @returns Whether it was not lost before.
   */
  loseNode(node: number): boolean {
    const books = present(this.#books[node], "the node that goes");
    if (books.state === "lost") return false;
    if (books.state === "ready") this.#present = plus(this.#present, this.nodes[node]!.coreIds.length, -1);
    books.state = "lost";
    this.#held.delete(node);
    this.#free.set(node, 0);
    this.#lostNodes++;
    this.#totals = plus(this.#totals, books.capacity.cores, -1);
    invariant(this.#totals.nodes >= this.#present.nodes, "More nodes are ready than there are");
    invariant(this.#totals.cores >= 0, "More cores are lost than there were");
    this.#answers.clear();
    this.unreserve();
    return true;
  }

  /** Whether a node is lost now. */
  get hasLostNodes(): boolean {
    return this.#lostNodes > 0;
  }

  /** Throws when the books do not add up. `granted` is what the caller believes to be out. */
  checkInvariants(granted: Iterable<Allocation>): void {
    const out = this.#books.map((): AllocationPart[] => []);
    const allocations = [...granted];
    for (const { parts } of allocations) for (const part of parts) out[part.node]!.push(part);
    this.#counted.checkInvariants(allocations.map(({ counted }) => counted));
    this.#books.forEach((books, node) => books.check(out[node]!));
    const counts = { totals: this.#totals, present: this.#present, held: this.#held, free: this.#free };
    checkCounts(this.nodes, this.#books, counts);
  }

  /** Counts what tasks can get on a ready node now. */
  #count(node: number): void {
    this.#free.set(node, this.#held.has(node) ? 0 : this.#books[node]!.freeCores);
  }

  /** What a request may take on a node now: what is free, less what is held back for another request. */
  #available(node: number, request: ResourceRequest): Amount {
    const books = this.#books[node]!;
    if (books.state !== "ready" || this.#held.has(node)) return nothing();
    const free = books.freeWith(request.gpus > 0, this.#gpuLimits(node, request));
    return this.#reservationAgainst(request)?.leaves(node, free, books.capacity) ?? free;
  }

  /** The reservation, unless it is for this very request. */
  #reservationAgainst(request: ResourceRequest): Reservation | undefined {
    return this.#reservation?.request === request ? undefined : this.#reservation;
  }

  #gpuLimits(node: number, request: ResourceRequest): ShareLimits | undefined {
    if (request.gpus === 0) return undefined;
    return this.#reservationAgainst(request)?.gpuLimits(node, this.#books[node]!.gpus.capacity);
  }

  #pick(node: number, amount: Amount, request: ResourceRequest): AllocationPart {
    return this.#books[node]!.pick(node, amount, this.#gpuLimits(node, request));
  }

  #capacity(node: number, request: ResourceRequest): Amount {
    const books = this.#books[node]!;
    return books.state === "lost" ? nothing() : books.capacityWith(request.gpus > 0);
  }
}
