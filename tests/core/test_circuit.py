"""A channel that keeps failing rests, then one message tries it."""

from datetime import UTC, datetime, timedelta

from core.circuit import FAILURES, LONGEST_REST, REST, Circuit

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _opened() -> Circuit:
    circuit = Circuit()
    for _ in range(FAILURES):
        circuit.failed(NOW)
    return circuit


def test_a_few_failures_close_nothing() -> None:
    circuit = Circuit()
    for _ in range(FAILURES - 1):
        circuit.failed(NOW)
    assert circuit.lets_through(NOW)


def test_repeated_failures_give_the_channel_a_rest() -> None:
    circuit = _opened()
    assert not circuit.lets_through(NOW + REST - timedelta(seconds=1))
    assert circuit.opens_again_at(NOW) == NOW + REST


def test_after_the_rest_one_message_tries_alone() -> None:
    circuit = _opened()
    assert circuit.lets_through(NOW + REST)
    assert not circuit.lets_through(NOW + REST)


def test_a_success_ends_the_rest() -> None:
    circuit = _opened()
    assert circuit.lets_through(NOW + REST)
    circuit.succeeded()
    assert circuit.lets_through(NOW + REST)
    assert circuit.lets_through(NOW + REST)


def test_each_failed_trial_doubles_the_rest_up_to_a_bound() -> None:
    circuit = _opened()
    now = NOW
    rests = []
    for _ in range(8):
        now = circuit.opens_again_at(now)
        assert circuit.lets_through(now)
        circuit.failed(now)
        rests.append(circuit.opens_again_at(now) - now)
    assert rests[:3] == [REST * 2, REST * 4, REST * 8]
    assert rests[-1] == LONGEST_REST
