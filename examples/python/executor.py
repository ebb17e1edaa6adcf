"""Runs templates by the Python `QCGPJExecutor` on `qcgpj service`. Usage: python executor.py [WORKING_DIRECTORY]"""

import sys

import qcgpj_service

qcgpj_service.install()

from qcg.pilotjob.executor_api.qcgpj_executor import QCGPJExecutor  # noqa: E402
from qcg.pilotjob.executor_api.templates.basic_template import BasicTemplate  # noqa: E402

wd = sys.argv[1] if len(sys.argv) > 1 else "."
with QCGPJExecutor(wd=wd, resources="4") as executor:
    futures = [
        executor.submit(BasicTemplate.template, name=f"task{number}", exec="echo", args=[str(number)],
                        stdout=f"task{number}.out", stderr=f"task{number}.err")
        for number in range(3)
    ]
    for future in futures:
        print(future.result())
