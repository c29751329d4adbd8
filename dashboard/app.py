"""The dashboard's server: Streamlit's pages behind our own sign-in, sign-out and response headers.

Run with `python -m streamlit run dashboard/app.py`, or better with `postreeve dashboard`, which gives the settings too.
"""

from pathlib import Path

from starlette.middleware import Middleware
from streamlit import App

from dashboard.guard import Guard
from dashboard.signin import ROUTES

app = App(Path(__file__).with_name("screens.py"), routes=ROUTES, middleware=[Middleware(Guard)])
