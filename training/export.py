"""Writes the encoder as the folder that the package ships: safetensors in eight bits, tokenizer, configuration."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from model2vec import StaticModel

from training.contrastive import word_tokenizer
from training.vectors import WordVectors

_LARGEST = 99.99  # percentile of magnitudes: what lies beyond is clipped, so that the eight bits serve the rest


def export(vectors: WordVectors, folder: Path) -> None:
    """Write model.safetensors, tokenizer.json and config.json into a folder, which is made; a card there stays."""
    largest = float(np.percentile(np.abs(vectors.matrix), _LARGEST))
    rows = np.rint(np.clip(vectors.matrix / largest, -1, 1) * 127).astype(np.int8)
    rows = np.vstack([np.zeros((1, rows.shape[1]), dtype=np.int8), rows])
    folder.mkdir(parents=True, exist_ok=True)
    card = folder / "README.md"
    before = card.read_text(encoding="utf-8") if card.exists() else None
    digest = hashlib.sha256(rows.tobytes() + "\n".join(vectors.tokens).encode())
    configuration = {"fingerprint": digest.hexdigest()[:16]}
    tokenizer = word_tokenizer(vectors.tokens)
    StaticModel(rows, tokenizer, configuration, normalize=True, max_length=None).save_pretrained(folder)
    (folder / "modules.json").unlink()  # only sentence-transformers would read it
    (folder / "model.safetensors").chmod(0o644)
    if before is None:
        card.unlink(missing_ok=True)  # the library's form letter says nothing of ours
    else:
        card.write_text(before, encoding="utf-8")
