/**
 * Launch plans on the wire: what the tasks of a job have in common is sent once, then only what differs.
 *
 * The pilot keeps the first plan of each kind in a numbered slot and tells the agent; a launch names the slot and the
 * members that are different. There is a fixed number of slots, so both sides need a bounded amount of memory.
 *
 * @module
 */

import type { LaunchPlan } from "../launch/plan.ts";
import { ProtocolError } from "./protocol_error.ts";
import { readPlan } from "./read_plan.ts";

/** How many plans are kept. */
export const slotsMax = 64;

/**
 * A plan as a change of a kept one. Members stand for themselves, `null` for one that is absent; but `args` begins with
 * the number of arguments that are the kept ones, and `env` holds the task's own variables that differ, `null` for
 * absent ones; `shared` is the shared environment where that is another one.
 */
export type PlanChange = { readonly like: number } & Readonly<Record<string, unknown>>;

type Members = Readonly<Record<string, unknown>>;

/** Makes changes of plans, for the side that sends. */
export class PlanWriter {
  readonly #slots: (LaunchPlan | undefined)[] = [];
  readonly #slotOf = new Map<string, number>();
  #nextSlot = 0;

  /**
   * Writes a plan as a change.
   *
   * @returns The change, and the plan to be shared first when its kind is new.
   */
  write(plan: LaunchPlan): { readonly share?: LaunchPlan; readonly change: PlanChange } {
    const kind = `${plan.args.length} ${plan.program}`;
    const known = this.#slotOf.get(kind);
    if (known !== undefined) return { change: changeOf(known, this.#slots[known]!, plan) };
    const slot = this.#nextSlot;
    this.#nextSlot = (slot + 1) % slotsMax;
    const former = this.#slots[slot];
    if (former !== undefined) this.#slotOf.delete(`${former.args.length} ${former.program}`);
    this.#slots[slot] = plan;
    this.#slotOf.set(kind, slot);
    return { share: plan, change: { like: slot } };
  }
}

/** Makes plans of changes, for the side that receives. */
export class PlanReader {
  readonly #slots: (LaunchPlan | undefined)[] = [];

  /** Keeps a plan. */
  share(slot: number, plan: LaunchPlan): void {
    if (!(slot >= 0 && slot < slotsMax)) throw new ProtocolError(`There is no slot ${slot} for a plan`);
    this.#slots[slot] = plan;
  }

  /**
   * Makes the plan that was sent.
   *
   * @throws {ProtocolError} If nothing is kept in the slot, or the result is no plan.
   */
  read(change: PlanChange): LaunchPlan {
    const kept = this.#slots[change.like];
    if (kept === undefined) throw new ProtocolError(`No plan is kept in slot ${change.like}`);
    const { like: _, args, env, shared, ...others } = change;
    const plan: Record<string, unknown> = { ...kept };
    for (const name in others) replace(plan, name, others[name]);
    if (args !== undefined) plan["args"] = readArgs(args, kept.args);
    if (env !== undefined || shared !== undefined) {
      plan["env"] = { shared: shared ?? kept.env.shared, own: readVariables(env ?? {}, kept.env.own) };
    }
    return readPlan(plan);
  }
}

function changeOf(slot: number, kept: LaunchPlan, plan: LaunchPlan): PlanChange {
  const change: Record<string, unknown> & { like: number } = { like: slot };
  const [before, now] = [kept as unknown as Members, plan as unknown as Members];
  for (const name in before) if (now[name] === undefined) change[name] = null;
  for (const name in now) if (!isSame(before[name], now[name])) change[name] = now[name];
  if (change["args"] !== undefined) change["args"] = argsChange(kept.args, plan.args);
  delete change["env"];
  const own = variablesChange(kept.env.own, plan.env.own);
  if (Object.keys(own).length > 0) change["env"] = own;
  if (!isSame(kept.env.shared, plan.env.shared)) change["shared"] = plan.env.shared;
  return change;
}

function argsChange(kept: readonly string[], args: readonly string[]): (number | string)[] {
  let same = 0;
  while (same < args.length && args[same] === kept[same]) same++;
  return [same, ...args.slice(same)];
}

type Variables = LaunchPlan["env"]["own"];

function variablesChange(kept: Variables, env: Variables): Record<string, string | null> {
  const change: Record<string, string | null> = {};
  for (const name in kept) if (!Object.hasOwn(env, name)) define(change, name, null);
  for (const name in env) if (!Object.hasOwn(kept, name) || env[name] !== kept[name]) define(change, name, env[name]);
  return change;
}

function readArgs(change: unknown, kept: readonly string[]): unknown[] {
  if (!Array.isArray(change)) throw new ProtocolError("The arguments of a plan are no array");
  const [same, ...others] = change as unknown[];
  if (!Number.isInteger(same) || (same as number) < 0 || (same as number) > kept.length) {
    throw new ProtocolError("The arguments of a plan do not begin with a number of kept ones");
  }
  return [...kept.slice(0, same as number), ...others];
}

function readVariables(change: unknown, kept: Variables): Record<string, unknown> {
  if (typeof change !== "object" || change === null) throw new ProtocolError("The variables of a plan are no object");
  const env: Record<string, unknown> = { ...kept };
  for (const [name, value] of Object.entries(change)) replace(env, name, value);
  return env;
}

function replace(target: Record<string, unknown>, name: string, value: unknown): void {
  if (value === null) delete target[name];
  else define(target, name, value);
}

/** A name may be one that has a meaning of its own when it is assigned to, such as `__proto__`. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Whether two values of a plan are the same: texts, numbers, arrays and objects of them. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame((a as Members)[name], (b as Members)[name]));
}
