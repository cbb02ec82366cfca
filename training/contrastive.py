"""Moves the word vectors so that what belongs together lies together."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from datasets import Dataset, DatasetDict
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from sentence_transformers.sentence_transformer.training_args import BatchSamplers, MultiDatasetBatchSamplers
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from assistant.search.lexical import words_and_characters
from training.pairs import Pair
from training.vectors import WordVectors

UNKNOWN = "[UNK]"


@dataclass(frozen=True)
class Group:
    """Pairs of one kind; in an epoch each is seen `times` times (a share of them where that is below 1)."""

    pairs: Sequence[Pair]
    times: float = 1.0


@dataclass(frozen=True)
class Recipe:
    """Chosen on tuning questions. `scale` multiplies the cosines before the softmax."""

    epochs: int = 4
    batch: int = 512
    learning_rate: float = 2e-3
    scale: float = 10.0


def word_tokenizer(tokens: Sequence[str]) -> Tokenizer:
    """Words and characters, already parted by blanks, to row numbers; the first row is the unknown word's."""
    vocabulary = {token: row for row, token in enumerate((UNKNOWN, *tokens))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return tokenizer


def train(vectors: WordVectors, groups: Mapping[str, Group], recipe: Recipe, seed: int) -> WordVectors:
    """The vectors after multiple-negatives training (Henderson et al. 2017) on all groups."""
    known = frozenset(vectors.tokens)
    weights = np.vstack([np.zeros((1, vectors.matrix.shape[1]), dtype=np.float32), vectors.matrix])
    module = StaticEmbedding(word_tokenizer(vectors.tokens), embedding_weights=weights)
    model = SentenceTransformer(modules=[module], device="cpu")
    datasets = DatasetDict(
        {name: _dataset(group, known, seed) for name, group in groups.items() if group.pairs and group.times}
    )
    arguments = SentenceTransformerTrainingArguments(
        output_dir="unused",
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="linear",
        weight_decay=0.0,
        batch_sampler=BatchSamplers.NO_DUPLICATES,
        multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
        seed=seed,
        use_cpu=True,
        save_strategy="no",
        report_to="none",
        logging_steps=100,
        disable_tqdm=True,
    )
    loss = MultipleNegativesRankingLoss(
        model, scale=recipe.scale, directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction"
    )
    SentenceTransformerTrainer(model=model, args=arguments, train_dataset=datasets, loss=loss).train()
    return WordVectors(vectors.tokens, module.embedding.weight.detach().numpy()[1:])


def _dataset(group: Group, known: frozenset[str], seed: int) -> Dataset:
    drawn = list(group.pairs) * int(group.times)
    drawn += random.Random(seed).sample(list(group.pairs), round(len(group.pairs) * (group.times % 1)))
    columns = ["anchor", "positive", *(["negative"] if all(pair.negative for pair in drawn) else [])]
    rows = [{name: _spaced(getattr(pair, name), known) for name in columns} for pair in drawn]
    return Dataset.from_list([row for row in rows if all(row.values())])


def _spaced(text: str, known: frozenset[str]) -> str:
    """The known words and characters of a text parted by blanks, as the tokenizer expects them."""
    return " ".join(token for token in words_and_characters(text) if token in known)
