/**
 * Tells which paths lie on a file system that may not answer: of another machine, or served by a program. Every call on
 * such a path may wait for ever, so what must not wait leaves it to a process that may. Telling costs no such call: the
 * kernel's list of mounts is read, and links are followed one by one as long as they are on file systems of this machine.
 *
 * @module
 */

import { canScan } from "../local/process_scan.ts";

/** Kinds without a device that live in the memory or the kernel of this machine, or above others that are listed too. */
const localKinds: ReadonlySet<string> = new Set(
  ("aufs binfmt_misc bpf cgroup cgroup2 configfs cpuset debugfs devpts devtmpfs efivarfs fusectl hugetlbfs mqueue nsfs " +
    "overlay proc pstore ramfs rootfs securityfs selinuxfs sysfs tmpfs tracefs zfs").split(" "),
);
/** Kinds with a device that several machines share, or that a program serves. */
const sharedKinds: ReadonlySet<string> = new Set(["fuseblk", "gfs2", "ocfs2"]);
/** What lies here is the kernel's own, whatever is mounted there to wait for it. */
const kernelFolders = /^\/(?:proc|sys)\//;
/**
 * How long what was seen holds, in milliseconds. A look takes half a millisecond, and each start after it would wait for
 * that. Who is later than this does no harm unless what was mounted meanwhile does not answer at once.
 */
const freshMs = 1000;
const linksMax = 40;
const rememberedMax = 10_000;

/**
 * Finds the mounts that may not answer.
 *
 * @param mounts What `/proc/self/mountinfo` says.
 * @param kinds What `/proc/filesystems` says: kinds without `nodev` have a device.
 * @returns Where they are mounted.
 */
export function findRemoteMounts(mounts: string, kinds: string): string[] {
  const onDevice = new Set(kinds.split("\n").filter((line) => line.startsWith("\t")).map((line) => line.trim()));
  const isLocal = (kind: string) => !sharedKinds.has(kind) && (onDevice.has(kind) || localKinds.has(kind));
  return mounts.split("\n").flatMap((line) => {
    const words = line.split(" ");
    const [place, kind] = [words[4], words[words.indexOf("-") + 1]];
    if (place === undefined || kind === undefined || isLocal(kind) || kernelFolders.test(place)) return [];
    return [place.replaceAll(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)))];
  });
}

/** What is asked of file systems that answer. */
export interface LinkSight {
  /** What a link says; `undefined` when there is no link at a path. */
  linkAt(path: string): string | undefined;
  /** The kernel's list of mounts, as {@linkcode findRemoteMounts} reads it. */
  mounts(): string;
  /** The kernel's list of kinds of file systems; asked for when the mounts have changed. */
  kinds(): string;
  /** Milliseconds since any moment. */
  nowMs(): number;
}

/** The paths that lie on file systems that may not answer. */
export class RemotePaths {
  readonly #sight: LinkSight;
  /** Where folders, and what else is asked for again and again, really are. */
  readonly #places = new Map<string, string | undefined>();
  #mounts: ReadonlySet<string> = new Set();
  #text = "";
  #seenMs = -Infinity;

  /** Has seen nothing yet. */
  constructor(sight: LinkSight) {
    this.#sight = sight;
  }

  /**
   * Whether an absolute path leads to such a file system. What is mounted or linked anew is seen a second later, or after
   * {@linkcode RemotePaths.forget}.
   *
   * @param path The path.
   * @param isCommon Whether it will be asked for again and again, as that of a program: then it is looked at once.
   */
  has(path: string, isCommon = false): boolean {
    this.#look();
    return this.#mounts.size > 0 && this.#realOf(path, isCommon, linksMax) === undefined;
  }

  /** Looks anew at the next question. */
  forget(): void {
    this.#seenMs = -Infinity;
  }

  #look(): void {
    const nowMs = this.#sight.nowMs();
    if (nowMs - this.#seenMs < freshMs) return;
    this.#seenMs = nowMs;
    this.#places.clear();
    const mounts = this.#sight.mounts();
    if (mounts === this.#text) return;
    this.#text = mounts;
    this.#mounts = new Set(findRemoteMounts(mounts, this.#sight.kinds()));
  }

  /** The path without links; `undefined` if it leads to a file system that may not answer. */
  #realOf(path: string, isCommon: boolean, links: number): string | undefined {
    if (path === "" || path === "/") return "";
    if (this.#places.has(path)) return this.#places.get(path);
    const at = path.lastIndexOf("/");
    const folder = this.#realOf(path.slice(0, at), true, links);
    const real = folder === undefined ? undefined : this.#step(folder, path.slice(at + 1), isCommon, links);
    if (isCommon) {
      if (this.#places.size >= rememberedMax) this.#places.clear();
      this.#places.set(path, real);
    }
    return real;
  }

  #step(folder: string, name: string, isCommon: boolean, links: number): string | undefined {
    if (name === "" || name === ".") return folder;
    if (name === "..") return folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
    const path = `${folder}/${name}`;
    if (this.#mounts.has(path)) return undefined;
    const link = this.#sight.linkAt(path);
    if (link === undefined || links === 0) return path;
    return this.#realOf(link.startsWith("/") ? link : `${folder}/${link}`, isCommon, links - 1);
  }
}

/**
 * What a link says; `undefined` when there is no link at a path. Not by `node:fs`: to load that took the first task of a
 * keeper 25 ms.
 */
export function readLinkAt(path: string): string | undefined {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : undefined;
  } catch {
    return undefined; // A folder on the way is closed to us, or none.
  }
}

const onThisMachine = new RemotePaths({
  linkAt: readLinkAt,
  mounts: () => canScan() ? readKernel("/proc/self/mountinfo") : "",
  kinds: () => readKernel("/proc/filesystems"),
  nowMs: () => performance.now(),
});

/**
 * Whether an absolute path leads to a file system of this machine's that may not answer. Where not everything is permitted
 * none is known: nothing could be started that waits instead of us.
 *
 * @param isCommon As for {@linkcode RemotePaths.has}.
 */
export function isRemote(path: string, isCommon?: boolean): boolean {
  return onThisMachine.has(path, isCommon);
}

/** Lets a run begin with a look at what is mounted then: an earlier run of this process may have looked a moment ago. */
export function forgetMounts(): void {
  onThisMachine.forget();
}

function readKernel(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // Nothing is mounted that could be told.
  }
}
