"""Runs a command again and again, each time after the last has ended: `python chain.py COUNT COMMAND …`.

Prints how long one takes, in milliseconds.
"""

import subprocess
import sys
import time

count, command = int(sys.argv[1]), sys.argv[2:]
start = time.monotonic()
for _ in range(count):
    subprocess.run(command, check=True)
print((time.monotonic() - start) * 1000 / count)
