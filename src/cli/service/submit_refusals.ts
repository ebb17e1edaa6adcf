/**
 * Notices that every submit of a file was refused: the exit code is 0 then too, and replies are only logged.
 *
 * @module
 */

import type { StoredRequest } from "../../doors/file.ts";
import type { Refusal, Reply } from "../../service/reply.ts";
import { asksToSubmit } from "../../service/requests.ts";

/** Counts what became of submits. */
export class SubmitRefusals {
  #refused = 0;
  #accepted = 0;
  #firstReason = "";

  /** Takes the reply to a request in. */
  count({ value }: StoredRequest, { code, message = "", data }: Reply): void {
    if (!asksToSubmit(value)) return;
    if (code === 0) this.#accepted++;
    else if (this.#refused++ === 0) this.#firstReason = (data as Partial<Refusal> | undefined)?.reason ?? message;
  }

  /** A sentence without its end, if there were submits and none was accepted. */
  get summary(): string | undefined {
    if (this.#refused === 0 || this.#accepted > 0) return undefined;
    const submits = this.#refused === 1 ? "the only submit was" : `all ${this.#refused} submits were`;
    return `nothing was run, as ${submits} refused: ${this.#firstReason}`;
  }
}
