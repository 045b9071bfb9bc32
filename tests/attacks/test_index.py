"""Which attack is tried where. An attack without a test that exists fails here."""

from __future__ import annotations

import re

from tests.house import tree

ATTACKS = {
    "session fixation": ("test_attack_session_fixation",),
    "brute force": ("test_attack_brute_force_on_one_account", "test_attack_brute_force_on_the_code"),
    "password spraying": ("test_attack_one_password_tried_on_many_accounts",),
    "account enumeration": ("test_attack_guessing_who_exists",),
    "replay of a code": ("test_attack_totp_replay", "test_attack_recovery_code_reuse"),
    "cross-site request forgery": (
        "test_attack_csrf_on_every_door_that_writes",
        "test_attack_csrf_on_every_form_about_accounts",
        "test_a_call_from_another_site_is_refused_even_with_the_token",
    ),
    "login forgery": ("test_attack_signing_a_victim_in_as_the_attacker",),
    "token in an address": ("test_attack_token_in_url",),
    "open redirect": (
        "test_attack_open_redirect_after_signing_in",
        "test_attack_open_redirect_on_the_way_through_the_steps",
        "test_the_login_never_leads_to_another_site",
        "test_attack_header_injection_in_where_a_sign_in_leads",
    ),
    "another organisation's things (IDOR)": (
        "test_every_door_answers_everybody_as_the_table_says",
        "test_attack_idor_by_every_number_key_and_hash",
    ),
    "mass assignment": ("test_attack_mass_assignment_of_every_body", "test_attack_mass_assignment_by_form"),
    "upload: SVG, HTML, polyglot, name": (
        "test_attack_upload_that_a_browser_would_run",
        "test_attack_upload_polyglot_is_only_ever_downloaded",
        "test_attack_upload_name_with_path_or_control_characters",
    ),
    "upload: zip bomb": ("test_attack_upload_zip_bomb",),
    "header injection": (
        "test_attack_header_injection_in_a_file_name",
        "test_attack_header_injection_in_names_and_call_id",
        "test_attack_header_injection_in_where_a_sign_in_leads",
    ),
    "formula in an export": (
        "test_a_table_for_excel_is_quoted_guarded_and_marked",
        "test_attack_formula_in_exported_workbook",
    ),
    "script in a page (XSS)": ("test_attack_xss_through_every_free_text", "test_every_text_column_is_weighed"),
    "SQL in a search": ("test_attack_sql_in_a_search", "test_attack_sql_wildcards_find_nothing_they_should_not"),
    "cursor tampering": ("test_attack_cursor_tampering", "test_a_cursor_of_another_list_is_refused_on_either_database"),
    "JSON bombs": ("test_attack_json_bombs", "test_a_body_that_cannot_be_read_is_refused_with_the_reason"),
    "values no column can hold": ("test_attack_values_that_no_column_can_hold",),
    "method override": ("test_attack_method_override",),
    "parameter pollution": (
        "test_attack_parameter_pollution_of_a_query",
        "test_attack_parameter_pollution_of_a_form",
    ),
    "one person alone": (
        "test_nobody_alone_comes_to_an_approval",
        "test_one_person_with_every_role_opens_no_door_to_the_own_case",
        "test_raw_sql_does_not_approve_ones_own_case",
    ),
    "writing the past anew": ("test_any_flipped_byte_is_named", "test_without_its_guard_the_deed_goes_through"),
}  # fmt: skip


def test_every_attack_names_tests_that_exist() -> None:
    written = {
        name
        for path, text in tree.own_files(".py")
        if path.parts[0] == "tests"
        for name in re.findall(r"^(?:    )?def (test_\w+)", text, re.MULTILINE)
    }

    missing = {attack: sorted(set(tests) - written) for attack, tests in ATTACKS.items() if set(tests) - written}

    assert missing == {}
    assert all(ATTACKS.values())
