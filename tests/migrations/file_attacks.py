"""Deeds against contracts that ran before and replaced files, which the database must refuse (``attacks.Attack``)."""

_COLUMNS = (
    "organisation_id, created_at, version, number, title, search_key, state, department_id, provider_id, owner_id,"
    " ends_on, is_existing"
)
_COPIED = (
    "organisation_id, created_at, 1, '{number}', title, search_key, 'drafting', department_id, provider_id, owner_id,"
    " ends_on"
)
_FROM = " FROM contract WHERE number = 'K8-0002'"
_REPLACED = (
    "INSERT INTO evidence_file (organisation_id, created_at, object_kind, object_id, name, kind, media_type,"
    " size_bytes, sha256, uploaded_by_id, replaces_id) SELECT organisation_id, created_at, 'contract', object_id,"
    " name, kind, media_type, size_bytes, sha256, uploaded_by_id, id FROM evidence_file WHERE name = '証明書.pdf'"
)
_LATE = (
    "INSERT INTO evidence_file (organisation_id, created_at, object_kind, object_id, name, kind, media_type,"
    " size_bytes, sha256, uploaded_by_id, replaces_id) SELECT organisation_id, created_at, object_kind, object_id,"
    " name, kind, media_type, size_bytes, sha256, uploaded_by_id, id FROM evidence_file WHERE name = '提出済み.pdf'"
)
_HARMLESS = (
    "INSERT INTO evidence_file (organisation_id, created_at, object_kind, object_id, name, kind, media_type,"
    " size_bytes, sha256, uploaded_by_id, is_sanitised, original_sha256) SELECT organisation_id, created_at,"
    " object_kind, object_id, name, kind, media_type, size_bytes, sha256, uploaded_by_id, {is_sanitised}, {original}"
    " FROM evidence_file WHERE name = '証明書.pdf'"
)
_APPROVED = f"INSERT INTO contract ({_COLUMNS}, request_id) SELECT {_COPIED}, true, request_id{_FROM}"

FILE_ATTACKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("a contract that ran before and was approved", "contract_existing_is_not_approved_on_insert", (
        _APPROVED.format(number="K8-9998"),)),
    ("a contract that ran before and is given an approval", "contract_existing_is_not_approved_on_update", (
        "UPDATE contract SET request_id = (SELECT min(id) FROM request) WHERE is_existing",)),
    ("a contract that ran before and is said not to have", "contract_stays_existing", (
        "UPDATE contract SET is_existing = false WHERE is_existing",)),
    ("a file in the place of another thing's file", "evidence_file_replaces_its_own", (
        _REPLACED,)),
    ("a file replaced after the submission", "evidence_file_replaced_in_drafts_only", (
        _LATE,)),
    ("an original of a file that was never made harmless", "evidence_file_original_of_a_harmless_copy", (
        _HARMLESS.format(is_sanitised="false", original="sha256"),)),
    ("an original that is no hash", "evidence_file_original_of_a_harmless_copy", (
        _HARMLESS.format(is_sanitised="true", original="'abc'"),)),
)  # fmt: skip


def sql_of_files() -> tuple[str, ...]:
    """Return the scene's contract that ran before, long work, a named condition, a label, what was put aside."""
    adopted = f"INSERT INTO contract ({_COLUMNS}) SELECT {_COPIED}, true{_FROM}".format(number="K8-7000")
    operation = (
        "INSERT INTO operation (organisation_id, created_at, version, number, kind, ledger, state, is_trial, asked,"
        " asked_by_id, done, total, source_name, source_sha256, result_name, result_sha256, report, refused,"
        " updated_at)"
        " SELECT organisation_id, created_at, 1, 'O8-0001', 'import', 'contracts', 'succeeded', true, '{}', id, 1, 1,"
        " '台帳.xlsx', 'a', '', '', '{}', '', created_at FROM user_account WHERE login_name = 'procurement'"
    )
    saved = (
        "INSERT INTO saved_filter (organisation_id, created_at, version, owner_id, ledger, name, query, is_default)"
        " SELECT organisation_id, created_at, 1, id, 'contracts', '年度末', 'fy=2026', false FROM user_account"
        " WHERE login_name = 'procurement'"
    )
    memory = (
        "INSERT INTO import_memory (organisation_id, created_at, version, ledger, kind, row_key, said, said_by_id)"
        " SELECT organisation_id, created_at, 1, 'contracts', 'mapping', '', '{}', id FROM user_account"
        " WHERE login_name = 'procurement'"
    )
    label = (
        "INSERT INTO label (organisation_id, created_at, object_kind, object_id, name, search_key, put_by_id)"
        " SELECT organisation_id, created_at, 'request', id, '更新', '更新', applicant_id FROM request"
        " WHERE number = 'R8-0001'"
    )
    kept = (
        "INSERT INTO kept_form (organisation_id, created_at, user_id, path, title, fields, shown)"
        " SELECT organisation_id, created_at, id, '/contracts/K8-0002/facts', 'K8-0002', '[]', '[]' FROM user_account"
        " WHERE login_name = 'procurement'"
    )
    return adopted, operation, saved, memory, label, kept
