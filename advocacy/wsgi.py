"""The WSGI application that Granian serves. It refuses to start where `start.py` says why not."""

import os

from django.core.wsgi import get_wsgi_application

from advocacy.request_bodies import letting_go

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings")
application = letting_go(get_wsgi_application())

from advocacy.start import begin_or_refuse  # noqa: E402  # needs the settings above

begin_or_refuse()
