/* The yardstick: starts N programs, K at a time, each in a session of its own with both outputs in files. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

static void start(const char *folder, int index) {
  char out[4096], err[4096];
  char *argv[] = {"/bin/true", NULL};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  pid_t pid;
  snprintf(out, sizeof out, "%s/%d.out", folder, index);
  snprintf(err, sizeof err, "%s/%d.err", folder, index);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  posix_spawn_file_actions_addopen(&actions, 2, err, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  if (posix_spawn(&pid, argv[0], &actions, &attributes, argv, environ) != 0) exit(1);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int total = atoi(argv[1]), at_once = atoi(argv[2]);
  int started = 0, running = 0;
  while (started < total || running > 0) {
    int status;
    struct rusage usage;
    if (started < total && running < at_once) {
      start(argv[3], started++);
      running++;
      continue;
    }
    if (wait4(-1, &status, 0, &usage) < 0 || status != 0) return 1;
    running--;
  }
  return 0;
}
