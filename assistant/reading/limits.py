"""How much a reader may take: of a file, of time, of memory, of an archive."""

from __future__ import annotations

from dataclasses import dataclass

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class ReadLimits:
    """What reading one file may cost. `seconds` and `memory_mb` hold for the process that reads it, `file_mb` for
    the file and for each member of an archive, `characters` for the text that comes out, `members` for the files in
    an archive, `unpacked_mb` for everything in an archive together. A document of an office format is an archive of
    parts: `members` and `unpacked_mb` hold for it too."""

    seconds: float = 120.0
    memory_mb: int = 2048
    file_mb: int = 100
    characters: int = 2_000_000
    members: int = 2000
    unpacked_mb: int = 500

    @property
    def file_bytes(self) -> int:
        return self.file_mb * _MEGABYTE

    @property
    def memory_bytes(self) -> int:
        return self.memory_mb * _MEGABYTE

    @property
    def unpacked_bytes(self) -> int:
        return self.unpacked_mb * _MEGABYTE


DEFAULT_LIMITS = ReadLimits()
