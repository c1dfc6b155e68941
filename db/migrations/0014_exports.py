"""Payments in pages for the export: by when they were received, and the few by when they were
voided, each with the id, so that a page of any place is read in one stretch."""


def up(migrator, db):
    db.execute_sql('DROP INDEX "payment_received_at"')
    db.execute_sql('CREATE INDEX "payment_received_at_id" ON "payment" ("received_at", "id")')
    db.execute_sql('CREATE INDEX "payment_voided" ON "payment" ("voided_at", "id")'
                   " WHERE voided_at IS NOT NULL")
