"""A program of QCG-PilotJob's class `LocalManager`, on our service: usage: local_manager.py FOLDER_OF_MODULE"""

import os
import signal
import sys

sys.path.insert(0, sys.argv[1])
import qcgpj_service  # noqa: E402

qcgpj_service.install()

from qcg.pilotjob.api import errors  # noqa: E402
from qcg.pilotjob.api.job import Jobs  # noqa: E402
from qcg.pilotjob.api.manager import LocalManager  # noqa: E402

signal.alarm(600)

# A service that does not start says why.
try:
    LocalManager(["--nodes", "nonsense:x"])
except errors.ServiceError as error:
    assert "Option --nodes is wrong" in str(error), error
else:
    raise AssertionError("a wrong option is accepted")

# Jobs, and the end.
manager = LocalManager(["--wd", "first", "--nodes", "n1:2,n2:2", "--id", "one"])
assert manager.resources()["total_nodes"] == 2
names = manager.submit(Jobs().add(name="a", exec="touch", args=["a"]).add(name="b", exec="touch", args=["b"], after="a"))
manager.wait4all()
assert manager.status(names)["jobs"]["b"]["data"]["status"] == "SUCCEED"
manager.finish()
assert manager.qcgpm_process.exitcode == 0 and os.path.exists("first/b")

# An interrupted service goes on where it was.
manager = LocalManager(["--wd", "second", "--nodes", "1", "--id", "two"])
manager.submit(Jobs().add(name="quick", exec="touch", args=["quick"])
               .add(name="steps", script="while [ ! -e go ]; do sleep 0.05; done; touch done-${it}", iteration=2))
assert manager.wait4("quick") == {"quick": "SUCCEED"}
os.kill(manager.qcgpm_process.pid, signal.SIGKILL)
manager.qcgpm_process.join()
os.remove("second/quick")
open("second/go", "w").close()
manager = LocalManager(["--wd", "second", "--nodes", "1", "--resume", "second/.qcgpjm-service-two"])
assert manager.wait4("steps") == {"steps": "SUCCEED"}
assert os.path.exists("second/done-1") and not os.path.exists("second/quick")
manager.finish()
print("all is well")
