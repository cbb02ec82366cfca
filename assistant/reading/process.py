"""Files read in a process of their own: what hangs, eats memory or crashes there costs that file and nothing else.

One process serves file after file, for starting one takes longer than reading most; it is replaced when it has died or
had to be killed.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import asdict
from typing import Any

from assistant.errors import UnusableInput
from assistant.plan.lines import StyledLine
from assistant.reading.archive import Member
from assistant.reading.formats import Unpacked
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import Place, ReadText, shown
from assistant.reading.worker import read_frame, write_frame

# The parent's own search path, so that the child finds the same packages wherever they come from; `-I` keeps the
# current folder out of it, where a file of the user's could pass for a module.
_START = "import sys; sys.path[:] = sys.argv[2:]; from assistant.reading.worker import serve; serve(int(sys.argv[1]))"
_LEAVE_SECONDS = 5.0


class ReadingProcess:
    """Asks a process of its own to read files. Not for several threads at once; close it when done."""

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, name: str, *, is_member: bool = False) -> ReadText | Unpacked:
        """Read a file. Raises `UnusableInput`: what the reader refuses, and what went wrong with it."""
        process = self._running()
        overdue = threading.Event()

        def stop() -> None:
            overdue.set()
            process.kill()

        timer = threading.Timer(self._limits.seconds, stop)
        timer.start()
        try:
            reply = self._exchange(process, data, name, is_member=is_member)
        except (OSError, ValueError):  # it died while it was written to, or wrote no frame
            reply = None
        finally:
            timer.cancel()
        if reply is None:
            self.close()
            if overdue.is_set():
                raise UnusableInput(
                    f"文件“{shown(name)}”读了{self._limits.seconds:g}秒还没有读完，已停止"
                    "（设置 PLAN_ASSISTANT_READ_SECONDS）"
                )
            raise UnusableInput(f"文件“{shown(name)}”使读取程序意外退出，文件可能已损坏；请重新保存后再试")
        return self._result(reply, name)

    def close(self) -> None:
        """End the process. The next file starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None and process.stdout is not None:
            process.stdout.close()
            try:
                process.stdin.close()  # it ends by itself when nothing more can come
            except OSError:
                process.kill()
        try:
            process.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            path = [entry for entry in sys.path if entry]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, str(self._limits.memory_mb), *path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def _exchange(
        self, process: subprocess.Popen[bytes], data: bytes, name: str, *, is_member: bool
    ) -> list[tuple[dict[str, Any], bytes]] | None:
        """Send a file and collect the frames that answer it; None where the process ended first."""
        if process.stdin is None or process.stdout is None:  # opened with pipes, so they are there
            raise RuntimeError("the reading process has no pipes")
        write_frame(process.stdin, {"name": name, "limits": asdict(self._limits), "is_member": is_member}, data)
        frames: list[tuple[dict[str, Any], bytes]] = []
        while (frame := read_frame(process.stdout)) is not None:
            frames.append(frame)
            if "member" not in frame[0]:
                return frames
        return None

    def _result(self, frames: list[tuple[dict[str, Any], bytes]], name: str) -> ReadText | Unpacked:
        header, data = frames[-1]
        if "refused" in header:
            raise UnusableInput(header["refused"])
        if "failed" in header:
            self.close()
            raise UnusableInput(self._failure(header, name))
        if "end" in header:
            return Unpacked(tuple(Member(head["member"], body, head["refusal"]) for head, body in frames[:-1]))
        return ReadText(
            header["name"],
            data.decode(),
            tuple(StyledLine(**line) for line in header["styled"]),
            tuple(Place(**place) for place in header["places"]),
            tuple(header["notes"]),
        )

    def _failure(self, header: dict[str, Any], name: str) -> str:
        if header["failed"] == "memory":
            return (
                f"文件“{shown(name)}”读取时内存超过上限{self._limits.memory_mb} MB，已停止"
                "（设置 PLAN_ASSISTANT_READ_MEMORY_MB）"
            )
        if header["failed"] == "depth":
            return f"文件“{shown(name)}”的内容嵌套过深，读不出来；请重新保存后再试"
        return f"文件“{shown(name)}”不合规范，读不出来（{header['reason']}）；请用原来的软件打开后重新保存再试"
