/**
 * Options of GNU parallel that `qcgpj each` does not take, each with what to do instead.
 *
 * @module
 */

const remote =
  "tasks run on this machine, or on the nodes of an allocation of Slurm, where all of them are used without it";
const semaphore =
  "no semaphore is kept between programs. Within a run -j bounds how many run at once, and jobs of a file can ask for " +
  "counted resources; flock(1) locks between programs";
const colours = "output is passed on as it is; --tag tells tasks apart";
const perl = "nothing here reads Perl; use {.}, {/} and their kind, or let a shell change the value with --shell";
const sql = "no database is used; --run DIR keeps the records of a run, and --resume goes on with it";
const tools = "it is not needed: outputs are kept in files that are removed when they are printed";
const question = "this program answers no questions about the machine; see nproc(1) and lscpu(1)";
const windows = "the output of tasks goes to files, not to a terminal; see --line-buffer";
const spread = "blocks go to tasks of their own, in order; see --pipe with --block or -N";

const sentences: readonly (readonly [spellings: string, sentence: string])[] = [
  ["-S --sshlogin --slf --sshloginfile --onall --nonall --filter-hosts --filter-host -M --controlmaster", remote],
  ["--hostgroups --hostgroup --hostgrp --hgrp", remote],
  [
    "--ssh --ssh-delay --sshdelay --transferfile --transfer-file --transfer-files --tf --return --trc --transfer",
    remote,
  ],
  ["--cleanup --basefile --bf --rsync-opts --record-env", remote],
  ["--sem --semaphore --semaphore-name --id --semaphore-timeout --st", semaphore],
  ["--fg --bg --wait", semaphore],
  ["--color --colour --ctag --ctag-string --color-failed --color-fail --colour-failed --colour-fail --cf", colours],
  ["--rpl --parens --filter", perl],
  ["--sql --sql-master --sql-worker --sql-and-worker", sql],
  ["--compress --compress-program --use-compress-program --decompress-program --use-decompress-program", tools],
  ["--number-of-cpus --number-of-sockets --number-of-cores --number-of-threads", question],
  ["--max-line-length-allowed --show-limits", question],
  [
    "--use-sockets-instead-of-threads --use-cores-instead-of-threads --use-cpus-instead-of-cores",
    "-j counts the CPUs that this process may use; write -j N for another number",
  ],
  ["--tmux --tmux-pane --latest-line --ll -o --tty --open-tty", windows],
  ["--round-robin --round --tee --shard --bin --group-by --fifo --block-timeout", spread],
  ["--bt --pipe-part", "give the file as standard input, --pipe < FILE; it is cut while it is read"],
  ["--regexp --regex", "--recend and --recstart are texts; records of lines are gathered by -L"],
  [
    "--remove-rec-sep --removerecsep --rrs",
    "tasks get their records as they are; tr(1) or sed(1) can take something out",
  ],
  ["--files --output-as-files", "--results DIR keeps the outputs in files, with names that can be told beforehand"],
  ["--retry-failed", "with --run DIR from the first run on, --resume-failed runs again what failed"],
  [
    "--memsuspend --limit --noswap",
    "nothing is suspended; --memfree and --load hold tasks back, and a job of a file can have limits",
  ],
  ["--term-seq", "a task gets SIGTERM, and SIGKILL five seconds later"],
  ["--total-jobs --total", "inputs are counted when they are read"],
  ["--shell-quote --shell_quote", "values need no quoting: no shell reads them, and --shell quotes them"],
  ["-p --interactive", "nothing asks before each task; --dry-run prints the commands"],
  ["--template --tmpl", "write the file in the command, for example by sed(1), or use a template of the library"],
  ["-J --profile", "there are no profiles; put the options into an alias or a function of your shell"],
  [
    "--shebang --shebang-wrap --hashbang --embed --session --parset --shell-completion",
    "see qcgpj completion for shells, and --arg-file for inputs in a file",
  ],
  ["--linkinputsource --xapplyinputsource", "tie a source to the one before it by :::+ or ::::+"],
  ["-i", "it is out of date in GNU parallel, too; write -I TEXT"],
  ["-e", "it is out of date in GNU parallel, too; write -E TEXT"],
  ["-l", "it is out of date in GNU parallel, too; write -L N"],
  ["-D --debug", "--joblog and --run DIR tell what happened"],
  ["--tollef -U -W -B -T -H -Y -g --ctrl-c --no-ctrl-c --no-ctrlc", "GNU parallel itself takes it no more"],
  ["-V --version", "write qcgpj --version"],
  ["--min-version --citation --bibtex", "it is about GNU parallel; see qcgpj --version"],
  ["--bug", "it is about GNU parallel"],
];

/** A sentence for each spelling; GNU parallel takes long names with and without the dashes in them. */
export const foreignOptions: ReadonlyMap<string, string> = new Map(
  sentences.flatMap(([spellings, sentence]) =>
    spellings.split(" ").flatMap((spelling) => {
      const short = spelling.replaceAll(/(?<=[a-z])-/g, "");
      return [[spelling, sentence], [short, sentence]] as const;
    })
  ),
);
