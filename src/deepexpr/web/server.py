"""Runs the page's server until it is interrupted."""

import logging
import socket
from collections.abc import Callable

import uvicorn

from deepexpr.core.errors import OutputError
from deepexpr.web.access import SHORTEST_TOKEN, AccessRules
from deepexpr.web.app import create_app
from deepexpr.web.studio import Studio

MOST_CONNECTIONS = 128
_KEEP_ALIVE_SECONDS = 10


def check_rules(rules: AccessRules) -> None:
    """Raise unless a server under these rules may be started.

    Raises:
        OutputError: if others could connect without a token, or it is too short.
    """
    if rules.token is None and not rules.is_loopback:
        raise OutputError(
            f"{rules.host} can be reached from other machines: give --token with at "
            f"least {SHORTEST_TOKEN} characters, or leave --host away"
        )
    if rules.token is not None and len(rules.token) < SHORTEST_TOKEN:
        raise OutputError(f"a token needs at least {SHORTEST_TOKEN} characters")


def serve(
    studio: Studio, rules: AccessRules, port: int, ready: Callable[[str], None]
) -> None:
    """Serve the page until the process is interrupted.

    Args:
        studio: answers the questions.
        rules: the address to listen on and the token.
        port: TCP port; 0 takes a free one.
        ready: called with the page's address before the first connection.

    Raises:
        OutputError: if the rules are unsafe, or the port cannot be used.
    """
    check_rules(rules)
    listener = _listener(rules.host, port)
    with listener:
        number = listener.getsockname()[1]
        shown = f"[{rules.host}]" if ":" in rules.host else rules.host
        entry = f"/?token={rules.token}" if rules.token else "/"
        ready(f"http://{shown}:{number}{entry}")
        limits = studio.limits
        config = uvicorn.Config(
            create_app(studio, rules),
            ws="wsproto",
            ws_max_size=limits.frame_bytes,
            access_log=False,
            log_level=logging.WARNING,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=2,
            server_header=False,
        )
        uvicorn.Server(config).run([listener])


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # From here on a second server on this port is refused.
        listener.listen(MOST_CONNECTIONS)
    except OSError as error:
        listener.close()
        reason = error.strerror or type(error).__name__
        raise OutputError(
            f"port {port} of {host} cannot be used ({reason}); choose one with --port"
        ) from error
    return listener
