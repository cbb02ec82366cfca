"""The process that reads files for another one: within limits, without the network, one file after the other.

Requests come on standard input, replies go to what was standard output. Both are frames: eight bytes that say how long
a JSON header is and how long the bytes after it are, then the header, then the bytes. Nothing that a file can
influence is ever unpickled or executed.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from assistant.errors import PlanAssistantError
from assistant.reading.formats import Unpacked, read_format
from assistant.reading.limits import ReadLimits
from assistant.reading.read_text import shown

_FRAME = struct.Struct(">II")
_SPARE_SECONDS = 5  # processor time beyond the limit, should the asker have died and nobody kill this one
_REFUSED = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "os.system", "os.exec", "os.fork")
_PROGRAMS = ("tesseract",)


def write_frame(stream: IO[bytes], header: dict[str, Any], data: bytes = b"") -> None:
    """Write a frame. Raises OSError where nobody reads any more."""
    written = json.dumps(header, ensure_ascii=True).encode()
    stream.write(_FRAME.pack(len(written), len(data)))
    stream.write(written)
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next frame, None at the stream's end."""
    size = stream.read(_FRAME.size)
    if len(size) < _FRAME.size:
        return None
    header_size, data_size = _FRAME.unpack(size)
    header, data = stream.read(header_size), stream.read(data_size)
    if len(header) < header_size or len(data) < data_size:
        return None
    return json.loads(header), data


def serve(memory_mb: int) -> None:
    """Read files until the asker goes away.

    An error that no reader expects ends this process, after it has said which it was: what such an error leaves behind
    is not to be trusted with the next file.
    """
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between the frames
    sys.excepthook = lambda kind, error, _: write_frame(replies, _failure(kind, error))
    _limit_memory(memory_mb)
    _close_off()
    while (request := read_frame(requests)) is not None:
        header, data = request
        limits = ReadLimits(**header["limits"])
        _limit_processor(limits.seconds)
        _answer(replies, header["name"], data, limits, is_member=header["is_member"])


def _answer(replies: IO[bytes], name: str, data: bytes, limits: ReadLimits, *, is_member: bool) -> None:
    """Read one file and send what came of it."""
    try:
        read = read_format(data, name, limits, is_member=is_member)
    except PlanAssistantError as error:
        write_frame(replies, {"refused": str(error)})
        return
    if isinstance(read, Unpacked):
        for member in read.members:
            write_frame(replies, {"member": member.path, "refusal": member.refusal}, member.data)
        write_frame(replies, {"end": True})
    else:
        text = read.text.encode("utf-8", "replace")  # a lone surrogate has no bytes
        write_frame(replies, {**asdict(read), "text": ""}, text)


def _failure(kind: type[BaseException], error: BaseException) -> dict[str, Any]:
    if issubclass(kind, MemoryError):
        return {"failed": "memory"}
    if issubclass(kind, RecursionError):
        return {"failed": "depth"}
    return {"failed": "error", "reason": f"{kind.__name__}: {shown(str(error))}"}


def _limit_memory(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the time limit alone holds there
        return
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_processor(seconds: float) -> None:
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    wanted = int(used.ru_utime + used.ru_stime + seconds) + _SPARE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (wanted if most < 0 else min(wanted, most), most))


def _close_off() -> None:
    """No connections, no other programs than the one that reads pictures: whatever a file brings a library to do."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _REFUSED:
            raise PermissionError(f"{event} is not for readers")
        if event == "subprocess.Popen" and Path(str(arguments[0])).stem not in _PROGRAMS:
            raise PermissionError("other programs are not for readers")

    sys.addaudithook(watch)
