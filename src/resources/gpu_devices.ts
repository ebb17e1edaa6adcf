/**
 * The device files of GPUs: what a task must see in its sandbox to use those GPUs that it was granted, and no others.
 * The decision alone; the caller has the host.
 *
 * @module
 */

/** What is asked of the machine. A question that may not be asked has no answer. */
export interface DeviceHost {
  /** Whether we may look for devices at all. */
  readonly mayLook: boolean;
  /** The names in a folder; none when there is no such folder. */
  readonly names: (folder: string) => readonly string[];
  /** What a file holds; `undefined` when it cannot be read. */
  readonly text: (path: string) => string | undefined;
  /** Whether a device may be opened: a control group may keep it from us though its file is there. */
  readonly mayOpen: (path: string) => boolean;
}

/** The device files of granted GPUs, or why they are not known. */
export type DeviceFiles =
  | { readonly files: readonly string[] }
  /** A sentence about the id that has no device file. */
  | { readonly problem: string };

/** A GPU as its driver knows it. */
interface Gpu {
  readonly file: string;
  /** The name that no other GPU has, where the driver has one. */
  readonly uuid?: string;
}

/** What every program on a GPU opens beside the GPU's own device. */
const nvidiaControls: readonly string[] = ["nvidiactl", "nvidia-uvm", "nvidia-uvm-tools"];

const nvidiaPattern = /^nvidia[0-9]+$/;
const renderPattern = /^renderD[0-9]+$/;

/**
 * Finds the device files of GPUs.
 *
 * @param ids The ids of the granted GPUs, as the variables for visible devices take them. Numbers count those GPUs that
 * we may open ourselves, in the order of the PCI bus or of AMD's driver.
 * @param host The machine.
 * @returns The files; none on a machine that has no GPU, where GPUs are names only.
 */
export function gpuDeviceFiles(ids: readonly string[], host: DeviceHost): DeviceFiles {
  if (!host.mayLook) {
    const advice = "Deno lets nobody look into /dev without all permissions: run deno again with --allow-all";
    return { problem: `GPU ${ids[0]} cannot be shown in a sandbox, as its device file cannot be looked up; ${advice}` };
  }
  const { gpus, controls } = listGpus(host);
  if (gpus.length === 0) return { files: [] };
  const files: string[] = [];
  for (const id of ids) {
    const gpu = /^[0-9]+$/.test(id) ? gpus[Number(id)] : gpus.find(({ uuid }) => uuid?.startsWith(id));
    if (gpu === undefined) {
      const there = `the GPUs that may be opened here are ${gpus.map(({ file }) => file).join(", ")}`;
      return { problem: `GPU ${id} has no device file of its own that a sandbox could show; ${there}` };
    }
    if (!files.includes(gpu.file)) files.push(gpu.file);
  }
  return { files: [...files, ...controls] };
}

function listGpus(host: DeviceHost): { readonly gpus: readonly Gpu[]; readonly controls: readonly string[] } {
  const devices = host.names("/dev");
  const isNvidia = devices.some((name) => nvidiaPattern.test(name));
  const gpus = isNvidia ? nvidiaGpus(devices, host) : renderGpus(host);
  const controls = isNvidia ? nvidiaControls : ["kfd"];
  return {
    gpus: gpus.filter(({ file }) => host.mayOpen(file)),
    controls: controls.filter((name) => devices.includes(name)).map((name) => `/dev/${name}`),
  };
}

/** NVIDIA's GPUs in the order of the PCI bus, as `nvidia-smi` counts them. */
function nvidiaGpus(devices: readonly string[], host: DeviceHost): Gpu[] {
  const folder = "/proc/driver/nvidia/gpus";
  const known = host.names(folder).toSorted().flatMap((bus): Gpu[] => {
    const text = host.text(`${folder}/${bus}/information`) ?? "";
    const minor = /^Device Minor:\s*([0-9]+)/m.exec(text)?.[1];
    const uuid = /^GPU UUID:\s*(\S+)/m.exec(text)?.[1];
    return minor === undefined ? [] : [{ file: `/dev/nvidia${minor}`, ...(uuid === undefined ? {} : { uuid }) }];
  });
  if (known.length > 0) return known;
  return byNumber(devices.filter((name) => nvidiaPattern.test(name))).map((name) => ({ file: `/dev/${name}` }));
}

/** Other GPUs: AMD's in the order of their driver, or else by the numbers of the files. */
function renderGpus(host: DeviceHost): Gpu[] {
  const folder = "/sys/class/kfd/kfd/topology/nodes";
  const minors = byNumber(host.names(folder)).flatMap((node) => {
    const minor = /^drm_render_minor ([1-9][0-9]*)$/m.exec(host.text(`${folder}/${node}/properties`) ?? "")?.[1];
    return minor === undefined ? [] : [`renderD${minor}`];
  });
  const names = minors.length > 0
    ? minors
    : byNumber(host.names("/dev/dri").filter((name) => renderPattern.test(name)));
  return names.map((name) => ({ file: `/dev/dri/${name}` }));
}

/** Sorts names by the number that they end with. */
function byNumber(names: readonly string[]): string[] {
  const number = (name: string) => Number(/[0-9]+$/.exec(name)?.[0] ?? 0);
  return names.toSorted((a, b) => number(a) - number(b));
}
