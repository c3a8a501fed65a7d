"""The WSGI application: `flask --app app ...` and the server both start here."""

from storefront import create_app
from storefront.config import WrongSetting

try:
    app = create_app()
except WrongSetting as error:
    # A command and a server alike end with a sentence, not with a traceback.
    raise SystemExit(f"Wrong setting. {error}") from error
