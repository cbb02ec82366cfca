"""Where the encoder of a library comes from. Light: the encoders themselves are imported when one is asked
for.

The shipped encoder always encodes: what answering looks questions up with, its thresholds, belong to it. An encoder that
was chosen has an index of its own beside that one, which ranks the clauses for open questions.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.search.static_encoder import shipped_name

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding


class EncoderSource(Protocol):
    """Makes the encoder of a generation and reads it back. `name` tells two encoders, and two versions of
    one, apart: another name, and the library is indexed anew."""

    @property
    def name(self) -> str:
        """Such as "bge-small-zh/1.5"."""

    @property
    def is_fitted(self) -> bool:
        """Whether `fit` makes another encoder of other texts: then every change of the library changes every vector."""

    def fit(self, texts: Iterable[str], folder: Path) -> BaseEmbedding:
        """The encoder for these texts; leaves in `folder`, which exists, what `load` needs. Raises `EncoderFault`, as what
        it returns does, where it cannot encode."""

    def load(self, folder: Path) -> BaseEmbedding:
        """The encoder that `fit` left in `folder`."""


def encoder_name(chosen: EncoderSource | None) -> str:
    """The name of an encoder; None is the shipped one."""
    return shipped_name() if chosen is None else chosen.name
