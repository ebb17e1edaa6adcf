/**
 * A live run as its doors show it: the pilot's own books, looked at and never copied.
 *
 * @module
 */

import { present } from "../base/assert.ts";
import type { EventReader } from "../events/event_reader.ts";
import type { NodeCores } from "../report/dashboard/dashboard_model.ts";
import type { RunFacts } from "../report/look/run_status.ts";
import { RunView } from "../report/look/run_view.ts";
import type { ShownRun } from "./door.ts";
import type { Run } from "./run.ts";

/** What of a run is shown. */
export type ShownParts = Pick<Run, "facts" | "folderPath" | "hub"> & {
  readonly pilot: Pick<Run["pilot"], "ledger" | "intake" | "nodes" | "rootWd" | "isPaused">;
};

/** A run in this process. */
export class OwnRun implements ShownRun {
  readonly view: RunView;
  readonly nodes: readonly NodeCores[];
  readonly #run: ShownParts;

  /** Looks at a run from now on. */
  constructor(run: ShownParts) {
    const { intake, ledger, nodes } = run.pilot;
    this.#run = run;
    this.view = new RunView(ledger, [...intake.names()].map((name) => present(intake.find(name), "a job by its name")));
    this.nodes = nodes.map(({ name, coreIds }) => ({ name, cores: coreIds }));
    run.hub.add("view", { apply: (event) => this.view.follow(event) });
  }

  facts(): RunFacts {
    const { facts: { instanceId, host, startedAtMs }, folderPath } = this.#run;
    return {
      id: instanceId,
      folder: folderPath,
      host,
      begunAtMs: startedAtMs,
      liveness: this.view.isFinished ? "ended" : "alive",
      cores: this.nodes.reduce((sum, { cores }) => sum + cores.length, 0),
    };
  }

  get rootWd(): string {
    return this.#run.pilot.rootWd;
  }

  get isPaused(): boolean {
    return this.#run.pilot.isPaused;
  }

  watch(name: string, reader: EventReader): () => void {
    return this.#run.hub.add(name, reader);
  }
}
