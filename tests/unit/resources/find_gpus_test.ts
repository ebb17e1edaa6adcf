import { assertEquals } from "@std/assert";
import fc from "../../support/seeded_check.ts";
import { findGpus, type GpuHost, hasAmdDriver, shareGpus, withFoundGpus } from "../../../src/resources/find_gpus.ts";
import { parseNodeSpec } from "../../../src/resources/node_spec.ts";

interface Machine {
  readonly variables?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly folders?: Readonly<Record<string, readonly string[]>>;
}

function hostOf({ variables = {}, outputs = {}, folders = {} }: Machine): GpuHost {
  return {
    variable: (name) => variables[name],
    output: (program, args) => outputs[[program, ...args].join(" ")],
    names: (folder) => folders[folder] ?? [],
  };
}

const nvidiaList = "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5b1c)\nGPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-77aa)\n";
const dividedList = "GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5b1c)\n" +
  "  MIG 1g.5gb      Device  0: (UUID: MIG-c6d4)\n  MIG 1g.5gb      Device  1: (UUID: MIG-9f01)\n" +
  "GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-77aa)\n";
const amdList = "\n===== ROCm System Management Interface =====\n" +
  "GPU[0]\t\t: Device Name: \t\tInstinct MI250X\nGPU[0]\t\t: Device ID: \t\t0x7408\n" +
  "GPU[1]\t\t: Device Name: \t\tInstinct MI250X\n===== End =====\n";

const table: readonly (readonly [string, Machine, readonly string[], boolean])[] = [
  ["nothing", {}, [], false],
  ["what it was given to see", { variables: { CUDA_VISIBLE_DEVICES: "2, 3" } }, ["2", "3"], false],
  ["names that it was given to see", { variables: { CUDA_VISIBLE_DEVICES: "GPU-8932f937" } }, ["GPU-8932f937"], false],
  ["what stands before an id that cannot be", { variables: { CUDA_VISIBLE_DEVICES: "1,-1,0" } }, ["1"], false],
  ["what stands before an id that was there", { variables: { CUDA_VISIBLE_DEVICES: "1,1,0" } }, ["1"], false],
  [
    "none where it was given none, though there are some",
    { variables: { CUDA_VISIBLE_DEVICES: "" }, outputs: { "nvidia-smi -L": nvidiaList } },
    [],
    false,
  ],
  ["AMD's variable", { variables: { ROCR_VISIBLE_DEVICES: "4,5" }, folders: { "/dev": ["kfd"] } }, ["4", "5"], true],
  [
    "AMD's variable before the other where there is AMD's driver",
    { variables: { CUDA_VISIBLE_DEVICES: "0,1", ROCR_VISIBLE_DEVICES: "4,5" }, folders: { "/dev": ["kfd"] } },
    ["4", "5"],
    true,
  ],
  [
    "NVIDIA's variable where there are both drivers",
    { variables: { CUDA_VISIBLE_DEVICES: "0", ROCR_VISIBLE_DEVICES: "4" }, folders: { "/dev": ["kfd", "nvidia0"] } },
    ["0"],
    false,
  ],
  ["what nvidia-smi lists", { outputs: { "nvidia-smi -L": nvidiaList } }, ["0", "1"], false],
  [
    "the parts of a divided GPU instead of it, and names for all",
    { outputs: { "nvidia-smi -L": dividedList } },
    ["MIG-c6d4", "MIG-9f01", "GPU-77aa"],
    false,
  ],
  [
    "what rocm-smi lists",
    { outputs: { "rocm-smi --showid": amdList }, folders: { "/dev": ["kfd"] } },
    ["0", "1"],
    true,
  ],
  ["no device files unasked", { folders: { "/dev": ["nvidia0"], "/dev/dri": ["renderD128"] } }, [], false],
];

for (const [what, machine, ids, isAmd] of table) {
  Deno.test(`findGpus() finds ${what}`, () => {
    assertEquals([findGpus(hostOf(machine), "auto"), hasAmdDriver(hostOf(machine))], [ids, isAmd]);
  });
}

Deno.test("findGpus() counts device files when it is asked to, those of whole GPUs first", () => {
  const find = (folders: Machine["folders"] & object) => findGpus(hostOf({ folders }), "devices");
  assertEquals(find({ "/dev": ["nvidia3", "nvidiactl", "nvidia-uvm", "nvidia0"] }), ["0", "1"]);
  assertEquals(find({ "/dev": ["null"], "/dev/dri": ["card0", "renderD128", "renderD129"] }), ["0", "1"]);
  assertEquals(findGpus(hostOf({ outputs: { "nvidia-smi -L": nvidiaList } }), "devices"), ["0", "1"]);
});

Deno.test("findGpus() asks nothing when there are to be none", () => {
  const refuse = () => {
    throw new Error("asked");
  };
  assertEquals(findGpus({ variable: refuse, output: refuse, names: refuse }, "none"), []);
});

Deno.test("shareGpus() gives every GPU to one node, in proportion to the cores", () => {
  assertEquals(shareGpus(parseNodeSpec("1,3"), ["0", "1", "2", "3"]), [["0"], ["1", "2", "3"]]);
  assertEquals(shareGpus(parseNodeSpec("2,2"), ["5"]), [["5"], []]);
  const cores = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(cores, fc.nat(12), (cores, count) => {
    const ids = Array.from({ length: count }, (_, i) => `${i}`);
    const shares = shareGpus(parseNodeSpec(cores.join(",")), ids);
    assertEquals(shares.flat(), ids);
    const all = cores.reduce((sum, n) => sum + n, 0);
    shares.forEach((share, i) => assertEquals(Math.abs(share.length - count * cores[i]! / all) < 1, true));
  }));
});

Deno.test("withFoundGpus() looks once, when the first node is asked, and not before", () => {
  let looks = 0;
  const nodes = withFoundGpus(parseNodeSpec("a:2,b:2"), () => {
    looks++;
    return ["4", "5"];
  });
  assertEquals([nodes.map(({ name, coreIds }) => `${name} ${coreIds.length}`), looks], [["a 2", "b 2"], 0]);
  assertEquals([nodes[1]!.gpuIds, nodes[0]!.gpuIds, looks], [["5"], ["4"], 1]);
});
