# One image for every service of docker-compose.yml; what differs is the command.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /requirements.lock
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r /requirements.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /home/advocacy advocacy \
    && install -d -o advocacy -g advocacy /srv/advocacy /srv/media /srv/beat
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=advocacy.settings STATIC_ROOT=/srv/advocacy/static-collected MEDIA_ROOT=/srv/media
WORKDIR /srv/advocacy
COPY --from=packages /venv /venv
COPY --chown=advocacy manage.py ./
COPY --chown=advocacy advocacy advocacy
COPY --chown=advocacy accounts accounts
COPY --chown=advocacy integrations integrations
COPY --chown=advocacy campaigns campaigns
COPY --chown=advocacy templates templates
COPY --chown=advocacy static static
COPY --chown=advocacy locale locale
USER advocacy
# Collecting needs settings and no secret: the demo's need none. What is collected is the same in every environment.
RUN python -m advocacy.local.programs \
    && ADVOCACY_ENV=demo STATIC_COLLECTED=1 python manage.py collectstatic --no-input --verbosity 0
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "1", "--no-ws", "--respawn-failed-workers", "advocacy.wsgi:application"]
