/**
 * A program for the journal tests: begins a journal at the path that is given, writes so many turns, says so on stdout
 * after each, and then waits to be killed.
 *
 * @module
 */

import { JournalFile } from "../../../src/deno/files/journal/journal_file.ts";
import { header, turnOf } from "./journals.ts";

const [path, turns] = Deno.args;
const journal = JournalFile.create(path!, header, "process");
const line = new TextEncoder().encode(".\n");
for (let number = 0; number < Number(turns); number++) {
  journal.append(turnOf(number));
  Deno.stdout.writeSync(line);
}
setInterval(() => {}, 60_000);
