"""The address guard of the collectors: that of `data.guard`, which refuses with a code and a sentence of theirs."""

from collectors.failures import address_refused, unknown_host
from data import guard
from data.errors import CollectError
from data.guard import Resolve, as_address, is_inner_name, is_public, system_resolve

__all__ = ["Guard", "Resolve", "as_address", "is_inner_name", "is_public", "system_resolve"]


class Guard(guard.Guard):
    """Judges hosts before anything connects to them; refusals are `CollectError` dns and address_refused."""

    def unknown(self, host: str, *, passing: bool) -> CollectError:
        """Return the error for a name without an address."""
        return unknown_host(host, passing=passing)

    def refused(self, host: str, port: int) -> CollectError:
        """Return the error for a host in a closed network."""
        return address_refused(host, port)
