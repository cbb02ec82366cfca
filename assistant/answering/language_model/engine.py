"""The engine with a language model: the model may word an answer, never change a figure.

What the ledger answers with certainty, and what the library does not hold, is answered as without a model. For the rest the
model is shown clauses and words an answer from them; each of its sentences is released only after it has passed the number
lock, so that nobody sees an unchecked number, not even for a moment. Whatever happens to the model, an answer comes.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from assistant.answering.answer import Answer, Usage, escaped
from assistant.answering.engine import Embedded, EmbeddedEngine
from assistant.answering.language_model.asking import Asking, ChatModel, Time, says_nothing
from assistant.answering.language_model.grounding import ungrounded
from assistant.answering.language_model.packing import Place, evidence_text, pack
from assistant.answering.language_model.prompts import NOTHING, Prompts
from assistant.answering.language_model.released import Released
from assistant.answering.number_lock import (
    Evidence,
    SentenceLock,
    SentenceSplitter,
    UnsupportedNumber,
    Verdict,
    check_digits,
)
from assistant.errors import Cancelled, ModelFault
from assistant.models.chat import Message
from assistant.search.glossary import Glossary

_LOG = logging.getLogger(__name__)
_TOP = 12  # clauses of each wording of the question
_FUSION = 60  # the usual constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009)
_MOST_MENDED = 3  # sentences of one answer that are asked for once more; each is a request that someone waits for
_MOST_REPEATED = 4  # sentences said twice before a model is taken to turn in circles
_HAN, _LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]")
_BULLET = re.compile(r"^\s*(?:[-*•]\s+|\d+[.、]\s+)?")
_FOREIGN, _WORDS_OF_A_NAME = 0.2, 30
_SHARE_OF_WINDOW = 0.95  # another tokenizer counts a little differently

STOPPED = "已停止，回答不完整。"


@dataclass(frozen=True)
class Window:
    """How much a model reads and writes, in tokens, and how long a whole answer may take, in seconds."""

    tokens: int
    reply: int
    seconds: float


class LanguageModelEngine:
    """Answers from a shelf of plans, a model wording what the ledger alone does not answer. Safe to share between
    threads."""

    def __init__(
        self,
        embedded: EmbeddedEngine,
        model: ChatModel,
        prompts: Prompts,
        window: Window,
        glossary: Glossary,
        count: Callable[[str], int],
    ) -> None:
        """`count`: the tokens of a text."""
        self._embedded, self._model, self._prompts, self._window = embedded, model, prompts, window
        self._glossary, self._count = glossary, count
        self._shelf = embedded.finder.shelf

    @property
    def name(self) -> str:
        return f"llm:{self._model.name}"

    def ask(self, question: str, history: Sequence[str] = (), documents: Sequence[str] | None = None) -> Answer:
        """The whole answer; see `stream`."""
        *_, answer = self.stream(question, history, documents)
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[str] = (),
        documents: Sequence[str] | None = None,
        cancelled: threading.Event | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows, the whole one last; the text of each is the beginning of the next one's, and every one has
        passed the number lock. Once `cancelled` is set the model is let go and what has been released is the answer."""
        began = time.perf_counter()
        asking = Asking(self._model, self._prompts, Time(self._window.seconds, cancelled or threading.Event()))
        for answer in self._answers(asking, question, history, documents):
            yield answer.model_copy(update={"elapsed_ms": round((time.perf_counter() - began) * 1000, 3)})

    def _answers(
        self, asking: Asking, question: str, history: Sequence[str], documents: Sequence[str] | None
    ) -> Iterator[Answer]:
        own = self._embedded.answered(question, history, documents)
        if own.certain:
            yield own.answer
            return
        try:
            if any(turn.strip() for turn in history) and (alone := asking.standalone(question, history)):
                again = self._embedded.answered(alone, (), documents)
                own = again.of(question, alone)
                if own.certain:
                    yield own.answer
                    return
            evidence, notices = self._evidence(asking, own)
            own = own.with_notices(notices)
        except Cancelled:
            yield _with_notice(own.answer, STOPPED)
            return
        if evidence:
            yield from _Wording(self, asking, own, evidence).answers()
        else:
            yield own.answer

    def _evidence(self, asking: Asking, own: Embedded) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
        """The clauses that a model is shown: those that the embedded engine cites, then what retrieval brings for the
        question and for a plan's own terms for it; and what could not be asked."""
        question = own.answer.standalone
        cited = [(one.document, one.clause) for one in own.answer.citations]
        rows = self._embedded.finder.find(question, own.documents, ()).rows if own.documents else ()
        named = [(match.document, match.row.clause) for match in rows]
        brought, notices = self._brought([question, *asking.terms(question)], own.documents)
        fixed = sum(
            map(
                self._count,
                (self._rules(own.documents), self._prompts.filled("answer", evidence="", question=question)),
            )
        )
        room = int(self._window.tokens * _SHARE_OF_WINDOW) - self._window.reply - fixed
        return pack(self._shelf, [*cited, *named, *brought], room, self._count), notices

    def _brought(self, wordings: Sequence[str], documents: Sequence[str]) -> tuple[list[Place], tuple[str, ...]]:
        """What retrieval brings for each wording, fused by rank, and what could not be asked."""
        scores: dict[Place, float] = {}
        notices: dict[str, None] = {}
        for wording in wordings:
            ranking = self._embedded.finder.ranking(wording, documents, self._shelf.find(wording, documents, _TOP))
            notices.update(dict.fromkeys(ranking.notices))
            for rank, hit in enumerate(ranking.hits[:_TOP], 1):
                place = hit.document, hit.clause
                scores[place] = scores.get(place, 0.0) + 1 / (_FUSION + rank)
        return sorted(scores, key=lambda place: (-scores[place], place)), tuple(notices)

    def _rules(self, documents: Sequence[str]) -> str:
        names = [self._shelf.plan(document).name or document for document in documents[:_MOST_NAMED]]
        more = "等" if len(documents) > _MOST_NAMED else ""
        return self._prompts.filled("answer_rules", documents="、".join(names) + more, nothing=NOTHING)

    def messages(self, own: Embedded, evidence: Sequence[Evidence]) -> list[Message]:
        """All that the model is told for the answer itself."""
        told = self._prompts.filled("answer", evidence=evidence_text(evidence), question=own.answer.standalone)
        return [Message("system", self._rules(own.documents)), Message("user", told)]

    def lock(self, evidence: Sequence[Evidence], question: str) -> SentenceLock:
        return SentenceLock(evidence, self._glossary, self._embedded.held_names, question=question)

    def passed(self, answer: Answer, denied: Sequence[str]) -> bool:
        """Whether an answer whose sentences have passed is in order as a whole: its markers, and that each of its numbers
        stands somewhere."""
        try:
            check_digits(answer, self._embedded.held_names, denied)
        except UnsupportedNumber as fault:
            # Each sentence has passed: a fault of ours, of which whoever runs this must hear.
            _LOG.warning("%s", fault)
            return False
        return True

    def released(self, evidence: Sequence[Evidence], lock: SentenceLock, question: str) -> Released:
        return Released(self._shelf, evidence, lock, question, self._embedded.held_names)


