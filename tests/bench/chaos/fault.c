/*
 * A library that is loaded before the pilot and makes its world worse: files that cannot be written to any more, and a
 * clock that steps. FAULT_PATH is a part of the paths that are hit, FAULT_BYTES what they still take, FAULT_ERRNO what
 * a write says then. CLOCK_STEPS lets the time of day step by hours, forward and back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long left = -1;

static int is_hit(int fd) {
  const char *part = getenv("FAULT_PATH");
  char link[64], path[4096];
  if (part == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (strstr(path, part) == NULL) return 0;
  if (left < 0) left = atol(getenv("FAULT_BYTES"));
  return 1;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  if (is_hit(fd)) {
    if (left == 0) {
      errno = atoi(getenv("FAULT_ERRNO"));
      return -1;
    }
    if ((long)count > left) count = left;
    left -= count;
  }
  return syscall(SYS_write, fd, bytes, count);
}

int fdatasync(int fd) {
  if (is_hit(fd) && left == 0) {
    errno = atoi(getenv("FAULT_ERRNO"));
    return -1;
  }
  return syscall(SYS_fdatasync, fd);
}

static long offset(void) {
  static const long hours[] = {0, 1, -2, 24, -30, 0, 5};
  static unsigned calls;
  return getenv("CLOCK_STEPS") == NULL ? 0 : hours[(calls++ / 50) % 7] * 3600;
}

int clock_gettime(clockid_t id, struct timespec *now) {
  int failed = syscall(SYS_clock_gettime, id, now);
  if (failed == 0 && id == CLOCK_REALTIME) now->tv_sec += offset();
  return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
  struct timespec precise;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &precise);
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}
