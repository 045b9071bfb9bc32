"""The ``sekisho`` command: the same use cases as the pages and the API, in the same words."""

import json
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from casework.commands import (
    contracts,
    editions,
    files,
    handover,
    holdings,
    incidents,
    ismap,
    organisations,
    policy,
    policy_text,
    record,
    requests,
    service,
)
from casework.commands.demo import demo
from casework.commands.evaluate import evaluate
from casework.commands.preview import preview
from casework.commands.terminal import error_document, warn
from casework.commands.usage import usage_error
from casework.errors import BadInput, CaseworkError, FieldError
from ismap.errors import RegistryRefused
from policy.errors import PolicyError

BAD_INPUT = 2

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(evaluate)
app.command()(demo)
app.command()(service.serve)
app.command()(service.work)
app.command("export")(files.export_list)
app.command("import")(files.import_table)
app.command("migrate")(service.migrate_database)
app.add_typer(ismap.app, name="ismap")
policy.app.command()(preview)
policy.app.command()(editions.in_use)
policy.app.add_typer(policy_text.app, name="text")
app.add_typer(policy.app, name="policy")
app.add_typer(requests.app, name="request")
app.add_typer(contracts.app, name="contract")
app.add_typer(holdings.app, name="holding")
app.add_typer(contracts.duty_app, name="duty")
app.add_typer(incidents.app, name="incident")
app.add_typer(record.app, name="audit")
app.add_typer(service.alerts_app, name="alerts")
app.add_typer(handover.app, name="handover")
app.add_typer(organisations.app, name="organisation")


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"sekisho {version('sekisho')}\n")
        raise typer.Exit


@app.callback()
def about(
    _version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True)] = False,
) -> None:
    """関所: クラウドサービスと業務委託の申請を、自治体のセキュリティポリシーに照らして点検します。"""


def _refuse(error: CaseworkError) -> int:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps(error_document(error), ensure_ascii=False, indent=2) + "\n")
    warn(error.message)
    return BAD_INPUT


def _run() -> int:
    try:
        outcome = app(standalone_mode=False)
    except CaseworkError as error:
        return _refuse(error)
    except (PolicyError, RegistryRefused) as error:
        where = getattr(error, "where", "")
        return _refuse(BadInput(error.message, [FieldError(where, error.code, error.message)]))
    except typer.TyperException as error:
        return _refuse(usage_error(error))
    except (typer.Abort, KeyboardInterrupt):
        return 130
    return outcome if isinstance(outcome, int) else 0


def main() -> None:
    """Run the command: exit 0, 1 for an honest "no", 2 for input that cannot be taken (with one clear sentence)."""
    sys.exit(_run())
