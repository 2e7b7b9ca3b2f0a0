"""Who may ask: hosts, origins and the token; and what answers may do in a browser.

A page of another site must not use this server through its visitor's browser. So the
Host header must name this machine (a foreign name that was pointed here does not), a
browser's Origin must be the page's own, and where others may connect, a token is asked
for.
"""

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from deepexpr.web.problems import Problem, problem_response

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
TOKEN_COOKIE = "deepexpr-token"
SHORTEST_TOKEN = 16

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class AccessRules:
    """Who may ask.

    Attributes:
        host: the address that the server listens on.
        token: secret that every request must carry; None asks for none.
    """

    host: str = "127.0.0.1"
    token: str | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can connect."""
        return is_loopback(self.host)

    def knows_host(self, header: str) -> bool:
        """Whether a Host header names this server.

        Beside the loopback names that is the address listened on, and any bare IP
        address where others may connect.
        """
        name = host_name(header)
        if name in LOOPBACK_NAMES or name == self.host.lower():
            return True
        return not self.is_loopback and _is_address(name)

    def knows_token(self, given: str) -> bool:
        """Whether a token is the right one; compared in constant time."""
        expected = self.token or ""
        return hmac.compare_digest(given.encode(), expected.encode())


def is_loopback(host: str) -> bool:
    """Whether an address to listen on reaches this machine only."""
    if host.lower() == "localhost":
        return True
    return _is_address(host) and ipaddress.ip_address(host).is_loopback


def host_name(header: str) -> str:
    """Return the name in a Host header, in small letters, without port or brackets."""
    try:
        return (urlsplit(f"//{header}").hostname or "").lower()
    except ValueError:
        return ""


class AccessGuard:
    """Middleware that turns strangers away and sets the security headers."""

    def __init__(self, app: ASGIApp, rules: AccessRules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if scope["type"] == "websocket":
            closing = WebSocketClose(1008, "refused")
            await (closing if refusal else self._app)(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await (refusal or self._app)(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not self._rules.knows_host(headers.get("host", "")):
            return _refused("the Host header names another server")
        if not _same_origin(headers):
            return _refused("only this server's own page may ask")
        return self._token_refusal(scope, headers)

    def _token_refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if self._rules.token is None:
            return None
        offered = QueryParams(scope.get("query_string", b"")).get("token", "")
        if offered and scope["path"] == "/" and self._rules.knows_token(offered):
            # Out of the address bar and its history, into a cookie scripts cannot read.
            answer = RedirectResponse("/", 303)
            answer.set_cookie(TOKEN_COOKIE, offered, httponly=True, samesite="strict")
            return answer
        cookies = cookie_parser(headers.get("cookie", ""))
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        given = bearer if scheme.lower() == "bearer" else cookies.get(TOKEN_COOKIE, "")
        if self._rules.knows_token(given):
            return None
        problem = Problem(
            401,
            "no-token",
            "this server asks for its token; open the address that it printed",
            {"WWW-Authenticate": "Bearer"},
        )
        return problem_response(problem)


def _same_origin(headers: Headers) -> bool:
    foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if foreign and headers.get("sec-fetch-mode") != "navigate":
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _refused(detail: str) -> Response:
    return problem_response(Problem(403, "refused", detail))
