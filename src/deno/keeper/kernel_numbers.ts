/**
 * Numbers of Linux that users of the kernel's calls must know; the same on x86_64 and aarch64.
 *
 * @module
 */

/** What `Kernel.wait` says of a descriptor. */
export const readable = 0x1;
/** As {@linkcode readable}. */
export const writable = 0x4;
/** As {@linkcode readable}: the other end is closed. */
export const hungUp: number = 0x8 | 0x10;
/** Numbers of the errors on which it depends what is done. */
export const errors = { EAGAIN: 11, ENOMEM: 12, ENFILE: 23, EMFILE: 24, ENOENT: 2, ENOEXEC: 8, EPERM: 1, ESRCH: 3 };
