/**
 * The few mutants whose noticers run real programs. A unit test notices a mistake for certain; a test with real
 * processes only if no race decides it, and at ten times the cost. So each of these has its reason.
 *
 * @module
 */

/** A test with something real that notices a mutant for certain. */
export interface OutsideNoticer {
  /** The file, relative to `tests`. */
  readonly test: string;
  /** Why only this can notice it, and why it always does. */
  readonly reason: string;
}

/** All of them. */
export const outsideNoticers: readonly OutsideNoticer[] = [
  {
    test: "effects/real_paths_test.ts",
    reason: "Only the kernel follows a link or does not; the neighbour who is always in time stands in the library",
  },
  {
    test: "effects/held_streams_test.ts",
    reason: "Only the kernel tells where an open file is; the task puts its link there before it ends",
  },
  {
    test: "effects/spare_folders_test.ts",
    reason: "The decision is what becomes of real folders, and nobody else touches them",
  },
  {
    test: "effects/inherited_descriptors_test.ts",
    reason: "Only a started program has inherited something; it lists what it has while it runs",
  },
  {
    test: "effects/find_run_test.ts",
    reason: "The decision is made of files and their times, which the test sets",
  },
  {
    test: "effects/net_test.ts",
    reason: "Only an address that is listened on is warned of, before anybody can connect",
  },
  {
    test: "effects/journal_file_test.ts",
    reason: "The decision is made of what the system tells of an open file and of its name, which the test changes",
  },
  {
    test: "effects/task_tags_test.ts",
    reason: "Only the kernel passes a tag on; what has hidden itself lives for a minute, and is counted if it is found",
  },
  {
    test: "effects/remote_files_test.ts",
    reason: "Only a file system that does not answer keeps a call; the calls are counted while it is dead",
  },
  {
    test: "effects/preparations_test.ts",
    reason: "The mistake is one in a shell's words, which a shell must run to its end",
  },
];
