"""Plain sentences that say when a found face should be read with caution."""

from deepexpr.core.landmarks import Landmarks
from deepexpr.faces.detect import FaceBox
from deepexpr.faces.mesh import FaceMesh

_SURE_SCORE = 0.86
_SURE_PRESENCE = 0.9
_FRONTAL_YAW_DEG = 30.0
_UPRIGHT_ROLL_DEG = 60.0
_READABLE_INTEROCULAR_PX = 24.0


def doubts(
    box: FaceBox, mesh: FaceMesh, landmarks: Landmarks, size: tuple[int, int]
) -> tuple[str, ...]:
    """Reasons to distrust a face, one sentence each; none when all is well.

    Args:
        box: where the detector saw it.
        mesh: the points fitted to it.
        landmarks: the 49 of them that are used.
        size: (width, height) of the picture in pixels.
    """
    checks = (
        _unsure_detection(box),
        _unlike_a_face(mesh),
        _turned_away(mesh),
        _lying(mesh),
        _small(landmarks),
        _cut_off(landmarks, size),
    )
    return tuple(sentence for sentence in checks if sentence)


def _unsure_detection(box: FaceBox) -> str:
    if box.score >= _SURE_SCORE:
        return ""
    return (
        f"The detector is not sure that this is a face (score {box.score:.2f} of 1); "
        "it may be partly covered, turned away, blurred or drawn."
    )


def _unlike_a_face(mesh: FaceMesh) -> str:
    if mesh.presence >= _SURE_PRESENCE:
        return ""
    return (
        f"The points fit this face badly (presence {mesh.presence:.2f} of 1); it may "
        "be covered, turned far away or unlike a photographed face."
    )


def _turned_away(mesh: FaceMesh) -> str:
    if abs(mesh.yaw_deg) <= _FRONTAL_YAW_DEG:
        return ""
    side = "left" if mesh.yaw_deg > 0 else "right"
    return (
        f"The head is turned about {abs(mesh.yaw_deg):.0f} degrees to its {side}; "
        "the far side of the face is a guess."
    )


def _lying(mesh: FaceMesh) -> str:
    if abs(mesh.roll_deg) <= _UPRIGHT_ROLL_DEG:
        return ""
    return (
        f"The face lies about {abs(mesh.roll_deg):.0f} degrees from upright; is the "
        "picture the right way up?"
    )


def _small(landmarks: Landmarks) -> str:
    distance = landmarks.interocular_distance
    if distance >= _READABLE_INTEROCULAR_PX:
        return ""
    return (
        f"The face is very small (its eyes span {distance:.0f} pixels); fine "
        "movements of lids and lips are lost."
    )


def _cut_off(landmarks: Landmarks, size: tuple[int, int]) -> str:
    points = landmarks.points
    outside = int(((points < 0) | (points > size)).any(axis=1).sum())
    if not outside:
        return ""
    return (
        f"The face is cut off by the edge of the picture ({outside} of {len(points)} "
        "landmarks lie outside); that part is a guess."
    )
