FROM python:3.11-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /connect
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN useradd --system connect && mkdir -p .data && chown connect .data
USER connect
EXPOSE 8000
CMD ["sh", "-c", "python manage.py migrate && python manage.py load_gazetteer && python manage.py collectstatic --noinput && exec gunicorn connect.wsgi:application --bind 0.0.0.0:8000 --workers 2 --threads 4 --no-control-socket"]
