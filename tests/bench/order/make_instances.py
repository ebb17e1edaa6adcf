"""Makes workflows with the recipes of wfcommons: `python make_instances.py FOLDER [SEED]`.

Writes one JSON file for each recipe and size: a list of tasks, each with name, kind (the program), run time in seconds
and the names of its parents. The same seed gives the same files.
"""

import inspect
import json
import pathlib
import random
import sys

import numpy
from wfcommons import WorkflowGenerator
from wfcommons.wfchef import recipes

SIZES = (200, 1000)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    folder.mkdir(parents=True, exist_ok=True)
    kinds = sorted(
        (name, kind)
        for name, kind in inspect.getmembers(recipes, inspect.isclass)
        if name.endswith("Recipe") and name != "Recipe"
    )
    for name, kind in kinds:
        for size in SIZES:
            random.seed(seed)
            numpy.random.seed(seed)
            try:
                workflow = WorkflowGenerator(kind.from_num_tasks(size)).build_workflow()
            except ValueError as error:
                # Some recipes have no workflow as small as that.
                print(f"{name} {size}: {error}", file=sys.stderr)
                continue
            tasks = [
                {
                    "name": task.task_id,
                    "kind": task.name.split("_ID")[0] if "_ID" in task.name else task.name,
                    "seconds": task.runtime,
                    "after": sorted(workflow.predecessors(task.task_id)),
                }
                for task in workflow.tasks.values()
            ]
            path = folder / f"{name.removesuffix('Recipe').lower()}-{size}.json"
            path.write_text(json.dumps(tasks))


if __name__ == "__main__":
    main()
