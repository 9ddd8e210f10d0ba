"""The command line of Frontline. `python main.py --help` lists the commands."""

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

# Read when NumPy is loaded: its products are small here, and a second thread would only spin beside the model's.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"frontline: Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    arguments = _parser().parse_args()
    from core.domain.errors import ConfigurationError, FrontlineError

    try:
        _run(arguments)
    except ConfigurationError as error:
        for problem in error.problems:
            print(f"frontline: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
    except FrontlineError as error:
        print(f"frontline: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()


def _run(given: argparse.Namespace) -> None:
    """Each command is imported when it is asked for, so that none pays for another's libraries."""
    if given.command != "serve":
        from commands.logs import set_up_for_command

        set_up_for_command()
    match given.command:
        case "serve":
            from commands.serve import serve

            serve(given.host, given.port, given.database_url, demo=given.demo)
        case "ingest":
            from commands.ingest import ingest

            ingest(given.paths, given.format, wait=given.wait, as_json=given.json)
        case "analyze":
            from commands.analyze import analyze

            analyze()
        case "evaluate":
            from commands.evaluate import evaluate

            evaluate(given.files, given.plot, as_json=given.json)
        case "kb":
            from commands import kb

            kb.import_articles(given.file) if given.verb == "import" else kb.search(given.limit)
        case "model":
            _model(given)
        case "simulate":
            from commands.simulate import simulate

            simulate(given.rate, given.seconds, given.url, given.token, seed=given.seed, as_json=given.json)
        case "explain":
            from commands.explain import explain

            explain(given.ticket)
        case _:
            _administer(given)


def _model(given: argparse.Namespace) -> None:
    from commands import model

    match given.verb:
        case "corrections":
            model.corrections(given.out, as_json=given.json)
        case "retrain":
            model.retrain(as_json=given.json)
        case "proposals":
            model.proposals(as_json=given.json)
        case "accept":
            model.accept(given.number, as_json=given.json)
        case "reject":
            model.reject(given.number, as_json=given.json)
        case "roll-back":
            model.roll_back(as_json=given.json)


def _administer(given: argparse.Namespace) -> None:
    from commands import administration

    match given.command, given.verb:
        case "db", "upgrade":
            administration.upgrade_database()
        case "db", _:
            administration.check_database(as_json=given.json)
        case "users", _:
            administration.add_user(given.email, given.name, given.role, given.queue, given.password_file)
        case "tokens", _:
            administration.add_token(given.name, given.role, as_json=given.json)
        case "rules", "check":
            administration.check_rules(given.file)
        case "rules", _:
            administration.reload_rules(given.pid)


class _Parser(argparse.ArgumentParser):
    """Refuses in one line; the whole usage is a --help away."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"frontline: {message}. See {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python main.py", description="Frontline, an autonomous support desk.")
    commands = parser.add_subparsers(dest="command", required=True)

    serve = commands.add_parser("serve", help="run the desk, its API and the engine")
    serve.add_argument("--host", help="the address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, help="the port to listen on (8080)")
    serve.add_argument("--database-url", help="instead of FRONTLINE_DATABASE_URL")
    serve.add_argument("--demo", action="store_true", help="plant demo data once; one click signs in")

    ingest = commands.add_parser("ingest", help="take in messages from files or folders")
    ingest.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    ingest.add_argument("--format", choices=("eml", "mbox", "jsonl", "csv"), help="instead of looking at each file")
    ingest.add_argument("--wait", action="store_true", help="until all are analysed and routed")
    _json(ingest)

    commands.add_parser("analyze", help='JSON lines {"id","text"} in, labels out')

    evaluate = commands.add_parser("evaluate", help="how right the model is on labelled messages")
    evaluate.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSON lines, or batches of the corpus")
    evaluate.add_argument("--plot", type=Path, help="write how sure and how right as an HTML page")
    _json(evaluate)

    kb = commands.add_parser("kb", help="the knowledge base").add_subparsers(dest="verb", required=True)
    kb.add_parser("import", help="add or change articles from JSON lines").add_argument("file", type=Path)
    search = kb.add_parser("search", help="one query a line in, one JSON line out")
    search.add_argument("--limit", type=_positive, default=5)

    model = commands.add_parser("model", help="learn from corrections").add_subparsers(dest="verb", required=True)
    corrections = model.add_parser("corrections", help="what people put right, as rows that evaluate reads")
    corrections.add_argument("--out", type=Path, metavar="FILE", help="write JSON lines there")
    _json(corrections)
    _json(model.add_parser("retrain", help="train heads on the corrections and propose them; takes minutes"))
    _json(model.add_parser("proposals", help="proposed heads and what became of them"))
    for verb, told in (("accept", "put proposed heads in force"), ("reject", "turn a proposal down")):
        decide = model.add_parser(verb, help=told)
        decide.add_argument("number", type=_positive)
        _json(decide)
    _json(model.add_parser("roll-back", help="go back to the heads before the accepted ones"))

    simulate = commands.add_parser("simulate", help="send believable traffic to a running desk")
    simulate.add_argument("--rate", type=float, default=2.0, help="messages a second")
    simulate.add_argument("--seconds", type=float, default=60.0)
    simulate.add_argument("--url", help="the desk's address")
    simulate.add_argument("--token", help="an API token; without one, one is made")
    simulate.add_argument("--seed", type=int, help="the same seed sends the same messages")
    _json(simulate)

    explain = commands.add_parser("explain", help="what follows from which event, or the story of one ticket")
    explain.add_argument("ticket", nargs="?", type=int)
    _administration(commands)
    return parser


def _administration(commands: "argparse._SubParsersAction[_Parser]") -> None:
    db = commands.add_parser("db", help="the database").add_subparsers(dest="verb", required=True)
    db.add_parser("upgrade", help="bring the schema to this version")
    _json(db.add_parser("check", help="say whether the schema is that of this version"))

    users = commands.add_parser("users", help="people").add_subparsers(dest="verb", required=True)
    user = users.add_parser("add", help="add a user; the password is read from the terminal or standard input")
    user.add_argument("email")
    user.add_argument("--name")
    user.add_argument("--role", choices=("agent", "supervisor", "executive", "admin"), default="agent")
    user.add_argument("--queue", action="append", default=[], help="a queue this user works in; may be repeated")
    user.add_argument("--password-file", type=Path)

    tokens = commands.add_parser("tokens", help="API tokens").add_subparsers(dest="verb", required=True)
    token = tokens.add_parser("add", help="make a token; it is shown once")
    token.add_argument("--name", default="command line")
    token.add_argument("--role", choices=("agent", "supervisor", "executive", "admin"), required=True)
    _json(token)

    rules = commands.add_parser("rules", help="the business rules").add_subparsers(dest="verb", required=True)
    rules.add_parser("check", help="name every mistake in a rules file").add_argument("file", nargs="?", type=Path)
    reload = rules.add_parser("reload", help="have a running server read its rules again")
    reload.add_argument("--pid", type=int, required=True, help="the server's process")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("give a whole number above 0")
    return value


if __name__ == "__main__":
    main()
