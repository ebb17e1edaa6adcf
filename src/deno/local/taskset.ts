/**
 * Binding by `taskset`: a program that binds itself and then becomes the task. It costs a start of its own, about a
 * millisecond, so it is what launchers take that cannot bind in a cheaper way.
 *
 * @module
 */

import { formatCpus } from "../../launch/binding.ts";
import type { HeldPaths, LaunchPlan } from "../../launch/plan.ts";
import { nodeFs } from "../host/node_modules.ts";
import { isRemote } from "../host/remote_paths.ts";
import type { Programs } from "./launch_prepare.ts";

/** Whether the start of a plan may wait: for another process behind a stream, or for a file system that may not answer. */
export function mayWaitForOthers({ cwd, stdin, stdout, stderr }: LaunchPlan, file = ""): boolean {
  if (isRemote(cwd) || isRemote(file)) return true;
  return [stdin, stdout, stderr].some((path) => {
    if (path === undefined) return false;
    if (isRemote(path)) return true;
    try {
      return nodeFs().statSync(path, { throwIfNoEntry: false })?.isFile() === false;
    } catch {
      return true; // What cannot be looked at is not trusted.
    }
  });
}

/**
 * Puts `taskset` in front of a plan that is to be bound. Where that, or the plan's own program, is not found, the plan
 * stays as it is: the start of the program then tells what is wrong with it.
 *
 * @param plan The plan.
 * @param programs Finds programs.
 * @param pathOf The PATH that the task will see.
 */
export function bindByTaskset(plan: LaunchPlan, programs: Programs, pathOf: () => string): LaunchPlan {
  const { bindCpus, program, args } = plan;
  if (bindCpus === undefined) return plan;
  const path = pathOf();
  const [taskset, file] = [programs.find("taskset", path), programs.find(program, path)];
  if (taskset === undefined || file === undefined || !isExecutable(file)) return plan;
  const before = ["-c", formatCpus(bindCpus), file];
  const held = plan.held && moved(plan.held, before.length);
  return { ...plan, program: taskset, args: [...before, ...args], ...(held === undefined ? {} : { held }) };
}

/** What is held of a plan whose arguments have moved. */
function moved(held: HeldPaths, count: number): HeldPaths {
  const { shown, programAt, ...paths } = held;
  return {
    ...paths,
    ...(programAt === undefined ? {} : { programAt: programAt + count }),
    ...(shown === undefined ? {} : {
      shown: shown.map(({ at, without, ...place }) => ({
        ...place,
        at: at + count,
        ...(without === undefined ? {} : { without: without.map((index) => index + count) }),
      })),
    }),
  };
}

function isExecutable(file: string): boolean {
  if (!file.includes("/") || isRemote(file)) return true; // The start of the process finds out.
  try {
    nodeFs().accessSync(file, nodeFs().constants.X_OK);
    return nodeFs().statSync(file).isFile();
  } catch {
    return false;
  }
}
