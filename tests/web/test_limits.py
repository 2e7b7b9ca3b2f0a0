import asyncio
import time

import pytest
from starlette.requests import Request

from deepexpr.web.bodies import read_body
from deepexpr.web.gate import Gate
from deepexpr.web.problems import Problem


async def slow_client():
    """A client that sends one byte and then nothing."""
    await asyncio.sleep(0)
    return {"type": "http.request", "body": b"0", "more_body": True}


def test_a_slow_client_is_not_waited_for():
    sent = iter([slow_client])

    async def receive():
        client = next(sent, None)
        return await client() if client else await asyncio.Event().wait()

    request = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(Problem) as refused:
        asyncio.run(read_body(request, 100, 0.02))
    assert refused.value.status == 408


async def crowd(gate, works, work):
    return await asyncio.gather(
        *(gate.run(work) for _ in range(works)), return_exceptions=True
    )


def test_the_gate_lets_few_work_some_wait_and_refuses_the_rest():
    running, most = 0, 0

    def work():
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1
        return "done"

    async def run():
        gate = Gate(at_once=2, waiting=3, wait_seconds=5)
        try:
            return await crowd(gate, 8, work)
        finally:
            gate.close()

    results = asyncio.run(run())
    assert most == 2
    assert results.count("done") == 5
    refused = [result for result in results if isinstance(result, Problem)]
    assert [problem.status for problem in refused] == [503] * 3
    assert refused[0].headers == {"Retry-After": "3"}


def test_a_long_wait_for_a_turn_is_refused():
    async def run():
        gate = Gate(at_once=1, waiting=4, wait_seconds=0.02)
        try:
            return await crowd(gate, 2, lambda: time.sleep(0.1))
        finally:
            gate.close()

    results = asyncio.run(run())
    assert [type(result) for result in results] == [type(None), Problem]


def test_work_that_fails_frees_its_place():
    def fail():
        raise ValueError("no")

    async def run():
        gate = Gate(at_once=1, waiting=4, wait_seconds=1)
        try:
            await crowd(gate, 3, fail)
            return await gate.run(lambda: "done")
        finally:
            gate.close()

    assert asyncio.run(run()) == "done"
