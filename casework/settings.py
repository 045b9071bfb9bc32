from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.files import FileRules
from casework.sign_in_rules import SignInRules


class Settings(BaseSettings):
    """Everything an installation may set, from the environment (``SEKISHO_…``) or ``.env``."""

    model_config = SettingsConfigDict(env_prefix="SEKISHO_", env_file=".env", extra="ignore")

    database_url: SecretStr = SecretStr("")
    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    secure_cookies: bool = False
    portal_url: str = ""
    sync_every_hours: int = 0
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_timeout_seconds: float = 20.0
    smtp_ca_file: str = ""
    webhook_hosts: str = ""
    webhook_networks: str = ""
    webhook_timeout_seconds: float = 20.0
    mail_from: str = "sekisho@localhost"
    session_idle_minutes: int = 60
    session_hours: int = 12
    privileged_session_idle_minutes: int = 30
    privileged_session_hours: int = 8
    mfa_roles: str = "admin supervising_officer ciso"
    address_failures: int = 30
    site_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_organisation: str = ""
    oidc_label: str = "職員認証でログインする"
    oidc_scopes: str = "openid profile email"
    oidc_login_claim: str = "preferred_username"
    oidc_match_email: bool = False
    oidc_provision: bool = False
    oidc_department_claim: str = ""
    oidc_roles: str = ""
    oidc_mfa_values: str = ""
    oidc_leeway_seconds: int = 60
    date_style: Literal["wareki", "seireki"] = "wareki"
    max_upload_mb: int = 20
    max_case_mb: int = 100
    mail_attachments: bool = False
    provider_links: bool = False

    @cached_property
    def database_address(self) -> str:
        """Return the address of the database: the one set, or the SQLite file in the data directory."""
        chosen = self.database_url.get_secret_value()
        if chosen:
            return chosen
        return f"sqlite:///{self.data_dir.absolute() / 'sekisho.sqlite3'}"

    @cached_property
    def sign_in_rules(self) -> SignInRules:
        """Return what signing in keeps to; administrators are privileged whatever is set."""
        return SignInRules(
            idle_minutes=self.session_idle_minutes,
            hours=self.session_hours,
            privileged_idle_minutes=self.privileged_session_idle_minutes,
            privileged_hours=self.privileged_session_hours,
            address_failures=self.address_failures,
            mfa_roles=frozenset({"admin", *self.mfa_roles.split()}),
        )

    @property
    def file_rules(self) -> FileRules:
        """Return what may be kept beside a case."""
        return FileRules(most_mb_of_a_case=self.max_case_mb, takes_mail=self.mail_attachments)

    @property
    def file_store(self) -> Path:
        """Return the folder that holds evidence and raw registry answers, named by SHA-256."""
        return self.data_dir.absolute() / "files"
