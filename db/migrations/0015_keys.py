"""Check values of DATA_KEY; what holds for the whole house; the audit chain keyed from here on.

Frozen copies of the models, on purpose independent of today's.
"""
from peewee import *

from db import audit

# The five people whom every demo begins with.
_PEOPLE = {"PA04DH0000017": "Nguyễn Thị Hoa", "PA04DH0000025": "Ma Văn Sơn",
           "PA04VN0000033": "Triệu Thị Mẩy", "PA04PY0000041": "Lý Văn Páo",
           "PA04DH0000058": "Hoàng Thị Lan"}


def up(migrator, db):
    class Table(Model):
        class Meta:
            database = db
            legacy_table_names = False

    class DataKey(Table):
        id = IntegerField(primary_key=True)
        sealed = BlobField()
        made_at = BigIntegerField()

    class HouseState(Table):
        name = CharField(max_length=30, primary_key=True)
        value = TextField()
        at = BigIntegerField()

    db.create_tables([DataKey, HouseState])
    for column in ("seal", "plain_hash", "joint", "key_check"):
        db.execute_sql(f"ALTER TABLE audit_head ADD COLUMN {column} VARCHAR(64)"
                       " NOT NULL DEFAULT ''")
    db.execute_sql("ALTER TABLE audit_head ADD COLUMN plain_count BIGINT NOT NULL DEFAULT 0")
    # In the step itself: there is no moment at which the chain is neither plain nor sealed.
    if not _comes_late(db):
        audit.join()
    _recognise_a_demo(db)


def _comes_late(db):
    """Whoever writes the database may take this step back, forge the plain chain and wait for the
    next start to seal it. Where later steps are on record, nothing is sealed: the check breaks."""
    return bool(db.execute_sql(
        "SELECT 1 FROM schema_migration WHERE name > '0015_keys'").fetchall())


def _recognise_a_demo(db):
    """Databases that the demo filled did not say so: they have its people, or its two officers,
    whom it made in one and the same moment."""
    names = ", ".join(f"'{code}'" for code in _PEOPLE)
    people = dict(db.execute_sql(
        f"SELECT code, name FROM customer WHERE code IN ({names})").fetchall())
    officers = db.execute_sql(
        "SELECT MIN(created_at) FROM officer WHERE (name = 'canbo' AND role = 'officer')"
        " OR (name = 'giamsat' AND role = 'supervisor') GROUP BY created_at"
        " HAVING COUNT(*) = 2").fetchall()
    if people == _PEOPLE or officers:
        db.execute_sql("INSERT INTO house_state (name, value, at) VALUES"
                       " ('demo', 'recognised', 0) ON CONFLICT (name) DO NOTHING")
