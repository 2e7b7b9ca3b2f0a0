import struct

import pytest

from deepexpr.core.errors import OutputError

pytest.importorskip("tensorboardX")

from tensorboardX.proto.event_pb2 import Event

from deepexpr.training.event_log import EventLog


def events_in(folder) -> list[Event]:
    """Events of all files, as TensorBoard reads them: length, digest, event, digest."""
    found = []
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        while content:
            (length,) = struct.unpack("<Q", content[:8])
            found.append(Event.FromString(content[12 : 12 + length]))
            content = content[16 + length :]
    return found


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        EventLog(tmp_path / "file" / "events")


def test_values_come_back_by_name_and_step(tmp_path):
    with EventLog(tmp_path) as log:
        log.add(100, {"people/loss": 1.5})
        log.add(200, {"people/loss": 1.25})
    values = [
        (value.tag, event.step, value.simple_value)
        for event in events_in(tmp_path)
        for value in event.summary.value
    ]
    assert values == [("people/loss", 100, 1.5), ("people/loss", 200, 1.25)]
