"""Officers and the audit chain; work at the desk; contracts from the request to the copy.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *

# Defaults that the schema knows: statements may leave these columns out.
EMPTY = [SQL("DEFAULT ''")]
ZERO = [SQL("DEFAULT 0")]
ONE = [SQL("DEFAULT 1")]


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class AuditEntry(Table):
        at = BigIntegerField()
        actor = CharField(max_length=60)
        action = CharField(max_length=40)
        subject = CharField(max_length=80, index=True)
        detail = TextField()
        prev_hash = CharField(max_length=64)
        hash = CharField(max_length=64)

    class AuditHead(Table):
        id = IntegerField(primary_key=True)
        hash = CharField(max_length=64)
        count = BigIntegerField()

    class Officer(Table):
        name = CharField(max_length=40, primary_key=True)
        role = CharField(max_length=12)
        communes = TextField()
        password_hash = CharField(max_length=200)
        totp_sealed = BlobField(null=True)
        totp_last_step = BigIntegerField()
        failures = IntegerField()
        locked_until = BigIntegerField()
        created_at = BigIntegerField()

    class OfficerSession(Table):
        id_hash = CharField(max_length=64, primary_key=True)
        officer = ForeignKeyField(Officer, column_name="officer", on_delete="CASCADE")
        stage = CharField(max_length=10)
        created_at = BigIntegerField()
        seen_at = BigIntegerField()
        secret_sealed = BlobField(null=True)
        proved_at = BigIntegerField(constraints=ZERO)

    class Outage(Table):
        commune_code = CharField(max_length=5)
        area = CharField(max_length=200)
        starts_at = BigIntegerField()
        ends_at = BigIntegerField()
        reason = CharField(max_length=200)

        class Meta:
            indexes = ((("commune_code", "starts_at", "area"), True),)

    class Call(Table):
        ticket = CharField(max_length=12, unique=True)
        phone_hash = CharField(max_length=32, index=True)
        phone_sealed = BlobField(null=True)
        commune_code = CharField(max_length=5)
        code = CharField(max_length=13)
        place = CharField(max_length=40)
        channel = CharField(max_length=8)
        state = CharField(max_length=10)
        officer = CharField(max_length=40)
        created_at = BigIntegerField()
        taken_at = BigIntegerField(null=True)
        done_at = BigIntegerField(null=True)
        outcome = CharField(max_length=12, constraints=EMPTY)

        class Meta:
            indexes = ((("state", "commune_code", "created_at"), False),
                       (("officer", "state", "done_at"), False))

    class DeskNote(Table):
        ticket = CharField(max_length=12, index=True)
        officer = CharField(max_length=40)
        text = TextField()
        at = BigIntegerField()

    class ContractRequest(Table):
        ticket = CharField(max_length=12, unique=True)
        kind = CharField(max_length=12)
        name = CharField(max_length=120)
        phone_hash = CharField(max_length=32, index=True)
        phone_sealed = BlobField(null=True)
        commune_code = CharField(max_length=5)
        purpose = CharField(max_length=12)
        meet_when = CharField(max_length=12)
        channel = CharField(max_length=8)
        state = CharField(max_length=10)
        officer = CharField(max_length=40)
        created_at = BigIntegerField()
        taken_at = BigIntegerField(null=True)
        done_at = BigIntegerField(null=True)
        outcome = CharField(max_length=12, constraints=EMPTY)
        stage = CharField(max_length=16, constraints=[SQL("DEFAULT 'requested'")])
        holder_case = CharField(max_length=8, constraints=[SQL("DEFAULT 'owner'")])
        households = IntegerField(constraints=ONE)
        customer_code = CharField(max_length=13, constraints=EMPTY)
        citizen_hash = CharField(max_length=32, index=True, constraints=EMPTY)
        details_sealed = BlobField(null=True)
        portal_no = CharField(max_length=40, constraints=EMPTY)
        needs_build = IntegerField(constraints=ZERO)
        phone_changed_at = BigIntegerField(null=True)
        meet_on = CharField(max_length=10, index=True, constraints=EMPTY)
        meet_part = CharField(max_length=12, constraints=EMPTY)
        signed_at = BigIntegerField(null=True)
        supplied_on = CharField(max_length=10, constraints=EMPTY)
        version = IntegerField(constraints=ZERO)

        class Meta:
            indexes = ((("state", "commune_code", "created_at"), False),
                       (("officer", "state", "done_at"), False))

    class ContractPaper(Table):
        ticket = CharField(max_length=12)
        kind = CharField(max_length=20)
        state = CharField(max_length=10)
        reason = CharField(max_length=20)
        original_seen = IntegerField()
        decided_by = CharField(max_length=40)
        changed_at = BigIntegerField()

        class Meta:
            indexes = ((("ticket", "kind"), True),)

    class ContractPage(Table):
        id = CharField(max_length=32, primary_key=True)
        ticket = CharField(max_length=12)
        kind = CharField(max_length=20)
        file_name = CharField(max_length=64, unique=True)
        size = IntegerField()
        digest = CharField(max_length=64)
        channel = CharField(max_length=8)
        added_by = CharField(max_length=40)
        added_at = BigIntegerField()

        class Meta:
            indexes = ((("ticket", "kind", "added_at"), False),)

    class MeetingRule(Table):
        commune_code = CharField(max_length=5, primary_key=True)
        weekdays = CharField(max_length=13)
        morning = IntegerField()
        afternoon = IntegerField()

    class MeetingSlot(Table):
        commune_code = CharField(max_length=5)
        day = CharField(max_length=10)
        part = CharField(max_length=12)
        taken = IntegerField()

        class Meta:
            indexes = ((("commune_code", "day", "part"), True),)

    class Agreement(Table):
        ticket = CharField(max_length=12)
        number = IntegerField()
        live = CharField(max_length=12, unique=True, null=True)
        state = CharField(max_length=8)
        digest = CharField(max_length=64)
        pages = IntegerField()
        size = IntegerField()
        template = CharField(max_length=80)
        facts_sealed = BlobField()
        file_name = CharField(max_length=64)
        drafted_by = CharField(max_length=40)
        drafted_at = BigIntegerField()
        code_sent_at = BigIntegerField(null=True)
        released_by = CharField(max_length=40)
        clauses_sealed = BlobField(null=True)
        evidence_sealed = BlobField(null=True)
        confirmed_at = BigIntegerField(null=True)
        sealed_digest = CharField(max_length=64)
        signed_at = BigIntegerField(null=True)

        class Meta:
            indexes = ((("ticket", "number"), True), (("state", "confirmed_at"), False))

    class ContractLink(Table):
        token_hash = CharField(max_length=64, primary_key=True)
        ticket = CharField(max_length=12, index=True)
        way = CharField(max_length=8)
        made_by = CharField(max_length=40)
        created_at = BigIntegerField()
        expires_at = BigIntegerField()
        tries = IntegerField()
        opened = IntegerField()
        opened_at = BigIntegerField(null=True)
        revoked_at = BigIntegerField(null=True)

    class ContractCopy(Table):
        ticket = CharField(max_length=12, index=True)
        officer = CharField(max_length=40)
        at = BigIntegerField()

    db.create_tables([AuditEntry, AuditHead, Officer, OfficerSession, Outage, Call, DeskNote,
                      ContractRequest, ContractPaper, ContractPage, MeetingRule, MeetingSlot,
                      Agreement, ContractLink, ContractCopy])
    # The chain's head is one row, there from the beginning.
    db.execute_sql(f"INSERT INTO audit_head (id, hash, count) VALUES (1, '{'0' * 64}', 0)")
