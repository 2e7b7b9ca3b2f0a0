"""Curves of a training run, as event files that TensorBoard shows."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from deepexpr.core.errors import OutputError


class EventLog:
    """Writes numbers by step; `tensorboard --logdir FOLDER` draws them.

    A resumed run writes a further file; steps that it repeats have the same place on
    the curve. Use as a context manager.

    Args:
        folder: where the event files lie; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        # Half a second to import; only training needs it.
        from tensorboardX import SummaryWriter

        try:
            self._writer = SummaryWriter(str(folder), flush_secs=20)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OutputError(f"{folder}: cannot be written ({reason})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()

    def add(self, step: int, values: Mapping[str, float]) -> None:
        """Note values by name, such as {"people/loss": 1.2}, at a step."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)
