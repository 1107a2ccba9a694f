FROM python:3.11-slim

RUN useradd --create-home --uid 10001 xiaoxiang
WORKDIR /srv/xiaoxiang
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 VAR_DIR=/var/xiaoxiang

COPY requirements.lock ./
RUN python -m venv /srv/venv \
 && pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements.lock

COPY . .
RUN ./manage.py compile_translations \
 && ./manage.py collectstatic --no-input --verbosity 0 \
 && mkdir -p /var/xiaoxiang/media \
 && chown -R xiaoxiang /var/xiaoxiang

USER xiaoxiang
EXPOSE 8000
CMD ["python", "-m", "config.server"]
