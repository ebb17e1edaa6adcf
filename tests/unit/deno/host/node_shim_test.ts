import { assertEquals } from "@std/assert";
import { withoutNodeShim, withoutShimFolder } from "../../../../src/deno/host/node_shim.ts";

const mark = { DENO_NODE_SHIM_ACTIVE: "1" };
const shim = "/home/me/.cache/deno/node_compat_bin";

Deno.test("withoutNodeShim() takes out what Deno has added, and nothing else", () => {
  const own = { HOME: "/home/me" };
  assertEquals(withoutNodeShim({ ...own, ...mark, PATH: `${shim}:/bin::/x` }, []), { ...own, PATH: "/bin::/x" });
  assertEquals(withoutNodeShim({ ...own, ...mark, PATH: shim }, ["HOME=/home/me"]), own);
  assertEquals(withoutNodeShim({ ...own, ...mark, PATH: "/bin" }, []), { ...own, PATH: "/bin" });
  assertEquals(withoutNodeShim({ ...mark }, []), {});
});

Deno.test("withoutNodeShim() leaves what this program was started with", () => {
  const given = { ...mark, PATH: `${shim}:/bin` };
  assertEquals(withoutNodeShim(given, [`PATH=${shim}:/bin`, "DENO_NODE_SHIM_ACTIVE=1"]), given);
  assertEquals(withoutNodeShim({ PATH: `${shim}:/bin` }, []), { PATH: `${shim}:/bin` });
});

Deno.test("withoutShimFolder() takes the first folder only", () => {
  assertEquals(withoutShimFolder(`${shim}:/bin`), "/bin");
  assertEquals(withoutShimFolder(`/bin:${shim}`), `/bin:${shim}`);
  assertEquals(withoutShimFolder(shim), undefined);
  assertEquals(withoutShimFolder(""), "");
});
