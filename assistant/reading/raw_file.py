"""A file's bytes, where it is one and not too large."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import UnusableInput
from assistant.reading.read_text import shown


def file_bytes(path: Path, limit_bytes: int) -> bytes:
    """The bytes of a file; of one that is too large, not one is read.

    Raises `UnusableInput` (missing, a folder, not a file, unreadable, too large).
    """
    named = shown(str(path))
    try:
        if path.is_dir():
            raise UnusableInput(f"“{named}”是文件夹，不是文件")
        if path.exists() and not path.is_file():  # a pipe or a device would be read for ever
            raise UnusableInput(f"“{named}”不是普通文件")
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1) if path.stat().st_size <= limit_bytes else None
    except FileNotFoundError:
        raise UnusableInput(f"找不到文件“{named}”") from None
    except PermissionError:
        raise UnusableInput(f"没有权限读取文件“{named}”") from None
    except OSError as error:
        raise UnusableInput(f"文件“{named}”读不出来：{error.strerror or error}") from error
    if data is None or len(data) > limit_bytes:
        size = f"{limit_bytes / 1024 / 1024:g} MB"
        raise UnusableInput(f"文件“{named}”太大，超过上限{size}（设置 PLAN_ASSISTANT_READ_MAX_MB）")
    return data
