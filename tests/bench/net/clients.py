"""Plain clients at full speed: clients.py ADDRESS COUNT. Each line on the standard input is answered by the number of
requests that were answered so far; the end of the input is the end."""

import json
import multiprocessing
import os
import signal
import sys

import zmq

request = json.dumps({"request": "jobStatus", "jobNames": ["seen"]}).encode()


def ask(address, counts, index):
    signal.alarm(600)
    socket = zmq.Context().socket(zmq.REQ)
    socket.setsockopt(zmq.LINGER, 0)
    socket.connect(address)
    while os.getppid() != 1:
        socket.send(request)
        # Who is asked may have gone, and so may who started us.
        while not socket.poll(1000):
            if os.getppid() == 1:
                return
        socket.recv()
        counts[index] += 1


if __name__ == "__main__":
    signal.alarm(600)
    address, number = sys.argv[1], int(sys.argv[2])
    counts = multiprocessing.Array("q", number, lock=False)
    clients = [multiprocessing.Process(target=ask, args=(address, counts, index), daemon=True) for index in range(number)]
    for client in clients:
        client.start()
    for _ in sys.stdin:
        print(sum(counts), flush=True)
    for client in clients:
        client.kill()
