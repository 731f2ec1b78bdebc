FROM python:3.12-slim
RUN useradd --create-home escbot
WORKDIR /home/escbot
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
RUN pip install --no-cache-dir '.[postgres,calendars]'
USER escbot
ENV ESCBOT_HEALTH_ADDRESS=0.0.0.0:8350
HEALTHCHECK --interval=30s --start-period=30s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8350/healthz', timeout=5)"]
ENTRYPOINT ["escbot"]
CMD ["run"]
