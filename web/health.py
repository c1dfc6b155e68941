"""/healthz: the process lives. /readyz: database, worker and disk are fit. /metrics: Prometheus."""

from __future__ import annotations

import hmac
import shutil
from pathlib import Path

from flask import Blueprint, Response, jsonify, request

from db import connection, heartbeats, schema
from services import clock
from services.data_key import RecordsRefused
from services.officers import audit_heads
from services.outbox import outbox, pausing
from web import admission
from web.office import office

bp = Blueprint("web_health", __name__)

SILENT_MS = 60_000
DISK_LEFT_BYTES = 200 * 1024 * 1024


@bp.get("/healthz")
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.before_request
def need_token() -> Response | None:
    """What tells how we are doing is for our own monitoring, where METRICS_TOKEN is set; that we
    live is for everybody."""
    token = office().settings.metrics_token
    if not token or request.endpoint == "web_health.live":
        return None
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return None
    return Response("unauthorized", 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """200 when this machine can serve; 503 names what is missing. `?worker=0`, for a load
    balancer, leaves out what another process does."""
    checks = {"database": _database(), "disk": _disk()}
    # What a database that does not answer would say of the others takes a time-out to hear.
    if request.args.get("worker") != "0" and checks["database"]["ok"]:
        checks |= {"worker": _beating("worker"), "texts": _leaving()}
        if "smpp" in office().settings.gateways:
            checks["smpp_line"] = _beating("smpp_bound")
        if office().settings.audit_heads:
            checks["audit_heads"] = _heads()
    fit = all(check["ok"] for check in checks.values())
    return jsonify(status="ok" if fit else "unfit", checks=checks), 200 if fit else 503


@bp.get("/metrics")
def metrics() -> Response:
    """Prometheus text."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _database() -> dict:
    try:
        if schema.missing():  # also before the file is opened, which would make an empty one
            return {"ok": False, "error": "the tables are missing or not of this program"}
        admission.check(office())
        return {"ok": True, "engine": connection.engine_version()}
    except RecordsRefused as error:
        return {"ok": False, "error": str(error)}
    except connection.UNAVAILABLE as error:
        connection.forget_broken()
        return {"ok": False, "error": type(error).__name__}


def _beating(name: str) -> dict:
    try:
        last = heartbeats.last_beat(name)
    except connection.UNAVAILABLE:
        return {"ok": False, "age_s": None}
    age = None if last is None else (office().now() - last) // 1000
    return {"ok": age is not None and age * 1000 < SILENT_MS, "age_s": age}


def _leaving() -> dict:
    """Unfit when texts are due and none leaves: a worker may live and send nothing. While sending
    is paused that is as it should be."""
    try:
        waited, paused = outbox.held_up_ms(office().now()), pausing.since()
    except connection.UNAVAILABLE:
        return {"ok": False, "held_up_s": None}
    found = {"ok": waited < SILENT_MS or paused is not None, "held_up_s": waited // 1000}
    return found | ({"paused": clock.local(paused.at).isoformat()} if paused else {})


def _heads() -> dict:
    try:
        trouble = audit_heads.trouble()
    except connection.UNAVAILABLE as error:
        trouble = type(error).__name__
    return {"ok": False, "error": trouble} if trouble else {"ok": True}


def _disk() -> dict:
    folder = Path(connection.sqlite_path()).parent if connection.is_sqlite() else Path.cwd()
    free = shutil.disk_usage(folder).free
    return {"ok": free > DISK_LEFT_BYTES, "free_mb": free // (1024 * 1024)}
