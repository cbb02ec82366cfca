"""Text files: bytes to text, exactly as written.

The text is what every offset counts in, so nothing in it is changed: line ends stay as they are and only a
byte-order mark is dropped. UTF-8 is taken at its word; GB18030 (what older office software writes) and UTF-16
are taken only when what they decode to reads as Chinese, because GB18030 gives some text for nearly any
bytes.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from assistant.errors import UnusableInput
from assistant.reading.raw_file import file_bytes

SUFFIXES: tuple[str, ...] = (".txt", ".md")
READ_LIMIT = 20 * 1024 * 1024
"""Bytes of one file; the longest five-year outline known is below 1 MB."""

# The share of a text's Chinese characters that are among the 3,755 everyday ones of GB 2312. Real prose lies
# above 0.95; other encodings and random bytes read as GB18030 lie below 0.6.
_EVERYDAY_SHARE = 0.85
# The share of Chinese characters among all that are neither ASCII nor Chinese punctuation.
_CHINESE_SHARE = 0.8
_EVERYDAY_ROWS = range(0xB0, 0xD8)  # GB 2312 level 1 (lead bytes of its rows)
_SAMPLE = 200_000  # characters judged; the start of a long text speaks for the rest
_FEW_BROKEN = 50  # characters for each broken one
_DETECTION_BYTES = 200_000  # charset-normalizer reads whole inputs, slowly; this much settles it


def read_text(path: Path, limit_bytes: int = READ_LIMIT) -> str:
    """The decoded text of a `.txt` or `.md` file.

    Raises `UnusableInput` (missing, a folder, another format, unreadable, too large, empty, binary, unknown
    encoding).
    """
    if path.suffix.lower() not in SUFFIXES and not path.is_dir():
        formats = "、".join(SUFFIXES)
        raise UnusableInput(f"“{path}”的格式不支持；目前能读取的格式：{formats}")
    return decode(file_bytes(path, limit_bytes), str(path))


def decode(data: bytes, name: str) -> str:
    """The text that the bytes stand for, without a byte-order mark; `name` is for the error line.

    Raises `UnusableInput` (empty, binary, unknown encoding).
    """
    text = _decode(data, name)
    if not text.strip():
        raise UnusableInput(f"文件“{name}”是空的，没有文字")
    if "\0" in text or _controls(text) * 100 > len(text):
        raise UnusableInput(f"文件“{name}”是二进制文件，不是文本")
    return text


def _decode(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _try(data, "utf-16")
    else:
        text = _try(data, "utf-8-sig")
        if text is None or "\0" in text:
            detected = _detected(data)
            text = text if detected is None else detected
    if text is not None:
        return text
    if b"\0" in data[:_DETECTION_BYTES]:
        raise UnusableInput(f"文件“{name}”是二进制文件，不是文本")
    for encoding, called in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        if place := _damage(data, encoding):
            raise UnusableInput(f"文件“{name}”是 {called} 文本，但{place}有损坏的字节；请用原来的软件重新保存后再试")
    raise UnusableInput(f"文件“{name}”的编码无法识别：既不是 UTF-8，也不是 GB18030 的中文文本")


def _damage(data: bytes, encoding: str) -> str:
    """Where the first broken character of a text stands that reads as Chinese but for a few, "" where it does not."""
    text = data.decode(encoding, "replace")
    broken = text.count("\ufffd")
    if not 0 < broken * _FEW_BROKEN <= len(text) or not reads_as_chinese(text.replace("\ufffd", "")):
        return ""
    return f"第{text.count(chr(10), 0, text.index(chr(0xFFFD))) + 1}行"


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _detected(data: bytes) -> str | None:
    """The text in an encoding that was detected and that reads as Chinese, or None."""
    # Imported here because nearly every file is UTF-8 and the import costs more than reading one.
    from charset_normalizer import from_bytes

    matches = from_bytes(
        data[: _whole_lines(data)],
        cp_isolation=["gb18030", "utf_16_le", "utf_16_be"],
        preemptive_behaviour=False,
    )
    for match in matches:
        text = _try(data, match.encoding)
        if text is not None and reads_as_chinese(text):
            return text
    return None


def _whole_lines(data: bytes) -> int:
    """How many bytes to detect from: all, or up to a line end, so that no character is cut in two."""
    if len(data) <= _DETECTION_BYTES:
        return len(data)
    end = data.rfind(b"\n", 0, _DETECTION_BYTES) + 1
    if b"\0" in data[:end]:  # perhaps UTF-16, where a line end is two bytes
        return _DETECTION_BYTES
    return end or len(data)


def reads_as_chinese(text: str) -> bool:
    """Whether a text is mostly Chinese and its characters are mostly everyday ones."""
    sample = text[:_SAMPLE]
    chinese = [character for character in sample if "\u4e00" <= character <= "\u9fff"]
    foreign = sum(1 for character in sample if not _is_common(character))
    if not chinese or len(chinese) < _CHINESE_SHARE * (len(chinese) + foreign):
        return False
    return sum(map(_is_everyday, chinese)) >= _EVERYDAY_SHARE * len(chinese)


def _is_common(character: str) -> bool:
    """ASCII, Chinese, or the punctuation, list signs and full-width forms that Chinese text is set with."""
    return (
        character < "\x80"
        or "\u2010" <= character <= "\u2027"
        or "\u2160" <= character <= "\u217f"
        or "\u2460" <= character <= "\u24ff"
        or "\u3000" <= character <= "\u303f"
        or "\u4e00" <= character <= "\u9fff"
        or "\uff00" <= character <= "\uffef"
        or character in "\xa0\xb7\xd7\u2030\u2103\u25cf\ufeff"
    )


def _is_everyday(character: str) -> bool:
    encoded = character.encode("gb2312", "ignore")
    return bool(encoded) and encoded[0] in _EVERYDAY_ROWS


def _controls(text: str) -> int:
    return sum(1 for character in text if character < " " and character not in "\t\n\r\f\v\x1a")
