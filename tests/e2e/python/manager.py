"""A program of QCG-PilotJob's class `Manager`: usage: manager.py ADDRESS. It fails loudly at the first surprise."""

import signal
import sys
import time

from qcg.pilotjob.api import errors
from qcg.pilotjob.api.job import Jobs
from qcg.pilotjob.api.manager import Manager

signal.alarm(600)


def refused(act, text):
    try:
        act()
    except errors.ConnectionError as error:
        assert text in str(error), str(error)
    else:
        raise AssertionError(f"not refused: {text}")


manager = Manager(sys.argv[1])

# What there is.
assert manager.resources() == {"total_nodes": 1, "total_cores": 4, "used_cores": 0, "free_cores": 4}
system = manager.system_status()["System"]
assert system["Zmqaddress"] == sys.argv[1] and system["Ifaces"] == ["ZMQ"], system

# Submit and wait; a failed job is a result.
names = manager.submit(Jobs()
                       .add(name="good", exec="echo", args=["good"], stdout="good.out")
                       .add(name="bad", exec="false")
                       .add(name="shell", script="exit 3")
                       .add(name="lost", exec="/no/such/program"))
assert names == ["good", "bad", "shell", "lost"]
assert manager.wait4(names) == {"good": "SUCCEED", "bad": "FAILED", "shell": "FAILED", "lost": "FAILED"}
assert {name: job["status"] for name, job in manager.list().items()} == manager.wait4(names)

# Information, also of what could not start.
info = manager.info_parsed(names)
assert info["good"].total_cores == 1 and info["good"].time.total_seconds() >= 0
assert info["lost"].status == "FAILED" and info["lost"].time.total_seconds() == 0
assert manager.info("shell")["jobs"]["shell"]["data"]["runtime"]["exit_code"] == "3"

# Iterations and their children.
manager.submit(Jobs().add(name="it", exec="bash", args=["-c", "exit $(( ${it} % 2 ))"], iteration={"start": 2, "stop": 6})
               .add(name="after", exec="true", iteration={"start": 2, "stop": 6}, after="it:${it}"))
assert manager.wait4(["it", "after"]) == {"it": "FAILED", "after": "FAILED"}
it = manager.info_parsed("it", withChilds=True)["it"]
assert it.iterations == {"start": 2, "stop": 6, "total": 4, "finished": 4, "failed": 2}, it.iterations
assert [child.name for child in it.childs] == ["it:2", "it:3", "it:4", "it:5"]
assert [child.status for child in it.childs] == ["SUCCEED", "FAILED", "SUCCEED", "FAILED"]
states = [child.status for child in manager.info_parsed("after", withChilds=True)["after"].childs]
assert states == ["SUCCEED", "OMITTED", "SUCCEED", "OMITTED"], states

# Any end, by its event.
manager.submit(Jobs().add(name="any", exec="sleep", args=["0.2"]))
while manager.wait4_any_job_finish(300) != ("any", "SUCCEED"):
    pass

# Cancel what runs and what waits.
manager.submit(Jobs().add(name="long", exec="sleep", args=["1000"], numCores=4).add(name="queued", exec="true"))
while manager.status("long")["jobs"]["long"]["data"]["status"] != "EXECUTING":
    time.sleep(0.01)
manager.cancel(["queued", "long"])
assert manager.wait4(["long", "queued"]) == {"long": "CANCELED", "queued": "CANCELED"}

# Remove frees the name.
refused(lambda: manager.submit(Jobs().add(name="good", exec="true")), "Job good already exist")
manager.remove("good")
assert "good" not in manager.list()
manager.submit(Jobs().add(name="good", exec="true"))
Manager(sys.argv[1]).wait4all(300)  # A new one, as wait4all() believes what it was told long ago.
assert manager.status("good")["jobs"]["good"]["data"]["status"] == "SUCCEED"

# Refusals in the words of the original.
refused(lambda: manager.status("nobody"), "Job 'nobody' doesn't exist")
refused(lambda: manager.submit(Jobs().add(name="wide", exec="true", numCores=5)), "Not enough resources for job wide")
refused(lambda: manager.send_request({"request": "dance"}), "Unknown request name: dance")
refused(lambda: manager.send_request({"request": "register", "entity": "manager",
                                      "params": {"id": "m", "address": "a", "resources": {}}}),
        "Register manager request not supported in this kind of manager (direct)")
refused(lambda: manager.send_request({"request": "notify", "entity": "job",
                                      "params": {"name": "a", "state": "SUCCEED", "attributes": {}}}),
        "Operation not supported")

# A task of the service talks to the service, and finds it by itself.
manager.submit(Jobs().add(name="parent", exec=sys.executable, args=["-c", """
from qcg.pilotjob.api.manager import Manager
from qcg.pilotjob.api.job import Jobs
manager = Manager()
manager.submit(Jobs().add(name="child", exec="true"))
assert manager.wait4("child") == {"child": "SUCCEED"}
"""], stdout="parent.out", stderr="parent.err"))
assert manager.wait4("parent") == {"parent": "SUCCEED"}, open("parent.err").read()

manager.finish()
print("all is well")
