"""Starts real servers as a person would, and reads what they take up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

WORKERS = 2
START_SECONDS = 60.0
ROOT = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Server:
    """A server on loopback, with how long it took to its first answer."""

    port: int
    process: subprocess.Popen[bytes]
    seconds_to_first_answer: float

    def worker_megabytes(self) -> list[float]:
        """Return the resident memory of each worker, largest first."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        sizes = [child.memory_info().rss / MEGABYTE for child in children if _is_worker(child)]
        return sorted(sizes, reverse=True)


def _is_worker(process: psutil.Process) -> bool:
    # Python's own helper of multiprocessing runs beside the workers and serves nobody.
    return "resource_tracker" not in " ".join(process.cmdline())


def keep_bytecode() -> None:
    """Import everything once with its bytecode kept, as it is on any machine after the first start."""
    command = [sys.executable, "-c", "import casework.cli, web.app, tests.bench.bare"]
    subprocess.run(command, cwd=ROOT, env=_environment(), check=True)


def _environment() -> dict[str, str]:
    # Some development machines keep no bytecode; compiling at every start costs seconds and memory no user pays.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": str(ROOT)}


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def sekisho_server(address: str, folder: Path) -> Iterator[Server]:
    """Run ``sekisho serve`` with two workers over a database."""
    port = free_port()
    settings = {
        "SEKISHO_DATABASE_URL": address,
        "SEKISHO_DATA_DIR": str(folder),
        "SEKISHO_PORT": str(port),
        "SEKISHO_WORKERS": str(WORKERS),
    }
    # What an install puts at bin/sekisho. Each worker imports it once more, so that its size is the real one.
    script = folder / "sekisho"
    script.write_text("import sys\nfrom casework.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n")
    with _running([sys.executable, str(script), "serve"], settings, port, folder, "server.log") as server:
        yield server


@contextmanager
def bare_server(address: str, folder: Path) -> Iterator[Server]:
    """Run the bare endpoint with two workers over the same database, with the same server program and settings."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.bench.bare:create_bare", "--factory", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--log-level", "warning", "--no-server-header"]
    with _running(command, {"SEKISHO_DATABASE_URL": address}, port, folder, "bare.log") as server:
        yield server


@contextmanager
def _running(command: list[str], settings: dict[str, str], port: int, folder: Path, log_name: str) -> Iterator[Server]:
    begun, log = time.monotonic(), folder / log_name
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, env={**_environment(), **settings}, stdout=output, stderr=output)
    try:
        _wait_for_answer(port, process, log)
        yield Server(port, process, time.monotonic() - begun)
    finally:
        is_alive = process.poll() is None
        children = psutil.Process(process.pid).children(recursive=True) if is_alive else []
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()
        for child in children:  # workers outlive a parent that had to be killed
            with suppress(psutil.NoSuchProcess):
                child.kill()


def _wait_for_answer(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as knock:
            knock.sendall(b"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if knock.recv(12).startswith(b"HTTP/1.1"):
                return
        time.sleep(0.02)
    raise RuntimeError(f"the server did not answer:\n{log.read_text(errors='replace')}")
