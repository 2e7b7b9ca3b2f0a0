"""Photos made in a test, encoded as browsers send them."""

import io

from PIL import Image

from tests.transfer.stand_ins import drawn_photo

JPEG = {"Content-Type": "image/jpeg"}
PNG = {"Content-Type": "image/png"}


def encoded(image, kind="PNG"):
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, kind)
    return stream.getvalue()


def two_faces():
    return encoded(drawn_photo((100, 120), (230, 120)))


def one_face():
    return encoded(drawn_photo((100, 120)))


def nobody():
    return encoded(drawn_photo())
