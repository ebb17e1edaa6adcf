/**
 * Imported for its effect: becomes a keeper, and never comes back, when the program was started for that.
 *
 * @module
 */

import { runKeeper } from "./run_keeper.ts";
import { isKeeper } from "./start_self.ts";

if (isKeeper()) runKeeper();
