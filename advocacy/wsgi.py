"""The WSGI application that Granian serves. It refuses to start as a role that steps over the walls."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings")
application = get_wsgi_application()

from advocacy.checks import role_that_steps_over_walls  # noqa: E402  # needs the settings above

if sentence := role_that_steps_over_walls():
    sys.exit(sentence)
