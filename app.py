"""The WSGI application: `flask --app app ...` and the server both start here."""

from storefront import create_app

app = create_app()
