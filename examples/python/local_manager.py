"""Runs jobs by QCG-PilotJob's `LocalManager` on `qcgpj service`. Usage: python local_manager.py [WORKING_DIRECTORY]"""

import sys

import qcgpj_service

qcgpj_service.install()

from qcg.pilotjob.api.job import Jobs  # noqa: E402
from qcg.pilotjob.api.manager import LocalManager  # noqa: E402

wd = sys.argv[1] if len(sys.argv) > 1 else "."
manager = LocalManager(["--wd", wd, "--nodes", "4"], {"wdir": wd})
try:
    jobs = Jobs()
    jobs.add(name="hello", exec="echo", args=["hello"], stdout="hello.out")
    jobs.add(name="steps", exec="echo", args=["step ${it}"], stdout="step-${it}.out", iteration=3, after=["hello"])
    names = manager.submit(jobs)
    for name, state in sorted(manager.wait4(names).items()):
        print(name, state)
finally:
    manager.finish()
