"""MMI: acted expressions on video and in stills, one numbered session folder each.

Expected folder, as a download from the database's site unpacks:

    mmi/
      Sessions/1767/
        session.xml               <track view="0" …>: 0 frontal, 1 profile, 2 both
        S028-001.xml              <Metatag Name="Emotion" Value="1"/>
        S028-001.avi              or a still, S028-001.jpg or .png

Only frontal sessions with one of the six emotions are used. A video shows neutral, the
expression and neutral again, so its middle half is taken as the expression's frames.
Videos of 720×576 pixels without action unit codes (`S028-001-oao_aucs.xml`) were filmed
with the camera on its side; their frames are turned upright.

Source: Pantic, Valstar, Rademaker, Maat (2005), "Web-based Database for Facial
Expression Analysis", ICME; Valstar, Pantic (2010), "Induced Disgust, Happiness and
Surprise: an Addition to the MMI Facial Expression Database".
"""

from pathlib import Path
from xml.etree import ElementTree

from deepexpr.core.errors import DatasetError
from deepexpr.core.expression import Expression
from deepexpr.datasets.base import (
    GUIDE,
    DatasetAdapter,
    Domain,
    ExpectedCounts,
    ImageFile,
    ImageReference,
    Sample,
    SampleCollector,
    SampleSet,
    VideoFrame,
)
from deepexpr.datasets.layout import existing_folder, files_with_suffix, subfolders
from deepexpr.datasets.video import read_avi_header

NAME = "mmi"
_LABELS = {
    1: Expression.ANGER,
    2: Expression.DISGUST,
    3: Expression.FEAR,
    4: Expression.JOY,
    5: Expression.SADNESS,
    6: Expression.SURPRISE,
}
_FRONTAL = "0"
_UNIT_CODES = "-oao_aucs"
_LYING_HEIGHT_PX = 576
_STILLS = (".jpg", ".jpeg", ".png")


def read_mmi(folder: Path) -> SampleSet:
    """Read the frontal sessions with one of the six emotions.

    Raises:
        DatasetError: if `Sessions` is missing, metadata cannot be read, or a video is
            no AVI file.
    """
    sessions = existing_folder(
        folder, ["Sessions"], "the numbered sessions, such as 1767/session.xml"
    )
    collector = SampleCollector(NAME)
    for session in subfolders(sessions):
        if not (session / "session.xml").is_file():
            collector.leave_out("session without session.xml")
        elif _view(session / "session.xml") != _FRONTAL:
            collector.leave_out("session not in frontal view")
        else:
            _collect_session(collector, session)
    return collector.finish(
        folder, "frontal sessions whose metadata name an emotion from 1 to 6"
    )


def _collect_session(collector: SampleCollector, session: Path) -> None:
    for metadata in files_with_suffix(session, [".xml"]):
        clip = metadata.stem
        if clip == "session" or clip.endswith(_UNIT_CODES):
            continue
        label = _label(metadata)
        if label is None:
            collector.leave_out("recording without one of the six emotions")
            continue
        images = _images(session, clip)
        if not images:
            collector.leave_out("labelled recording without video or still")
        for image in images:
            collector.add(
                Sample(
                    image=image,
                    dataset=NAME,
                    label=label,
                    subject=clip.partition("-")[0],
                    sequence=clip,
                )
            )


def _images(session: Path, clip: str) -> list[ImageReference]:
    video = session / f"{clip}.avi"
    if not video.is_file():
        stills = files_with_suffix(session, _STILLS)
        return [ImageFile(path) for path in stills if path.stem == clip]
    header = read_avi_header(video)
    coded = (session / f"{clip}{_UNIT_CODES}.xml").is_file()
    turns = 1 if header.height_px == _LYING_HEIGHT_PX and not coded else 0
    quarter = header.frames // 4
    return [
        VideoFrame(video, index, turns)
        for index in range(quarter, header.frames - quarter)
    ]


def _view(path: Path) -> str | None:
    for element in _elements(path):
        if element.tag.lower() == "track" and "view" in element.attrib:
            return element.attrib["view"]
    return None


def _label(path: Path) -> Expression | None:
    for element in _elements(path):
        if element.tag.lower() == "metatag" and element.get("Name") == "Emotion":
            value = element.get("Value", "")
            try:
                return _LABELS.get(int(value))
            except ValueError as error:
                raise DatasetError(
                    f"{path}: the emotion is {value!r}; expected a number ({GUIDE})"
                ) from error
    return None


def _elements(path: Path) -> list[ElementTree.Element]:
    try:
        return list(ElementTree.parse(path).iter())
    except (OSError, ElementTree.ParseError) as error:
        raise DatasetError(
            f"{path}: cannot be read as XML ({error}); download the session again"
        ) from error


ADAPTER = DatasetAdapter(
    name=NAME,
    title="MMI (frontal sessions with an emotion)",
    domain=Domain.PEOPLE,
    read=read_mmi,
    expected=ExpectedCounts(),
)
"""MMI in the registry of data sets."""
