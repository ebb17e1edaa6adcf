"""Makes the Python clients of QCG-PilotJob that start their service themselves start `qcgpj service` instead.

`LocalManager`, the `QCGPJExecutor` of the executor API and whatever is built on them stay as they are:

    import qcgpj_service
    qcgpj_service.install()

    from qcg.pilotjob.api.manager import LocalManager
    manager = LocalManager(["--wd", "work", "--nodes", "4"])

The command is `qcgpj`, or what the variable QCGPJ says, for example
`QCGPJ="deno run -A jsr:@qcg/pilotjob/cli"`. Needs Python 3.8 or later and the package qcg-pilotjob.
"""

import atexit
import collections
import os
import re
import shlex
import subprocess
import sys
import threading

# The line in which the service says where it is.
_ADDRESS = re.compile(r"requests are taken at (tcp://\S+)")


def install(command=None):
    """Makes `LocalManager` start this command, a list of words, as its service.

    Without one: the words of the variable QCGPJ, or `qcgpj`.
    """
    words = list(command) if command is not None else shlex.split(os.environ.get("QCGPJ", "qcgpj"))
    from qcg.pilotjob import service

    class QCGPMServiceProcess(ServiceProcess):
        def __init__(self, args, queue):
            super().__init__(words, args, queue)

    # `LocalManager` looks for this name when it is made.
    service.QCGPMServiceProcess = QCGPMServiceProcess


class ServiceProcess:
    """A running `qcgpj service`, with as much of `multiprocessing.Process` as `LocalManager` uses.

    Puts one dictionary into the queue: `zmq_addresses`, or `error` when the service does not start.
    """

    def __init__(self, command, args, queue):
        self._command = [*command, "service", *map(str, args)]
        self._queue = queue
        self._process = None
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._has_failed = False

    def start(self):
        """Starts the service; returns at once."""
        try:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
            )
        except OSError as error:
            self._fail(f"cannot start {shlex.join(self._command)}: {error}")
            return
        # A program that ends without finish() leaves no service behind.
        atexit.register(self.terminate)
        self._listener.start()

    @property
    def pid(self):
        """The id of the process."""
        return None if self._process is None else self._process.pid

    @property
    def exitcode(self):
        """The exit code; None while it runs."""
        return None if self._process is None else self._process.poll()

    def is_alive(self):
        """Whether it runs, or its error is in the queue, which is worth waiting for."""
        return self._has_failed or self._listener.is_alive()

    def join(self, timeout=None):
        """Waits for the end, at most so many seconds."""
        if self._process is None:
            return
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            pass

    def terminate(self):
        """Asks it to stop its tasks and to end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def _listen(self):
        """Passes on what the service says, and finds its address in it."""
        last = collections.deque(maxlen=20)
        is_known = False
        for line in self._process.stderr:
            last.append(line)
            address = None if is_known else _ADDRESS.search(line)
            if address is not None:
                is_known = True
                self._queue.put({"zmq_addresses": [address[1]]})
                continue
            try:
                sys.stderr.write(line)
                sys.stderr.flush()
            except (OSError, ValueError):
                pass  # Nobody reads it any more; the service must not wait for that.
        if not is_known:
            self._fail("".join(last) or f"{shlex.join(self._command)} ended")

    def _fail(self, text):
        self._has_failed = True
        self._queue.put({"error": text})
