"""ONNX Runtime sessions: the one place that opens networks, digest first."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepexpr.core.errors import WeightsError

FACE_NETWORKS_FOLDER = Path(__file__).parents[1] / "data" / "models" / "mediapipe"


class OnnxSession:
    """A network with one input, run on the processor.

    Sessions may be shared between threads of a program: running one changes nothing.
    """

    def __init__(self, session: Any) -> None:
        self._session = session
        self._input_name: str = session.get_inputs()[0].name

    @property
    def output_names(self) -> tuple[str, ...]:
        """Names of the outputs, in the order in which `run` returns them."""
        return tuple(output.name for output in self._session.get_outputs())

    def run(
        self, values: NDArray[np.float32], outputs: Sequence[str] | None = None
    ) -> list[NDArray[np.float32]]:
        """Run the network once.

        Args:
            values: the input, float32, in the shape that the network expects.
            outputs: names of the outputs wanted; all of them if not given.

        Returns:
            One array an output.
        """
        results: list[NDArray[np.float32]] = self._session.run(
            outputs, {self._input_name: values}
        )
        return results


def open_session(path: Path, sha256: str, threads: int = 1) -> OnnxSession:
    """Open a network file after checking that it is the one expected.

    Args:
        path: an ONNX file; it holds numbers and operators only, no code.
        sha256: hexadecimal digest of the file.
        threads: processor threads for one run; more help only large batches.

    Raises:
        WeightsError: if the file is missing, unreadable, or another one.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise WeightsError(
            f"{path}: cannot be read ({reason}); install deepexpr again"
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise WeightsError(
            f"{path}: its sha256 is {digest[:12]}…, expected {sha256[:12]}…; "
            "the file was changed or is damaged, install deepexpr again"
        )
    # The runtime takes a tenth of a second to import; commands that open no network
    # need not wait for it.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return OnnxSession(
        onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )
    )


def open_face_network(
    name: str, folder: Path = FACE_NETWORKS_FOLDER, threads: int = 1
) -> OnnxSession:
    """Open one of the face networks listed in the folder's models.json.

    Args:
        name: a key of models.json, for example "face_detector".
        folder: where models.json and the networks are.
        threads: processor threads for one run.

    Raises:
        WeightsError: if the list or the network is missing, damaged or another one.
    """
    listing = folder / "models.json"
    try:
        entry = json.loads(listing.read_text(encoding="utf-8"))["models"][name]
        file_name, sha256 = str(entry["file"]), str(entry["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(
            f"{listing}: does not list the network '{name}' with its file and sha256; "
            "install deepexpr again"
        ) from error
    return open_session(folder / file_name, sha256, threads)
