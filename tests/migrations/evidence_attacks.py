"""Deeds against evidence, questionnaires and waiting answers that the database must refuse (see ``attacks.Attack``)."""

# ruff: noqa: S608, ISC004
# The SQL is the test's own, and a statement is one text however it is broken.

_HASH = "a" * 64
_ITEM = (
    "INSERT INTO dossier_item (organisation_id, created_at, service_id, kind, issuer, scope, file_id, sha256,"
    " clean_sha256, received_from, received_on, entered_by_id, withdrawn_reason{more}) SELECT u.organisation_id,"
    f" u.created_at, {{service}}, 'terms', '{{issuer}}', '', f.id, '{_HASH}', '', '△△株式会社', '2026-11-20', u.id,"
    " ''{said} FROM user_account u, evidence_file f WHERE u.login_name = '{who}' AND f.name = '登録証.pdf'"
)
_SERVICE = "(SELECT min(id) FROM service)"
_JUDGED = "(SELECT id FROM dossier_item WHERE issuer = 'judged')"
_BARE = "(SELECT id FROM dossier_item WHERE issuer = 'bare')"
_EVALUATE = (
    "INSERT INTO dossier_evaluation (organisation_id, created_at, item_id, is_accepted, reason, evaluated_by_id,"
    " evaluated_at{more}) SELECT u.organisation_id, u.created_at, {item}, true, '照合', u.id, u.created_at{said}"
    " FROM user_account u WHERE u.login_name = '{who}'"
)
_CASE = (
    "INSERT INTO unavoidable_case (organisation_id, created_at, version, part, object_kind, object_number, person_id,"
    " reason, asked_at, state, note) SELECT u.organisation_id, u.created_at, 1, 'evidence', 'evidence', 'other', u.id,"
    " 'ほかにいない', u.created_at, 'requested', '' FROM user_account u WHERE u.login_name = 'colleague'"
)
_DRAFT = "request r WHERE r.number = '{}'"
_WAITING = (
    "INSERT INTO unconfirmed_answer (organisation_id, created_at, request_id, provision, origin, answer, source)"
    " SELECT r.organisation_id, r.created_at, r.id, '8-3(3)①', 'copied', '{}', '' FROM "
)
_LINK = (
    "INSERT INTO dossier_link (organisation_id, created_at, request_id, provision, item_id) SELECT {of},"
    " r.created_at, r.id, '8-3(3)①', {item} FROM request r WHERE r.number = 'R8-0001'"
)
_QUESTIONNAIRE = (
    "INSERT INTO questionnaire (organisation_id, created_at, code, request_id, provider_name, service_name, pack,"
    " edition, questions, checksum, made_by_id{more}) SELECT r.organisation_id, r.created_at, '{code}', r.id, '△△', '',"
    " 'mutsu', '5', '[]', 'c', r.applicant_id{said} FROM request r WHERE r.number = 'R8-0006'"
)
_REPLY = (
    "INSERT INTO questionnaire_reply (organisation_id, created_at, questionnaire_id, came_by, answered_by, received_at,"
    " answers, file_name, sha256, state, settled_by_id, settled_at) SELECT organisation_id, created_at, id, 'excel',"
    f" '', created_at, '{{{{}}}}', 'x.xlsx', '{_HASH}', '{{state}}', made_by_id, created_at FROM questionnaire"
    " WHERE code = 'asked'"
)
_ELSEWHERE = "(SELECT id FROM organisation WHERE code = 'tonari')"

