"""The wire of the collectors: that of `data.transport`."""

from data.transport import Transport, deadline, direct, through_proxy, trust

__all__ = ["Transport", "deadline", "direct", "through_proxy", "trust"]
