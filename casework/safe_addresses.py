"""Where the service may send to: never into the office's own network, unless the office lists that part of it.

A name is resolved once, every address it has is looked at, and the connection goes to one that was looked at: what the
name means a moment later counts no more.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from casework.settings import Settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
# IPv6 addresses that only wrap another network's: NAT64 (RFC 6052), 6to4.
WRAPPING = tuple(ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))
ANY_HOST = "*"


class NotAllowed(Exception):
    """An address must not be sent to; the sentence says why and what to do."""


@dataclass(frozen=True)
class Place:
    """Where to connect: the address that was looked at, and the name that is asked for there."""

    host: str
    port: int
    address: str


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a name."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def need_allowed_url(url: str, settings: Settings) -> SplitResult:
    """Return the parts of an address that may be sent to as far as its text tells; raises ``NotAllowed``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAllowed("アドレスを読み取れません。https:// で始まる形で書いてください。") from error
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme not in {"https", "http"} or not host or port == 0 or not url.isascii() or not url.isprintable():
        raise NotAllowed("アドレスは https:// で始まる形(半角)で書いてください。")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("アドレスにユーザー名やパスワードは書けません。署名で送り主を確かめてください。")
    allowed = settings.webhook_hosts.lower().split()
    if host not in allowed and ANY_HOST not in allowed:
        raise NotAllowed(
            f"宛先「{host}」は許可されていません。システムの管理者が SEKISHO_WEBHOOK_HOSTS に書くと送れます。"
        )
    return parts


def find_place(url: str, settings: Settings, resolver: Resolver = resolve) -> Place:
    """Return where to connect for an address; raises ``NotAllowed``, and ``OSError`` for a name nobody knows."""
    parts = need_allowed_url(url, settings)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [ipaddress.ip_address(text.partition("%")[0]) for text in resolver(host, port)]
    if not found:
        raise NotAllowed(f"宛先「{host}」のアドレスが見つかりません。")
    for address in found:  # one bad address among good ones is a trap
        _need_allowed(host, address, parts.scheme, settings)
    return Place(host, port, str(found[0]))


def _need_allowed(host: str, address: Address, scheme: str, settings: Settings) -> None:
    plain = _unwrapped(address)
    is_listed = any(_holds(network, plain) for network in settings.webhook_networks.split())
    if is_listed:
        return
    if not _is_public(plain):
        raise NotAllowed(
            f"宛先「{host}」は庁内又はこの機械のアドレス({plain})を指しています。"
            "庁内へ送るときは、システムの管理者が SEKISHO_WEBHOOK_NETWORKS にその範囲を書きます。"
        )
    if scheme != "https":
        raise NotAllowed("庁外へは https:// で送ってください。")


def _unwrapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_public(address: Address) -> bool:
    if any(address in network for network in WRAPPING if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast


def _holds(text: str, address: Address) -> bool:
    network = ipaddress.ip_network(text, strict=False)
    return network.version == address.version and address in network
