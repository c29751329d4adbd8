"""The dashboard's server: Streamlit's pages behind our own sign-in, sign-out and response headers.

Run with `python -m streamlit run dashboard/app.py`, or better with `postreeve dashboard`, which gives the settings too.
"""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.middleware import Middleware
from streamlit import App

from dashboard.guard import Guard
from dashboard.signin import ROUTES


@asynccontextmanager
async def warm(_app: App) -> AsyncIterator[None]:
    """Import every page before anybody asks for one, and keep what was imported out of the garbage collector's sight.

    Streamlit collects after every run of a script while everybody waits: a quarter of a second over all that a process
    has imported, a hundredth over what its visitors left.
    """
    from dashboard import screens  # noqa: F401 - imports all pages, which needs a running server

    gc.collect()
    gc.freeze()
    yield


app = App(Path(__file__).with_name("screens.py"), lifespan=warm, routes=ROUTES, middleware=[Middleware(Guard)])
