# syntax=docker/dockerfile:1
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/litweave
WORKDIR /src
# The lock first: its layer is rebuilt only when a pin changes.
COPY requirements.lock ./
RUN /opt/litweave/bin/pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE SKILL.md ./
COPY prompts ./prompts
COPY service ./service
COPY litweave ./litweave
RUN /opt/litweave/bin/pip install --no-index --no-deps --no-build-isolation . \
    && /opt/litweave/bin/pip check

FROM ${PYTHON_IMAGE}
# A fixed number, so that the owner of the volume is the same after an update.
RUN groupadd --gid 10001 litweave \
    && useradd --uid 10001 --gid litweave --no-create-home --home-dir /var/lib/litweave litweave \
    && install -d -o litweave -g litweave -m 0750 /var/lib/litweave /var/lib/chroma
COPY --from=build /opt/litweave /opt/litweave
ENV PATH=/opt/litweave/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ANONYMIZED_TELEMETRY=False \
    HF_HUB_OFFLINE=1 \
    LITWEAVE_LIBRARY=/var/lib/litweave/library
USER 10001:10001
WORKDIR /var/lib/litweave
VOLUME /var/lib/litweave
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8765/readyz', timeout=4)"]
# Inside the container every address is its own; the host decides what to publish (see docker-compose.yml).
CMD ["litweave", "serve", "--host", "0.0.0.0", "--port", "8765"]
