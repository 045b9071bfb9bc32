from functools import cached_property
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    mail_from: str = "sekisho@localhost"
    session_idle_minutes: int = 60
    session_hours: int = 12
    max_upload_mb: int = 20

    @cached_property
    def database_address(self) -> str:
        """Return the address of the database: the one set, or the SQLite file in the data directory."""
        chosen = self.database_url.get_secret_value()
        if chosen:
            return chosen
        return f"sqlite:///{self.data_dir.absolute() / 'sekisho.sqlite3'}"

    @property
    def file_store(self) -> Path:
        """Return the folder that holds evidence and raw registry answers, named by SHA-256."""
        return self.data_dir.absolute() / "files"