_MOST_NAMED = 12  # documents that the rules list


class _Wording:
    """One answer while a model words it."""

    def __init__(
        self, engine: LanguageModelEngine, asking: Asking, own: Embedded, evidence: Sequence[Evidence]
    ) -> None:
        self._engine, self._asking, self._own, self._evidence = engine, asking, own, evidence
        self._lock = engine.lock(evidence, own.answer.standalone)
        self._released = engine.released(evidence, self._lock, own.answer.question)
        self._messages = engine.messages(own, evidence)
        self._usage: Usage | None = None
        self._mended = self._replaced = self._dropped = self._repeated = self._stopped = 0
        self._says_nothing = False

    def answers(self) -> Iterator[Answer]:
        ending = ""
        try:
            for sentence in self._sentences():
                if self._take(sentence):
                    step = self._so_far()
                    if not self._engine.passed(step, self._released.denied):
                        break
                    yield step
                if self._repeated > _MOST_REPEATED:
                    ending = "模型的回答开始重复，后面的已略去。"
                    break
        except Cancelled:
            ending = STOPPED
        except ModelFault as fault:
            yield self._without_model(str(fault))
            return
        yield self._whole(ending)

    def _sentences(self) -> Iterator[str]:
        """The model's sentences as they are complete."""
        splitter = SentenceSplitter()
        pieces = self._asking.model.stream(
            self._messages, seconds=self._asking.time.left, cancelled=self._asking.time.cancelled
        )
        try:
            while True:
                yield from splitter.feed(next(pieces))
        except StopIteration as end:
            self._usage = end.value and Usage(**asdict(end.value))
            yield from splitter.close()
        finally:
            pieces.close()

    def _take(self, sentence: str) -> bool:
        """Look at a sentence, and release it or what takes its place; whether the answer has grown."""
        if not sentence.strip():
            return False
        if says_nothing(sentence):
            self._says_nothing = True
            return False
        if self._released.knows(sentence):
            self._repeated += 1
            return False
        verdict = self._look(sentence)
        if verdict.fault and self._mended < _MOST_MENDED:
            self._mended += 1
            sentence, verdict = self._mend(sentence, verdict)
        if not verdict.fault:
            self._released.add(sentence, verdict)
            return True
        _LOG.info("a model's sentence was stopped: %s", verdict.fault)
        self._stopped += 1
        if self._released.quote(sentence):
            self._replaced += 1
            return True
        self._dropped += 1
        return False

    def _mend(self, sentence: str, verdict: Verdict) -> tuple[str, Verdict]:
        """The sentence as the model words it the second time, where that passes; else as it was."""
        said = self._asking.again(self._messages, sentence, verdict.fault)
        if not said or self._released.knows(said):
            return sentence, verdict
        # Where it stood: its bullet before it, the line's end after it.
        lead = _BULLET.match(sentence)
        kept = f"{lead.group() if lead else ''}{_BULLET.sub('', said)}{sentence[len(sentence.rstrip()) :]}"
        again = self._look(kept)
        return (kept, again) if not again.fault else (sentence, verdict)

    def _look(self, sentence: str) -> Verdict:
        verdict = self._lock.check(sentence)
        if verdict.fault:
            return verdict
        if self._is_foreign(sentence):
            return Verdict("用的不是提问的语言")
        if stranger := ungrounded(sentence, verdict.markers, self._evidence):
            return Verdict(stranger)
        return verdict

    def _is_foreign(self, sentence: str) -> bool:
        """Whether a Chinese question is answered in another language."""
        han, latin = len(_HAN.findall(sentence)), len(_LATIN.findall(sentence))
        asked_in_chinese = bool(_HAN.search(self._own.answer.question))
        return asked_in_chinese and latin > _WORDS_OF_A_NAME and han < _FOREIGN * (han + latin)

    def _notices(self, ending: str = "") -> tuple[str, ...]:
        notices = [*self._own.answer.notices]
        # Without the reasons: they repeat the figures that nobody is to see.
        if self._replaced:
            notices.append(f"模型有{self._replaced}句话没有通过核对，已换成原文。")
        if self._dropped:
            notices.append(f"模型有{self._dropped}句话没有依据，已删去。")
        return tuple([*notices, ending] if ending else notices)

    def _so_far(self, ending: str = "") -> Answer:
        return self._released.answer(self._own.answer, self._engine.name, self._notices(ending), self._usage)

    def _whole(self, ending: str) -> Answer:
        answer = self._so_far(ending)
        if answer.citations and self._engine.passed(answer, self._released.denied):
            return answer
        if self._says_nothing and not answer.citations:
            return self._nothing()
        if ending == STOPPED:
            return _with_notice(self._own.answer, STOPPED)
        why = "模型的回答没有通过核对" if self._stopped or answer.citations else "模型没有给出有依据的回答"
        return _with_notice(self._own.answer, f"{why}，这个回答由内置引擎给出。")

    def _nothing(self) -> Answer:
        """What the evidence does not say is refused; the embedded engine words that. Where that engine gave the nearest
        sentences for an answer, they are the nearest and no more."""
        own = self._own.answer
        if own.status != "answered" or not own.citations:
            return own
        nearest = own.citations[0].model_copy(update={"marker": 1})
        where = f"“{escaped(nearest.path[-1])}”" if nearest.path else escaped(nearest.name)
        text = f"计划没有写明您问的内容。最接近的内容在{where}，仅供参考，不是答案。[1]"
        return own.model_copy(
            update={"status": "not_in_plan", "text": text, "figures": (), "computed": (), "citations": (nearest,)}
        )

    def _without_model(self, fault: str) -> Answer:
        """The model failed: the embedded engine's answer, after what has been released already and without its repetition."""
        notice = f"语言模型没有答完（{fault}），"
        if not self._released.text.strip():
            return _with_notice(self._own.answer, f"{notice}这个回答由内置引擎给出。")
        self._released.append(self._own.answer)
        answer = self._so_far(f"{notice}后面由内置引擎补上原文。")
        return (
            answer
            if self._engine.passed(answer, self._released.denied)
            else _with_notice(self._own.answer, notice + "这个回答由内置引擎给出。")
        )


def _with_notice(answer: Answer, notice: str) -> Answer:
    return answer.model_copy(update={"notices": (*answer.notices, notice)})
