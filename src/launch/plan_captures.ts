/**
 * Plans how the captured outputs of a task are watched.
 *
 * @module
 */

import type { JobDescription } from "../job/description.ts";
import type { TaskPaths } from "../job/paths.ts";
import type { CapturePlan, Preparation } from "./plan.ts";

/** Plans the watch over what a task writes; nothing where all of it is handed over. */
export function planCaptures(
  { capture }: Pick<JobDescription, "capture">,
  paths: TaskPaths,
): Pick<Preparation, "captures"> {
  if (capture === undefined) return {};
  const { streams, maxBytes, onOverflow, placed } = capture;
  const captures = streams.flatMap((stream): CapturePlan[] => {
    const path = paths[stream];
    return path === undefined ? [] : [{ path, stream, maxBytes, onOverflow, isOwn: placed.includes(stream) }];
  });
  return captures.length === 0 ? {} : { captures };
}
