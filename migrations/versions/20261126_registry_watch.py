"""What the registries' watch needs: every import, rows kept out and corrected, own aliases, changes, uses, judgements anew.

Revision ID: 20261126_registry_watch
Revises: 20261122_policy_records
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_registry_watch"
down_revision = "20261122_policy_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request_version", sa.Column("alias_ids", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "registry_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("before_snapshot_id", sa.Integer(), nullable=True),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("entry_key", sa.String(), nullable=False),
        sa.Column("previous_key", sa.String(), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("change_class", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["before_snapshot_id"],
            ["registry_snapshot.id"],
            name=op.f("fk_registry_change_before_snapshot_id_registry_snapshot"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_registry_change_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["registry_snapshot.id"], name=op.f("fk_registry_change_snapshot_id_registry_snapshot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_change")),
    )
    with op.batch_alter_table("registry_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_change_scheme_entry_key_id"), ["scheme", "entry_key", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_registry_change_snapshot_id_id"), ["snapshot_id", "id"], unique=False)

    op.create_table(
        "registry_watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("uses_touched", sa.Integer(), nullable=False),
        sa.Column("uses_changed", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_registry_watch_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["registry_snapshot.id"], name=op.f("fk_registry_watch_snapshot_id_registry_snapshot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_watch")),
        sa.UniqueConstraint("snapshot_id", name=op.f("uq_registry_watch_snapshot_id")),
    )
    op.create_table(
        "quarantined_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("row_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'open' OR length(note) > 0", name=op.f("ck_quarantined_row_what_is_settled_has_a_reason")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'corrected', 'left_out')", name=op.f("ck_quarantined_row_state_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_quarantined_row_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["user_account.id"], name=op.f("fk_quarantined_row_settled_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["registry_snapshot.id"], name=op.f("fk_quarantined_row_snapshot_id_registry_snapshot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_row")),
    )
    with op.batch_alter_table("quarantined_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantined_row_snapshot_id_id"), ["snapshot_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quarantined_row_state_id"), ["state", "id"], unique=False)

    op.create_table(
        "registry_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("folded_alias", sa.String(), nullable=False),
        sa.Column("listed_as", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('service', 'provider', 'number')", name=op.f("ck_registry_alias_kind_is_known")),
        sa.CheckConstraint(
            "state IN ('proposed', 'confirmed', 'rejected', 'withdrawn')", name=op.f("ck_registry_alias_state_is_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'withdrawn') OR (confirmed_by_id IS NOT NULL AND confirmed_at IS NOT NULL)",
            name=op.f("ck_registry_alias_what_counts_was_confirmed"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR proposed_by_id IS NULL OR confirmed_by_id <> proposed_by_id",
            name=op.f("ck_registry_alias_an_alias_has_two_people"),
        ),
        sa.CheckConstraint("length(source) > 0", name=op.f("ck_registry_alias_an_alias_has_a_source")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_registry_alias_confirmed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_registry_alias_ended_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_registry_alias_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_registry_alias_proposed_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_alias")),
    )
    with op.batch_alter_table("registry_alias", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_alias_organisation_id_kind_folded_alias"),
            ["organisation_id", "kind", "folded_alias"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_registry_alias_organisation_id_state_id"), ["organisation_id", "state", "id"], unique=False
        )

    op.create_table(
        "registry_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_kind", sa.String(length=10), nullable=False),
        sa.Column("acquired_on", sa.Date(), nullable=False),
        sa.Column("carried_by", sa.String(), nullable=False),
        sa.Column("brought_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirm_reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_code", sa.String(length=40), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("snapshot_code", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'tried', 'taken_in', 'unchanged', 'refused', 'failed')",
            name=op.f("ck_registry_import_state_is_known"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR brought_by_id IS NULL OR confirmed_by_id <> brought_by_id",
            name=op.f("ck_registry_import_a_loss_has_two_people"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR length(confirm_reason) > 0",
            name=op.f("ck_registry_import_a_confirmation_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["brought_by_id"], ["user_account.id"], name=op.f("fk_registry_import_brought_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["user_account.id"], name=op.f("fk_registry_import_confirmed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_registry_import_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_import")),
        sa.UniqueConstraint("code", name=op.f("uq_registry_import_code")),
    )
    with op.batch_alter_table("registry_import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_import_organisation_id_id"), ["organisation_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_registry_import_raw_sha256_id"), ["raw_sha256", "id"], unique=False)

    op.create_table(
        "registry_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("quarantined_row_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("row_hash", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_registry_correction_a_correction_has_a_reason")),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["user_account.id"], name=op.f("fk_registry_correction_corrected_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_registry_correction_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["quarantined_row_id"],
            ["quarantined_row.id"],
            name=op.f("fk_registry_correction_quarantined_row_id_quarantined_row"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_correction")),
    )
    with op.batch_alter_table("registry_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_correction_scheme_row_hash_id"), ["scheme", "row_hash", "id"], unique=False
        )

    op.create_table(
        "registry_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=20), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("entry_key", sa.String(), nullable=False),
        sa.Column("folded_name", sa.String(), nullable=False),
        sa.CheckConstraint("link IN ('linked', 'similar', 'unlisted')", name=op.f("ck_registry_use_link_is_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_registry_use_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_registry_use_request_id_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_use")),
        sa.UniqueConstraint(
            "request_id",
            "subject",
            "scheme",
            "entry_key",
            name=op.f("uq_registry_use_request_id_subject_scheme_entry_key"),
        ),
    )
    with op.batch_alter_table("registry_use", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_use_folded_name_request_id"), ["folded_name", "request_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_registry_use_link_folded_name"), ["link", "folded_name"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_registry_use_scheme_entry_key_request_id"),
            ["scheme", "entry_key", "request_id"],
            unique=False,
        )

    op.create_table(
        "reassessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("request_version_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("before_snapshot_id", sa.Integer(), nullable=True),
        sa.Column("overall_before", sa.String(length=20), nullable=False),
        sa.Column("overall_after", sa.String(length=20), nullable=False),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("classes", sa.JSON(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "overall_after IN ('met', 'conditional', 'not_met', 'needs_information', 'not_applicable')",
            name=op.f("ck_reassessment_result_after_is_known"),
        ),
        sa.CheckConstraint(
            "overall_before IN ('met', 'conditional', 'not_met', 'needs_information', 'not_applicable')",
            name=op.f("ck_reassessment_result_before_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["before_snapshot_id"],
            ["registry_snapshot.id"],
            name=op.f("fk_reassessment_before_snapshot_id_registry_snapshot"),
        ),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_reassessment_duty_id_duty")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_reassessment_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_reassessment_request_id_request")),
        sa.ForeignKeyConstraint(
            ["request_version_id"],
            ["request_version.id"],
            name=op.f("fk_reassessment_request_version_id_request_version"),
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["registry_snapshot.id"], name=op.f("fk_reassessment_snapshot_id_registry_snapshot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassessment")),
        sa.UniqueConstraint("request_id", "snapshot_id", name=op.f("uq_reassessment_request_id_snapshot_id")),
    )
    with op.batch_alter_table("reassessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reassessment_duty_id"), ["duty_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reassessment_organisation_id_is_changed_id"),
            ["organisation_id", "is_changed", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_reassessment_organisation_id_snapshot_id_id"),
            ["organisation_id", "snapshot_id", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_reassessment_snapshot_id"), ["snapshot_id"], unique=False)

    op.create_index(
        op.f("ix_registry_entry_scheme_entry_key_snapshot_id"),
        "registry_entry",
        ["scheme", "entry_key", "snapshot_id"],
        unique=False,
    )
    # Requests submitted before hang on no list yet: a mark for each, which the watch takes up first.
    op.execute(
        "INSERT INTO registry_use (organisation_id, created_at, request_id, subject, link, scheme, entry_key, folded_name)"
        " SELECT organisation_id, created_at, id, -1, 'unlisted', '', '', '' FROM request WHERE current_version_no > 0"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_registry_entry_scheme_entry_key_snapshot_id"), "registry_entry")
    for table in (
        "reassessment",
        "registry_use",
        "registry_correction",
        "registry_import",
        "registry_alias",
        "quarantined_row",
        "registry_watch",
        "registry_change",
    ):
        op.drop_table(table)
    op.drop_column("request_version", "alias_ids")
