"""The roof: settings, database, doors and commands put together, and the URL map of all rooms."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from flask import Flask, redirect
from htmx_flask import Htmx

from config import ConfigError, Settings
from db import connection
from kiosk import agreement as kiosk_agreement
from kiosk import bills as kiosk_bills
from kiosk import contracts as kiosk_contracts
from kiosk import enrol as kiosk_enrol
from kiosk import help as kiosk_help
from kiosk import info as kiosk_info
from kiosk import outages as kiosk_outages
from kiosk import papers as kiosk_papers
from kiosk import payments as kiosk_payments
from kiosk import proofs as kiosk_proofs
from kiosk import screens as kiosk_screens
from kiosk import slips as kiosk_printing
from kiosk import speech as kiosk_speech
from kiosk import styleguide as kiosk_styleguide
from kiosk import ways as kiosk_ways
from links import bill as sms_links
from links import contract as sms_handover
from partners import api as partners_api
from partners import api_docs as partners_documents
from partners import orders as partners_orders
from partners import terminal as partners_terminal
from partners.callbacks import casso, momo, payos, returning, sepay, vnpay, zalopay
from services import clock
from services.privacy import Vault
from sms import simulator as sms_simulator
from sms import terminal as sms_terminal
from sms import voice as sms_voice
from sms.gateways import kannel as sms_kannel
from sms.gateways import modem as sms_modem
from sms.gateways import twilio as sms_twilio
from staff import account as staff_account
from staff import campaigns as staff_campaigns
from staff import cash as staff_cash
from staff import customers as staff_customers
from staff import desk as staff_desk
from staff import messages as staff_messages
from staff import payments as staff_payments
from staff import promotions as staff_promotions
from staff import reconciliation as staff_reconciliation
from staff import refunds as staff_refunds
from staff import register as staff_register
from staff import signin as staff_signin
from staff import speech as staff_speech
from staff import terminal as staff_terminal
from staff import transfers as staff_credits
from staff.archive import archive as staff_archive
from staff.archive import scans as staff_archive_scans
from staff.archive import typing as staff_archive_typing
from staff.contracts import handover as staff_handover
from staff.contracts import papers as staff_documents
from staff.contracts import requests as staff_contracts
from staff.contracts import signing as staff_signing
from terminal import archive as archive_commands
from terminal import audit as audit_commands
from terminal import contracts as contract_commands
from terminal import database as database_commands
from terminal import exports as export_commands
from terminal import imports as import_commands
from terminal import kiosks as kiosk_commands
from terminal import payments as payment_commands
from terminal import promotions as promotion_commands
from terminal import qr as qr_commands
from terminal import reconciliation as reconciliation_commands
from terminal import speech as speech_commands
from web import cookies, errors, filters, health, languages, security, static_files
from web import http_requests as requests
from web.office import Office

# Payment providers that report to us, by name: one line each.
CALLBACKS = {"vnpay": vnpay.bp, "zalopay": zalopay.bp, "momo": momo.bp, "payos": payos.bp,
             "casso": casso.bp, "sepay": sepay.bp}
# Where each room hangs. A blueprint's own routes stand in its file.
URL_MAP = [
    (health.bp, ""),
    (kiosk_screens.bp, "/kiosk"),
    (kiosk_bills.bp, "/kiosk"),
    (kiosk_proofs.bp, "/kiosk"),
    (kiosk_payments.bp, "/kiosk"),
    (kiosk_ways.bp, "/kiosk"),
    (kiosk_contracts.bp, "/kiosk"),
    (kiosk_papers.bp, "/kiosk"),
    (kiosk_agreement.bp, "/kiosk"),
    (kiosk_help.bp, "/kiosk"),
    (kiosk_outages.bp, "/kiosk"),
    (kiosk_info.bp, "/kiosk"),
    (kiosk_enrol.bp, "/kiosk"),
    (kiosk_printing.bp, "/kiosk"),
    (kiosk_speech.bp, "/kiosk"),
    (sms_twilio.bp, "/sms/twilio"),
    (sms_voice.bp, "/sms/twilio/voice"),
    (sms_kannel.bp, "/sms/kannel"),
    (sms_modem.bp, "/sms/modem"),
    (sms_links.bp, "/q"),
    (sms_handover.bp, "/c"),
    (staff_signin.bp, "/staff"),
    (staff_account.bp, "/staff"),
    (staff_desk.bp, "/staff"),
    (staff_register.bp, "/staff"),
    (staff_messages.bp, "/staff"),
    (staff_campaigns.bp, "/staff"),
    (staff_customers.bp, "/staff"),
    (staff_speech.bp, "/staff"),
    (staff_contracts.bp, "/staff"),
    (staff_documents.bp, "/staff"),
    (staff_signing.bp, "/staff"),
    (staff_handover.bp, "/staff"),
    (staff_cash.bp, "/staff"),
    (staff_credits.bp, "/staff"),
    (staff_refunds.bp, "/staff"),
    (staff_payments.bp, "/staff"),
    (staff_reconciliation.bp, "/staff"),
    (staff_promotions.bp, "/staff"),
    (staff_archive.bp, "/staff/archive"),
    (staff_archive_scans.bp, "/staff/archive"),
    (staff_archive_typing.bp, "/staff/archive"),
    (partners_api.bp, "/partners/v1"),
    (partners_documents.bp, "/partners"),
    (returning.bp, "/partners/callbacks"),
    *((bp, f"/partners/callbacks/{name}") for name, bp in CALLBACKS.items()),
]
DEMO_URL_MAP = [(sms_simulator.bp, "/sms/simulator"), (kiosk_styleguide.bp, "/kiosk")]
# Doors where machines knock: they sign each request, so no form token is asked.
SIGNED = [sms_twilio.bp, sms_voice.bp, sms_kannel.bp, sms_modem.bp, partners_api.bp]
COMMANDS = [
    database_commands.db, import_commands.customers_group, import_commands.bills_group,
    import_commands.outages_group, qr_commands.qr, speech_commands.speech,
    kiosk_commands.kiosk, audit_commands.audit, sms_terminal.sms,
    staff_terminal.staff, partners_terminal.partners, payment_commands.payments,
    contract_commands.contracts, archive_commands.archive,
]


def create_app(settings: Settings | None = None, now: Callable[[], int] = clock.now_ms) -> Flask:
    """The whole application. `now` is the clock, in UTC epoch milliseconds."""
    settings = settings or _settings_or_exit()
    app = Flask(__name__)
    # No function of a request is a coroutine; Flask would look at each of them every time.
    app.ensure_sync = lambda function: function  # type: ignore
    app.config.update(cookies.settings(settings.secret_key, settings.secure))
    app.session_interface = cookies.CookiePerDoor()
    app.extensions["office"] = Office(settings, Vault(settings.data_key), now)
    connection.init(settings.database_url)
    Htmx(app)
    for part in (requests, languages, filters, errors, static_files):
        part.init_app(app)
    security.init_app(app, settings.secure)
    _hang_doors(app, settings.demo)
    return app


def _hang_doors(app: Flask, demo: bool) -> None:
    for bp, prefix in URL_MAP + (DEMO_URL_MAP if demo else []):
        app.register_blueprint(bp, url_prefix=prefix or None)
    for bp in [*SIGNED, *CALLBACKS.values()]:
        security.csrf.exempt(bp)
    for command in COMMANDS:
        app.cli.add_command(command)
    partners_terminal.partners.add_command(partners_orders.order)
    for more in (reconciliation_commands.reconcile, promotion_commands.promotions,
                 export_commands.export, export_commands.acknowledge):
        payment_commands.payments.add_command(more)
    app.add_url_rule("/", "root", lambda: redirect("/kiosk/", 303))


def _settings_or_exit() -> Settings:
    try:
        return Settings.load(os.environ)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from None
