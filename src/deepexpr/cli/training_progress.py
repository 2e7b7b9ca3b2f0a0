"""How far a training is: lines on standard error, curves in an event log."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from deepexpr.training.event_log import EventLog
    from deepexpr.training.fit import Progress


def stage_report(log: "EventLog") -> Callable[[str, "Progress"], None]:
    """What to call with a stage and its progress."""
    began: dict[str, int] = {}

    def show(stage: str, progress: "Progress") -> None:
        first = began.setdefault(stage, max(progress.step - 100, 0))
        done = max(progress.step - first, 1)
        left = progress.seconds / done * (progress.steps - progress.step)
        log.add(
            progress.step,
            {
                f"{stage}/loss": progress.loss,
                f"{stage}/learning_rate": progress.learning_rate,
            },
        )
        click.echo(
            f"{stage}: step {progress.step}/{progress.steps}, "
            f"loss {progress.loss:.3f}, about {left / 60:.0f} min left",
            err=True,
        )

    return show
