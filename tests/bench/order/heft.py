"""Runs a workflow by a pool of threads in the order of HEFT with exact times: `python heft.py FILE THREADS SCALE`.

The tasks are `sleep` processes; a thread that is free takes the ready task of the greatest upward rank. Prints the
makespan in seconds.
"""

import heapq
import json
import subprocess
import sys
import threading
import time


def main() -> None:
    path, threads, scale = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    with open(path, encoding="utf-8") as file:
        tasks = {task["name"]: task for task in json.load(file)}
    children = {name: [] for name in tasks}
    waiting = {name: len(task["after"]) for name, task in tasks.items()}
    for name, task in tasks.items():
        for parent in task["after"]:
            children[parent].append(name)
    ranks = {}

    def rank(name: str) -> float:
        if name not in ranks:
            ranks[name] = tasks[name]["seconds"] + max((rank(child) for child in children[name]), default=0)
        return ranks[name]

    sys.setrecursionlimit(100_000)
    ready = [(-rank(name), name) for name in tasks if waiting[name] == 0]
    heapq.heapify(ready)
    left = len(tasks)
    change = threading.Condition()

    def work() -> None:
        nonlocal left
        while True:
            with change:
                while left > 0 and not ready:
                    change.wait()
                if left == 0:
                    return
                _, name = heapq.heappop(ready)
            subprocess.run(["sleep", f"{tasks[name]['seconds'] * scale:.3f}"], check=True)
            with change:
                left -= 1
                for child in children[name]:
                    waiting[child] -= 1
                    if waiting[child] == 0:
                        heapq.heappush(ready, (-rank(child), child))
                change.notify_all()

    start = time.monotonic()
    pool = [threading.Thread(target=work) for _ in range(threads)]
    for thread in pool:
        thread.start()
    for thread in pool:
        thread.join()
    print(f"{time.monotonic() - start:.3f}")


if __name__ == "__main__":
    main()
