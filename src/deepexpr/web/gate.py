"""A gate before the processor: few at once, some waiting, the rest refused."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from deepexpr.web.problems import Problem

Result = TypeVar("Result")


class Gate:
    """Runs work in threads, a few at a time.

    A thread cannot be stopped, so a place is free again only when its work has ended,
    whether or not anyone still waits for the result.

    Args:
        at_once: works running at the same time.
        waiting: works that may wait for a place.
        wait_seconds: longest wait.
    """

    def __init__(self, at_once: int, waiting: int, wait_seconds: float) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._pool = ThreadPoolExecutor(at_once, "deepexpr-studio")
        self._most_waiting = waiting
        self._seconds = wait_seconds
        self._waiting = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return the result of a work.

        Raises:
            Problem: 503 if too many wait already, or no place came free in time.
        """
        await self._enter()
        try:
            future = self._pool.submit(work)
        except RuntimeError as error:
            self._places.release()
            raise Problem(503, "closing", "the server is closing") from error
        loop = asyncio.get_running_loop()
        future.add_done_callback(
            lambda _: loop.call_soon_threadsafe(self._places.release)
        )
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Take no more work; works that run are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _enter(self) -> None:
        if self._places.locked() and self._waiting >= self._most_waiting:
            raise _busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise _busy() from error
        finally:
            self._waiting -= 1


def _busy() -> Problem:
    return Problem(
        503,
        "busy",
        "the server works on other photos; try again in a few seconds",
        {"Retry-After": "3"},
    )
