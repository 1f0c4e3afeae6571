FROM python:3.11-slim AS builder

COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /opt/recourse \
    && /opt/recourse/bin/pip install --no-cache-dir --require-hashes -r /tmp/base.txt


FROM python:3.11-slim

ENV PATH=/opt/recourse/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=helpdesk.settings \
    STATIC_ROOT=/app/static \
    ATTACHMENTS_DIR=/data/attachments \
    WEB_CONCURRENCY=3

RUN groupadd --system --gid 10001 recourse \
    && useradd --system --uid 10001 --gid recourse --no-create-home --home-dir /nonexistent recourse \
    && install --directory --owner recourse --group recourse --mode 0700 /data/attachments

COPY --from=builder /opt/recourse /opt/recourse
WORKDIR /app
COPY . .

# The settings insist on these three; nothing is connected to while static files are collected.
RUN SECRET_KEY=unused DATABASE_URL=postgres://unused/unused REDIS_URL=redis://unused/0 \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q /app

USER 10001:10001
EXPOSE 8000
VOLUME /data/attachments

HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-c", "import os, urllib.parse, urllib.request as http; host = urllib.parse.urlsplit(os.environ['SITE_URL']).netloc; http.urlopen(http.Request('http://127.0.0.1:8000/livez', headers={'Host': host}), timeout=4)"]

CMD ["gunicorn", "helpdesk.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "20", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
