"""Runs a command and prints after its output, as a line of JSON, how long it took and the most memory it held.

    python -I -S launch.py COMMAND …

A process starts with its parent's memory as its own peak (Linux keeps it across `exec`), so the parent has to be this
small program and not the benchmark. POSIX only.
"""

import json
import os
import sys
import time


def main() -> None:
    command = sys.argv[1:]
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)  # kilobytes, except on macOS
    print(json.dumps({"seconds": seconds, "peak": peak}), flush=True)
    sys.exit(os.waitstatus_to_exitcode(status) != 0)


if __name__ == "__main__":
    main()