EVIDENCE_ATTACKS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    *((f"evidence whose {column} is changed", "dossier_item_says_the_same", (
        f"UPDATE dossier_item SET {column} = {value} WHERE issuer = 'bare'",))
      for column, value in {
          "sha256": f"'{'b' * 64}'", "valid_until_on": "'2099-03-31'", "scope": "'もっと広い範囲'",
          "entered_by_id": "entered_by_id + 1", "kind": "'soc_2'",
      }.items()),
    ("a withdrawal taken back", "dossier_item_says_the_same", (
        "UPDATE dossier_item SET withdrawn_on = NULL WHERE issuer = 'withdrawn'",)),
    ("evidence about another town's service", "dossier_item_about_its_own", (
        _ITEM.format(service=_SERVICE, issuer="theirs", who="next_staff", more="", said=""),)),
    ("who supplied evidence evaluates it", "dossier_evaluation_by_another", (
        _EVALUATE.format(item=_BARE, who="colleague", more="", said=""),)),
    ("an unavoidable case of another piece of evidence", "dossier_evaluation_uses_its_case", (
        _CASE,
        _EVALUATE.format(item=_BARE, who="colleague", more=", unavoidable_case_id",
                         said=", (SELECT max(id) FROM unavoidable_case)"))),
    ("another town evaluates our evidence", "dossier_evaluation_of_its_own", (
        _EVALUATE.format(item=_BARE, who="next_officer", more="", said=""),)),
    ("a link made in another town's name", "dossier_link_within_one_organisation", (
        _LINK.format(of=_ELSEWHERE, item=_BARE),)),
    ("an answer laid beside a request in review", "unconfirmed_answer_beside_a_draft", (
        _WAITING + _DRAFT.format("R8-0001"),)),
    ("a draft sent with an unconfirmed answer", "request_without_unconfirmed_answers", (
        _WAITING + _DRAFT.format("R8-0006"), "UPDATE request SET state = 'in_review' WHERE number = 'R8-0006'")),
    *((f"a questionnaire whose {column} is changed", "questionnaire_asks_the_same", (
        f"UPDATE questionnaire SET {column} = {value} WHERE code = 'bare'",))
      for column, value in {"questions": "'[1]'", "checksum": "'x'", "code": "'other'"}.items()),
    ("a used link opened again", "questionnaire_link_is_used_once", (
        "UPDATE questionnaire SET link_used_at = NULL WHERE code = 'used'",)),
    ("a reply whose answers are changed", "questionnaire_reply_stays_as_it_came", (
        "UPDATE questionnaire_reply SET answers = '{\"x\": 1}' WHERE state = 'proposed'",)),
    ("a settled reply settled again", "questionnaire_reply_stays_as_it_came", (
        "UPDATE questionnaire_reply SET state = 'dismissed' WHERE state = 'accepted'",)),
    *((f"a changed {table}", f"{table}_no_update", (f"UPDATE {table} SET {column} = {column}",))
      for table, column in {
          "dossier_provision": "provision", "dossier_evaluation": "reason", "dossier_task": "cause",
          "questionnaire_key": "secret",
      }.items()),
    *((f"a deleted {table}", f"{table}_no_delete", (f"DELETE FROM {table}{where}",))
      for table, where in {
          "dossier_item": " WHERE issuer = 'bare'", "dossier_provision": "", "dossier_evaluation": "",
          "dossier_task": "", "questionnaire": " WHERE code = 'bare'", "questionnaire_reply": "",
          "questionnaire_key": "",
      }.items()),
)  # fmt: skip


def sql_of_evidence() -> tuple[str, ...]:
    """Return the scene's evidence: one judged and leaned on, one bare, one withdrawn; questionnaires with replies."""
    item = {"service": _SERVICE, "who": "colleague"}
    gone = {
        "more": ", withdrawn_on, withdrawn_by_id",
        "said": ", '2026-11-20', u.id",
    }
    of_judged = f"organisation_id, created_at FROM dossier_item WHERE id = {_JUDGED}"
    used = {
        "more": ", link_hash, link_expires_at, link_used_at",
        "said": ", 'h', r.created_at, r.created_at",
    }
    return (
        "INSERT INTO evidence_file (organisation_id, created_at, object_kind, object_id, name, kind, media_type,"
        " size_bytes, sha256, uploaded_by_id) SELECT organisation_id, created_at, 'service_evidence', 1, '登録証.pdf',"
        f" '', 'application/pdf', 9, '{_HASH}', id FROM user_account WHERE login_name = 'colleague'",
        _ITEM.format(issuer="judged", more="", said="", **item),
        _ITEM.format(issuer="bare", more="", said="", **item),
        _ITEM.format(issuer="withdrawn", **gone, **item).replace("u.id, '', ", "u.id, '誤り', "),
        "INSERT INTO dossier_provision (item_id, provision, organisation_id, created_at)"
        f" SELECT id, '8-3(3)①', {of_judged}",
        _EVALUATE.format(item=_JUDGED, who="security_officer", more="", said=""),
        "INSERT INTO dossier_task (organisation_id, created_at, item_id, request_id, cause, since_on, duty_id)"
        f" SELECT d.organisation_id, d.created_at, {_JUDGED}, d.request_id, 'expiry', '2027-04-01', d.id FROM duty d"
        " WHERE d.id = (SELECT min(id) FROM duty WHERE request_id IS NOT NULL)",
        _QUESTIONNAIRE.format(code="asked", more="", said=""),
        _QUESTIONNAIRE.format(code="bare", more="", said=""),
        _QUESTIONNAIRE.format(code="used", **used),
        _REPLY.format(state="proposed"),
        _REPLY.format(state="accepted"),
        "INSERT INTO questionnaire_key (organisation_id, created_at, secret) SELECT organisation_id, created_at, 'k'"
        " FROM user_account WHERE login_name = 'staff'",
    )
