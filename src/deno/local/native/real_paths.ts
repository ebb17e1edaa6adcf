/**
 * Opens files and folders by their real paths, and follows no link on the way: not even one that was put there a moment
 * ago. What a permission scope has checked is opened here, so that nothing else can be.
 *
 * Each component is opened by itself, below the one before (`openat` with `O_NOFOLLOW`). `openat2` would do it in one
 * call, but is refused by old kernels and by many containers; the walk takes some 10 µs, and needs no second way.
 *
 * @module
 */

import { currentFolder, descriptorCalls, fifoType, openFlags } from "./file_numbers.ts";

/** What they take and give. */
const symbolsUsed = {
  openat: { name: "openat", parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  mkdirat: { name: "mkdirat", parameters: ["i32", "buffer", "u32"], result: "i32" },
  renameat: { name: "renameat", parameters: ["i32", "buffer", "i32", "buffer"], result: "i32" },
  readlinkat: { name: "readlinkat", parameters: ["i32", "buffer", "buffer", "usize"], result: "i64" },
  statx: { name: "statx", parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  fcntl: { name: "fcntl", parameters: ["i32", "i32", "i32"], result: "i32" },
  close: { name: "close", parameters: ["i32"], result: "i32" },
  errno: { name: "__errno_location", parameters: [], result: "pointer" },
} as const;

/** What they call of the C library. */
export type PathLibrary = Deno.DynamicLibrary<typeof symbolsUsed>;

/** Opens the C library for them; throws where it is missing or too old. */
export function openPathLibrary(): PathLibrary {
  return Deno.dlopen("libc.so.6", symbolsUsed);
}

/** Linux numbers, the same on x86_64 and aarch64 but for two flags. */
const isX86 = Deno.build.arch === "x86_64";
const folderFlag = isX86 ? 0o200000 : 0o40000; // O_DIRECTORY
const noFollow = isX86 ? 0o400000 : 0o100000; // O_NOFOLLOW
const pathOnly = 0o10000000; // O_PATH
const itself = 0x1000; // AT_EMPTY_PATH
const statWanted = 0x1 | 0x100; // STATX_TYPE | STATX_INO
const [ENOENT, EEXIST, ENOTDIR, EINVAL, ENAMETOOLONG, ELOOP] = [2, 17, 20, 22, 36, 40];
/** The last of the program's own streams: all that is opened later has a higher number. */
const lastStream = 2;
const regularType = 0o100000;
const nameBytesMax = 4096;

/** What a file is. */
export interface Identity {
  /** Its type and nothing else of its mode. */
  readonly type: number;
  /** Its device and its number there, as `stat -c %d:%i` writes them. */
  readonly id: string;
}

/** Opens files and folders by real paths. Numbers below 0 are those of errors. */
export class RealPaths implements Disposable {
  readonly #library: PathLibrary;
  readonly #errno: Deno.UnsafePointerView;
  readonly #root: number;
  readonly #names = [new Uint8Array(nameBytesMax), new Uint8Array(nameBytesMax)] as const;
  readonly #result = new Uint8Array(256);
  readonly #view = new DataView(this.#result.buffer);
  readonly #encoder = new TextEncoder();
  #kept: { readonly path: string; readonly folder: number } | undefined;

  /**
   * Begins at the root folder.
   *
   * @param library The C library, which is closed with this: by default it is opened, which throws where it is missing
   * or too old.
   */
  constructor(library: PathLibrary = openPathLibrary()) {
    this.#library = library;
    this.#errno = new Deno.UnsafePointerView(this.#library.symbols.errno()!);
    this.#root = this.#openAt(currentFolder, "/", pathOnly | folderFlag);
  }

  /** Opens the C library; `undefined` where that cannot be done. */
  static open(): RealPaths | undefined {
    try {
      return new RealPaths();
    } catch {
      return undefined;
    }
  }

  /**
   * Opens a folder, as a place to open other files in and to become the working directory.
   *
   * @param path Its real path.
   * @param creates Whether it is made when it is missing, with its parents.
   */
  folder(path: string, creates: boolean): number {
    let at = this.#root;
    for (const name of path.split("/")) {
      if (name === "") continue;
      const next = this.#enter(at, name, creates);
      if (at !== this.#root) this.close(at);
      if (next < 0) return next;
      at = next;
    }
    return at === this.#root ? this.#openAt(currentFolder, "/", pathOnly | folderFlag) : at;
  }

  /**
   * Opens a file.
   *
   * @param path Its real path.
   * @param flags How: see `openFlags`. A file that is made is for everybody whom the umask does not forbid it.
   * @param creates Whether its folders are made when they are missing.
   */
  file(path: string, flags: number, creates = false): number {
    return this.#in(path, creates, (folder, name) => this.#openAt(folder, name, flags | noFollow));
  }

  /** Opens a file or folder only to know it: for what it is now, whatever becomes of its name. */
  place(path: string): number {
    if (path === "/") return this.folder(path, false);
    return this.#in(path, false, (folder, name) => {
      const place = this.#openAt(folder, name, pathOnly | noFollow);
      return place >= 0 && this.#isLink(folder, name) ? (this.close(place), -ELOOP) : place;
    });
  }

  /** Gives a regular file another name in its folder; what is none stays as it is. */
  rename(from: string, to: string): number {
    const name = nameOf(to);
    const done = this.#in(from, false, (folder, former) => {
      const place = this.#openAt(folder, former, pathOnly | noFollow);
      if (place < 0) return place;
      const { type } = this.identify(place);
      this.close(place);
      if (type !== regularType) return 0;
      const { symbols } = this.#library;
      return this.#told(symbols.renameat(folder, this.#text(former), folder, this.#text(name, 1)));
    });
    return done === -ENOENT ? 0 : done;
  }

  /** Tells what an open file is. */
  identify(descriptor: number): Identity {
    this.#library.symbols.statx(descriptor, this.#text(""), itself, statWanted, this.#result);
    const [major, minor] = [this.#view.getUint32(136, true), this.#view.getUint32(140, true)];
    const low = (major & 0xfff) * 0x100 + (minor & 0xff) + (minor >>> 8) * 0x10_0000;
    const device = BigInt(low) + (BigInt(major >>> 12) << 44n);
    return {
      type: this.#view.getUint16(28, true) & 0o170000,
      id: `${device}:${this.#view.getBigUint64(32, true)}`,
    };
  }

  /** Lets the next program inherit a descriptor. */
  share(descriptor: number): void {
    this.#library.symbols.fcntl(descriptor, descriptorCalls.setFlags, 0);
  }

  /** Lets reads and writes of an open file wait; `otherFlags` are those that it keeps. */
  setWaiting(descriptor: number, otherFlags: number): void {
    this.#library.symbols.fcntl(descriptor, descriptorCalls.setStatus, otherFlags);
  }

  /** Closes a descriptor that was opened here; throws for one of the program's own three streams, which never was. */
  close(descriptor: number): void {
    if (descriptor <= lastStream) throw new RangeError(`Descriptor ${descriptor} was not opened here`);
    this.#library.symbols.close(descriptor);
  }

  /**
   * Forgets the folder of the file that was opened last, which is kept for the next: to be called when all files of a
   * task are open.
   */
  forget(): void {
    if (this.#kept !== undefined) this.close(this.#kept.folder);
    this.#kept = undefined;
  }

  /** Gives the library back. */
  [Symbol.dispose](): void {
    this.forget();
    this.close(this.#root);
    this.#library.close();
  }

  /** Does something with a name in its folder. */
  #in(path: string, creates: boolean, act: (folder: number, name: string) => number): number {
    const name = nameOf(path);
    if (name === "" || name === "." || name === "..") return -EINVAL;
    const parent = path.slice(0, -name.length);
    if (this.#kept?.path !== parent) {
      const folder = this.folder(parent, creates);
      if (folder < 0) return folder;
      this.forget();
      this.#kept = { path: parent, folder };
    }
    return act(this.#kept!.folder, name);
  }

  #enter(at: number, name: string, creates: boolean): number {
    if (name === "." || name === "..") return -EINVAL;
    const flags = pathOnly | folderFlag | noFollow;
    let next = this.#openAt(at, name, flags);
    if (next === -ENOENT && creates) {
      // Another task may make it at the same time, and may take it away before it is opened: then it is missing, and
      // the 0 of a folder that was made must not pass for a descriptor, that of this program's standard input.
      const made = this.#told(this.#library.symbols.mkdirat(at, this.#text(name), 0o777));
      next = this.#openAt(at, name, flags);
      if (next === -ENOENT && made < 0 && made !== -EEXIST) return made;
    }
    return next === -ENOTDIR && this.#isLink(at, name) ? -ELOOP : next;
  }

  #openAt(at: number, name: string, flags: number): number {
    const text = this.#text(name);
    if (text.length === 0) return -ENAMETOOLONG;
    return this.#told(this.#library.symbols.openat(at, text, flags | openFlags.closeOnExec, 0o666));
  }

  #isLink(at: number, name: string): boolean {
    return this.#library.symbols.readlinkat(at, this.#text(name), this.#result, 1n) >= 0n;
  }

  /** A name with its NUL; nothing if it is longer than any may be. */
  #text(text: string, place: 0 | 1 = 0): Uint8Array<ArrayBuffer> {
    const bytes = this.#names[place];
    const { read, written } = this.#encoder.encodeInto(text, bytes);
    if (read < text.length || written === bytes.length) return new Uint8Array(0);
    bytes[written] = 0;
    return bytes;
  }

  #told(result: number): number {
    return result < 0 ? -this.#errno.getInt32() : result;
  }
}

/**
 * Opens an input of a task, or an output with its folders. A named pipe is not opened: that would wait for its other
 * end, or let that end go on without anybody here.
 */
export function openStream(paths: RealPaths, path: string, how: "read" | "truncate" | "append"): OpenStream {
  const { read, write, create, noTerminal, nonblock } = openFlags;
  const isInput = how === "read";
  const place = paths.place(path);
  const isPipe = place >= 0 && paths.identify(place).type === fifoType;
  if (isPipe) return { descriptor: place, isPipe };
  if (place >= 0) paths.close(place);
  const flags = isInput ? read : write | create | openFlags[how];
  const descriptor = paths.file(path, flags | noTerminal | nonblock, !isInput);
  if (descriptor >= 0) paths.setWaiting(descriptor, how === "append" ? openFlags.append : 0);
  return { descriptor, isPipe };
}

/** What {@linkcode openStream} opened. */
export interface OpenStream {
  /** The open file, or the number of an error. */
  readonly descriptor: number;
  /** Whether it is a named pipe, which stands for itself and is opened where a wait does no harm. */
  readonly isPipe: boolean;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
