"""Programs of the executor API, on our service: usage: executor.py FOLDER_OF_MODULE. Templates as EasyVVUQ has them."""

import os
import signal
import sys
import time

sys.path.insert(0, sys.argv[1])
import qcgpj_service  # noqa: E402

qcgpj_service.install()

from qcg.pilotjob.executor_api.qcgpj_executor import QCGPJExecutor  # noqa: E402
from qcg.pilotjob.executor_api.templates.basic_template import BasicTemplate  # noqa: E402
from qcg.pilotjob.executor_api.templates.qcgpj_template import QCGPJTemplate  # noqa: E402

signal.alarm(600)


class WithDefaults(QCGPJTemplate):
    """A template of one's own: placeholders, and defaults for some."""

    @staticmethod
    def template():
        return ("""
            {
                'name': '$name',
                'execution': {
                    'exec': '$exec', 'args': $args, 'wd': '$wd', 'stdout': '${name}.stdout', 'stderr': '${name}.stderr',
                    'env': $env
                },
                'resources': {'numCores': {'exact': $cores}}
            }
            """, {"args": [], "wd": ".", "env": {}, "cores": 1})


class Parallel(QCGPJTemplate):
    """As EasyVVUQ's template for parallel models: a model, nodes and cores, iterations by the service's variables."""

    @staticmethod
    def template():
        return """
            {
                'name': '$name',
                'iteration': {'stop': $count},
                'execution': {
                    'exec': 'bash', 'args': ['-c', 'echo $${it} $${ncores} > $name-$${it}.out'],
                    'model': 'default', 'stdout': '$name.log', 'stderr': '$name.log'
                },
                'resources': {'numNodes': {'exact': 1}, 'numCores': {'min': $cores, 'max': $cores}}
            }
            """


def text(path):
    with open(path) as file:
        return file.read()


os.mkdir("work")
with QCGPJExecutor(wd="work", resources="n1:2,n2:2", log_level="debug") as executor:
    assert executor.qcgpj_manager.resources()["total_cores"] == 4
    # The basic template.
    future = executor.submit(BasicTemplate.template, name="tj", exec="date")
    assert future.result() == {"tj": "SUCCEED"} and future.done() and not future.running()
    assert text("work/stdout") != ""
    try:
        executor.submit(BasicTemplate.template, name="none")
    except KeyError as error:
        assert error.args == ("exec",)
    else:
        raise AssertionError("a placeholder is missing")

    # Defaults, dictionaries and keywords; the later wins. The task sees its variables.
    future = executor.submit(WithDefaults.template, {"name": "wrong", "exec": "bash"}, {"args": ["-c", "echo $WHAT"]},
                             name="named", env={"WHAT": "$QCG"})
    assert future.result() == {"named": "SUCCEED"}, future.result()
    assert text("work/named.stdout") == "$QCG\n"
    future = executor.submit(WithDefaults.template, name="id", exec="bash", args=["-c", "echo $QCG_PM_EXEC_API_JOB_ID"])
    assert future.result() == {"id": "SUCCEED"} and text("work/id.stdout") == "id\n"
    assert executor.submit(WithDefaults.template, name="fails", exec="false").result() == {"fails": "FAILED"}

    # Parallel tasks with iterations.
    assert executor.submit(Parallel.template, name="par", count=3, cores=2).result() == {"par": "SUCCEED"}
    assert [text(f"work/par-{index}.out") for index in range(3)] == [f"{index} 2\n" for index in range(3)]

    # Cancel.
    long = executor.submit(BasicTemplate.template, name="long", exec="sleep", args=["1000"])
    assert long.running() and not long.cancelled()
    assert long.cancel() and long.cancelled() and long.result() == {"long": "CANCELED"}

    # Many at a time.
    futures = [executor.submit(WithDefaults.template, name=f"many{number}", exec="true") for number in range(50)]
    assert all(list(future.result().values()) == ["SUCCEED"] for future in futures)

# What still runs when the executor is closed is stopped with it.
started = time.monotonic()
os.mkdir("left")
with QCGPJExecutor(wd="left", resources="1") as executor:
    executor.submit(WithDefaults.template, name="left", exec="bash", args=["-c", "touch begun; sleep 1000; touch ended"])
    while not os.path.exists("left/begun"):
        time.sleep(0.02)
assert time.monotonic() - started < 600 and not os.path.exists("left/ended")
print("all is well")
