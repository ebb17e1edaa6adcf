"""What people write by themselves: N programs, K at a time; with a folder, both outputs in files."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

total, at_once, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]


def run(index):
    if not folder:
        return subprocess.run(["/bin/true"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
    with open(f"{folder[0]}/{index}.out", "w") as out, open(f"{folder[0]}/{index}.err", "w") as err:
        return subprocess.run(["/bin/true"], stdin=subprocess.DEVNULL, stdout=out, stderr=err).returncode


with ThreadPoolExecutor(at_once) as pool:
    sys.exit(sum(pool.map(run, range(total))))
