"""A bare Flask route, served as the shop is: the yardstick of `make bench`."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from storefront import serve
from storefront.config import instance_folder, load_settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "hello"


def load_worker(_target: str) -> "WSGIApplication":
    return serve.BodyGate(app, places=3)


if __name__ == "__main__":
    serve.serve(load_settings(instance_folder(Path())), load_worker)
