import { assertRejects } from "@std/assert";
import { waitAtMost } from "../../../../src/deno/host/wait_at_most.ts";

Deno.test("waitAtMost() ends when the promise is fulfilled, or when the time is over", async () => {
  await waitAtMost(Promise.resolve(1), 60_000);
  await waitAtMost(new Promise(() => {}), 1);
});

Deno.test("waitAtMost() passes on why the promise was rejected", async () => {
  await assertRejects(() => waitAtMost(Promise.reject(new TypeError("broken")), 60_000), TypeError, "broken");
});
