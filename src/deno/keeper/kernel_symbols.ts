/**
 * The functions of the C library that a keeper calls, beside those that every starter of processes needs.
 *
 * @module
 */

/** What they take and give. */
export const kernelSymbols = {
  spawn: { name: "posix_spawn", parameters: ["usize", "usize", "usize", "usize", "usize", "usize"], result: "i32" },
  setsid: { name: "setsid", parameters: [], result: "i32" },
  fcntl: { name: "fcntl", parameters: ["i32", "i32", "i32"], result: "i32" },
  close: { name: "close", parameters: ["i32"], result: "i32" },
  open: { name: "open", parameters: ["usize", "i32", "i32"], result: "i32" },
  statx: { name: "statx", parameters: ["i32", "usize", "i32", "u32", "usize"], result: "i32" },
  read: { name: "read", parameters: ["i32", "usize", "usize"], result: "i64" },
  pread: { name: "pread64", parameters: ["i32", "usize", "usize", "i64"], result: "i64" },
  write: { name: "write", parameters: ["i32", "usize", "usize"], result: "i64" },
  pipe: { name: "pipe2", parameters: ["usize", "i32"], result: "i32" },
  call: { name: "syscall", parameters: ["i64", "i64", "i64", "i64", "i64"], result: "i64" },
  getLimit: { name: "getrlimit", parameters: ["i32", "usize"], result: "i32" },
  setLimit: { name: "setrlimit", parameters: ["i32", "usize"], result: "i32" },
  errno: { name: "__errno_location", parameters: [], result: "pointer" },
  epollCreate: { name: "epoll_create1", parameters: ["i32"], result: "i32" },
  epollControl: { name: "epoll_ctl", parameters: ["i32", "i32", "i32", "usize"], result: "i32" },
  epollWait: { name: "epoll_wait", parameters: ["i32", "usize", "i32", "i32"], result: "i32" },
} as const;
