"""Full addresses, for mails: written also where there is no request."""

from flask import current_app

from ..config import current_settings


def address_of(endpoint: str, language: str, **values: str) -> str:
    """The full address of a page in `language`, also where there is no request (a command, the periodic work)."""
    scheme, _slashes, host = current_settings().shop.url.partition("://")
    adapter = current_app.url_map.bind(host, script_name=f"/{language}", url_scheme=scheme)
    return adapter.build(endpoint, values, force_external=True)
