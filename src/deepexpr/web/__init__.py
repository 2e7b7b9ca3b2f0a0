"""The local page: photos and webcam frames in, characters that answer out."""
