"""A failing server is left alone, then tried once."""

from __future__ import annotations

import pytest

from assistant.errors import Cancelled, ModelBroken, ModelRefused, ModelTimedOut, ModelUnreachable
from assistant.models.circuit import Circuit

LONG = 3600.0


def fail(circuit: Circuit, error: Exception) -> None:
    with pytest.raises(type(error)), circuit.attempt("甲"):
        raise error


def test_it_opens_after_faults_in_a_row_and_says_so() -> None:
    circuit = Circuit(2, LONG)
    fail(circuit, ModelBroken("一"))
    with circuit.attempt("甲"):
        pass
    fail(circuit, ModelBroken("二"))
    assert not circuit.is_open
    fail(circuit, ModelUnreachable("三"))
    assert circuit.is_open
    with pytest.raises(ModelUnreachable, match="甲接连出错，暂停使用"), circuit.attempt("甲"):
        pytest.fail("asked while it was to be left alone")


def test_after_the_pause_one_attempt_decides() -> None:
    circuit = Circuit(1, 0)
    fail(circuit, ModelBroken("一"))
    with circuit.attempt("甲"):
        fail(circuit, ModelUnreachable("同时来的第二个"))  # only one is let through
        assert circuit.is_open
    assert not circuit.is_open
    fail(circuit, ModelBroken("一"))
    fail(circuit, ModelBroken("又坏了"))
    assert circuit.is_open


@pytest.mark.parametrize("error", [Cancelled("取消"), GeneratorExit(), ModelRefused("密钥")])
def test_what_time_does_not_mend_does_not_open_it(error: Exception) -> None:
    circuit = Circuit(1, LONG)
    fail(circuit, error)
    assert not circuit.is_open


def test_a_reply_that_ran_out_of_the_answers_time_is_no_fault_of_the_server() -> None:
    circuit, late = Circuit(1, LONG), ModelTimedOut("迟")
    late.was_silent = False
    fail(circuit, late)
    assert not circuit.is_open
    fail(circuit, ModelTimedOut("没有回应"))
    assert circuit.is_open


def test_a_trial_that_is_given_up_leaves_the_next_one_free() -> None:
    circuit = Circuit(1, 0)
    fail(circuit, ModelBroken("一"))
    fail(circuit, Cancelled("取消"))
    with circuit.attempt("甲"):
        pass
    assert not circuit.is_open


def test_outcomes_that_come_late_change_nothing() -> None:
    circuit = Circuit(1, LONG)
    with circuit.attempt("甲"):
        fail(circuit, ModelBroken("另一个"))
        assert circuit.is_open
    assert circuit.is_open
