import { assertEquals, assertStringIncludes } from "@std/assert";
import { type DeviceHost, gpuDeviceFiles } from "../../../src/resources/gpu_devices.ts";

interface Devices {
  readonly folders?: Readonly<Record<string, readonly string[]>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly closed?: readonly string[];
  readonly mayLook?: boolean;
}

function hostOf({ folders = {}, texts = {}, closed = [], mayLook = true }: Devices): DeviceHost {
  return {
    mayLook,
    names: (folder) => folders[folder] ?? [],
    text: (path) => texts[path],
    mayOpen: (path) => !closed.includes(path),
  };
}

/** Three GPUs whose numbers on the bus and in the names of their files differ. */
const nvidia: Devices = {
  folders: {
    "/dev": ["null", "nvidia2", "nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "nvidia-modeset", "kfd"],
    "/proc/driver/nvidia/gpus": ["0000:81:00.0", "0000:01:00.0", "0000:41:00.0"],
  },
  texts: {
    "/proc/driver/nvidia/gpus/0000:01:00.0/information": "Model: A100\nGPU UUID: \t GPU-aaaa-1\nDevice Minor: \t 2\n",
    "/proc/driver/nvidia/gpus/0000:41:00.0/information": "Model: A100\nGPU UUID: \t GPU-bbbb-1\nDevice Minor: \t 0\n",
    "/proc/driver/nvidia/gpus/0000:81:00.0/information": "Model: A100\nGPU UUID: \t GPU-cccc-1\nDevice Minor: \t 1\n",
  },
};
const controls = ["/dev/nvidiactl", "/dev/nvidia-uvm"];

/** Node 0 is the processor; renderD128 belongs to the second GPU. */
const amd: Devices = {
  folders: {
    "/dev": ["kfd", "null"],
    "/dev/dri": ["card0", "renderD129", "renderD128"],
    "/sys/class/kfd/kfd/topology/nodes": ["10", "2", "0"],
  },
  texts: {
    "/sys/class/kfd/kfd/topology/nodes/0/properties": "cpu_cores_count 64\ndrm_render_minor 0\n",
    "/sys/class/kfd/kfd/topology/nodes/2/properties": "simd_count 440\ndrm_render_minor 129\n",
    "/sys/class/kfd/kfd/topology/nodes/10/properties": "simd_count 440\ndrm_render_minor 128\n",
  },
};

const table: readonly (readonly [string, Devices, readonly string[], readonly string[]])[] = [
  ["nothing where GPUs are names only", {}, ["0", "1"], []],
  ["the one that NVIDIA's tools number so", nvidia, ["1"], ["/dev/nvidia0", ...controls]],
  ["several, in the order of the ids", nvidia, ["0", "2"], ["/dev/nvidia2", "/dev/nvidia1", ...controls]],
  ["one by its name, or the beginning of it", nvidia, ["GPU-cccc"], ["/dev/nvidia1", ...controls]],
  [
    "numbers that count those that a control group leaves",
    { ...nvidia, closed: ["/dev/nvidia2", "/dev/nvidia1"] },
    ["0"],
    ["/dev/nvidia0", ...controls],
  ],
  [
    "NVIDIA's files by number where the driver tells nothing",
    { folders: { "/dev": ["nvidia10", "nvidia9", "nvidiactl"] } },
    ["1"],
    ["/dev/nvidia10", "/dev/nvidiactl"],
  ],
  ["AMD's in the order of their driver, with its own device", amd, ["0"], ["/dev/dri/renderD129", "/dev/kfd"]],
  ["one file for the same GPU twice", amd, ["1", "1"], ["/dev/dri/renderD128", "/dev/kfd"]],
  [
    "others by the number of the file",
    { folders: { "/dev": ["dri"], "/dev/dri": ["renderD129", "renderD128", "card0"] } },
    ["1"],
    ["/dev/dri/renderD129"],
  ],
];
for (const [what, devices, ids, files] of table) {
  Deno.test(`gpuDeviceFiles() gives ${what}`, () => {
    assertEquals(gpuDeviceFiles(ids, hostOf(devices)), { files });
  });
}

Deno.test("gpuDeviceFiles() says which GPU has no device file that could be shown, and which files there are", () => {
  const part = gpuDeviceFiles(["0", "MIG-1f"], hostOf(nvidia));
  assertEquals(part, {
    problem:
      "GPU MIG-1f has no device file of its own that a sandbox could show; the GPUs that may be opened here are " +
      "/dev/nvidia2, /dev/nvidia0, /dev/nvidia1",
  });
  const unseen = gpuDeviceFiles(["3"], hostOf({ ...nvidia, mayLook: false }));
  assertStringIncludes("problem" in unseen ? unseen.problem : "", "GPU 3 cannot be shown in a sandbox");
});
