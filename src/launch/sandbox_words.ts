/**
 * The arguments of bubblewrap, as they grow: plain ones, and places that are to be shown.
 *
 * @module
 */

import type { HeldPlace } from "./plan.ts";
import { checkBeginning, checkPlace } from "./sandbox_check.ts";
import { isWithin } from "./scope.ts";

/** A place whose showing is looked at from inside. */
interface Checked {
  readonly path: string;
  readonly isNeeded: boolean;
  /** The argument that stands for it, where a descriptor is given. */
  readonly shownAt: number | undefined;
}

/** Gathers arguments. */
export class SandboxWords {
  /** All arguments so far. */
  readonly args: string[] = [];
  /** The arguments that stand for files, to be filled in at the launch. */
  readonly shown: HeldPlace[] = [];
  readonly #shows: HeldPlace["by"] | undefined;
  readonly #movable: "all" | readonly string[];
  readonly #checked: Checked[] = [];

  /**
   * Begins.
   *
   * @param shows How it is made sure what is shown; not at all when absent.
   * @param movable The folders in which other tasks may change names.
   */
  constructor(shows: HeldPlace["by"] | undefined, movable: "all" | readonly string[]) {
    this.#shows = shows;
    this.#movable = movable;
  }

  /** Adds arguments as they are. */
  add(...words: readonly string[]): void {
    this.args.push(...words);
  }

  /**
   * Shows a file or folder under its own path.
   *
   * @param kind How.
   * @param path Its real path.
   * @param isNeeded Whether it must be there.
   */
  show(kind: "--bind" | "--ro-bind", path: string, isNeeded: boolean): void {
    if (this.#shows !== "descriptor") {
      this.add(isNeeded ? kind : `${kind}-try`, path, path);
      if (this.#shows === "identity") this.#checked.push({ path, isNeeded, shownAt: undefined });
      return;
    }
    const at = this.args.length + 1;
    this.add(`${kind}-fd`, "", path);
    // Bubblewrap makes sure what it shows, but not where: a name in a folder of other tasks may lead elsewhere.
    if (this.#mayMove(path)) this.#checked.push({ path, isNeeded, shownAt: at });
    else this.#record(path, at, isNeeded ? undefined : [at - 1, at, at + 1]);
  }

  /**
   * Ends bubblewrap's own arguments; the program's come next.
   *
   * @param variables What bubblewrap itself is not to have in its environment.
   */
  addProgram(variables: readonly (readonly [name: string, value: string])[]): void {
    if (this.#checked.length === 0) {
      for (const [name, value] of variables) this.add("--setenv", name, value);
      return this.add("--");
    }
    this.add("--", ...checkBeginning);
    for (const { path, isNeeded, shownAt } of this.#checked) {
      const at = this.args.length;
      this.add(...checkPlace(path));
      const own = [at, at + 1, at + 2];
      if (shownAt === undefined) this.#record(path, at, isNeeded ? undefined : own);
      else this.#record(path, shownAt, isNeeded ? undefined : [shownAt - 1, shownAt, shownAt + 1, ...own]);
    }
    // They are set when nothing is looked at any more.
    this.add("--", ...variables.map(([name, value]) => `${name}=${value}`), "--");
  }

  #record(path: string, at: number, without: readonly number[] | undefined): void {
    const by = this.#shows!;
    this.shown.push({ path, at, by, ...(without === undefined ? {} : { without }) });
  }

  #mayMove(path: string): boolean {
    return this.#movable === "all" || this.#movable.some((folder) => folder !== path && isWithin(path, [folder]));
  }
}
