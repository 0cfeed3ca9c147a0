"""The shape of the whole: what the map, the docs and the limits of DESIGN promise."""

import ast
import re
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.urls import URLPattern

import odzew
from odzew.channels import registry
from odzew.urls import urlpatterns

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "odzew"
SOURCES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if not {"migrations", "tests"} & set(path.relative_to(PACKAGE).parts)
)
DOMAIN = sorted((PACKAGE / "domain").rglob("*.py"))
SETTINGS = set(re.findall(r'"((?:ODZEW|DATABASE)_[A-Z_]+)"', "".join(map(Path.read_text, SOURCES))))
COMMANDS = sorted(path.stem for path in (PACKAGE / "management" / "commands").glob("[a-z]*.py"))
NOT_ON_THE_MAP = {"__pycache__", "tests"}


def named(paths):
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def doc(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def imports(path):
    """Return the top names of all that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


def test_the_map_names_every_folder_and_no_other():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - NOT_ON_THE_MAP

    on_the_map = set(re.findall(r"^(\w+) {2,}\S", odzew.__doc__, re.MULTILINE))

    assert on_the_map == folders


def test_the_domain_needs_only_the_standard_library():
    allowed = {*sys.stdlib_module_names, "odzew"}

    assert {name for path in DOMAIN for name in imports(path)} <= allowed


def test_the_domain_imports_nothing_of_odzew_but_itself():
    inside = re.compile(r"^(?:from|import) odzew(?!\.domain\b)", re.MULTILINE)

    assert [path.name for path in DOMAIN if inside.search(path.read_text())] == []


def test_the_domain_can_be_read_in_an_hour():
    assert sum(lines(path) for path in DOMAIN) <= 1_200
    assert [path.name for path in DOMAIN if lines(path) > 200] == []


@pytest.mark.parametrize("path", named(SOURCES))
def test_no_file_is_longer_than_one_can_hold(path):
    assert lines(path) <= 400


@pytest.mark.parametrize("path", named(path for path in SOURCES if lines(path)))
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_the_docs_name_every_setting_and_no_other():
    in_docs = set(re.findall(r"`((?:ODZEW|DATABASE)_[A-Z_]+)`", doc("settings.md")))

    assert in_docs == SETTINGS


def test_the_docs_name_every_command():
    assert {name for name in COMMANDS if f"`odzew {name}" not in doc("commands.md")} == set()


DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OF_DJANGO = {"migrate", "changepassword", "help"}


@pytest.mark.parametrize("path", named(DOCS))
def test_every_link_of_the_docs_leads_somewhere(path):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", named(DOCS))
def test_the_docs_name_only_files_that_are_there(path):
    files = re.findall(r"`((?:odzew|tests|tools|docs|bench)/[\w./]+)`", path.read_text(encoding="utf-8"))

    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("path", named(DOCS))
def test_the_docs_name_only_commands_and_targets_that_are_there(path):
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"(?:`|^ +|/)odzew ([a-z]+)", text, re.MULTILINE)) <= {*COMMANDS, *OF_DJANGO}
    assert set(re.findall(r"(?:`|^ +)make ([a-z]+)", text, re.MULTILINE)) <= targets


def test_the_docs_name_every_address_a_monitor_asks():
    in_docs = set(re.findall(r"^\| `/([a-z]+)` \|", doc("operations.md"), re.MULTILINE))

    views = {str(route.pattern) for route in urlpatterns if isinstance(route, URLPattern)}

    assert in_docs == views


def test_the_docs_name_every_option_of_serve_and_everything_that_can_be_read():
    [serve] = re.findall(r"^\| `odzew serve` \|(.*)\|$", doc("commands.md"), re.MULTILINE)
    [read] = re.findall(r"^\| `odzew read` \|(.*)\|$", doc("commands.md"), re.MULTILINE)
    source = (PACKAGE / "management" / "commands" / "serve.py").read_text(encoding="utf-8")

    assert set(re.findall(r"`(--[a-z-]+)`", serve)) == set(re.findall(r'"(--[a-z-]+)"', source)) - {"--data"}
    assert set(re.findall(r"`(\w+)`", read)) == set(registry.readings())


def test_commands_are_only_django_s_and_ours():
    ours = {name for name, app in get_commands().items() if app == "odzew"}

    assert ours == set(COMMANDS)


def test_every_table_is_listed_in_models():
    listed = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse((PACKAGE / "models.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }

    assert {model.__name__ for model in apps.get_app_config("odzew").get_models()} <= listed


def test_foreign_keys_go_the_way_of_imports():
    order = layers()
    against = [
        f"{model.__module__}.{model.__name__}.{field.name} -> {field.related_model.__module__}"
        for model in apps.get_app_config("odzew").get_models()
        for field in model._meta.concrete_fields
        if field.related_model and place(model, order) > place(field.related_model, order) >= 0
    ]

    assert against == []


OUTSIDE_THE_LEDGER = [
    path for path in SOURCES if path.parent.name != "ledger" and path != PACKAGE / "models.py"
]


def test_only_the_ledger_imports_the_journal():
    importing = [
        str(path.relative_to(ROOT))
        for path in OUTSIDE_THE_LEDGER
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "odzew.ledger.models"
        if {"Entry", "*"} & {alias.name for alias in node.names}
    ]

    assert importing == []


def test_only_the_ledger_writes_what_is_owed():
    write = re.compile(
        r"\bOwed\.objects\b[^\n]*\.(create|bulk_create|update|delete|get_or_create|update_or_create)\("
    )

    assert [str(path) for path in OUTSIDE_THE_LEDGER if write.search(path.read_text(encoding="utf-8"))] == []


def layers():
    """Return the level of each folder, 0 is the top, as import-linter is told."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^layers = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    rows = re.findall(r'"([^"]+)"', block.group(1))
    return {name: level for level, row in enumerate(rows) for name in re.findall(r"\w+", row)}


def place(model, order):
    """Return the level of a model's folder; -1 for tables of others."""
    parts = model.__module__.split(".")
    return order[parts[1]] if parts[0] == "odzew" else -1


def test_no_committed_text_names_a_path_of_a_machine():
    paths = re.compile("/(" + "work|farm|root" + ")/[a-z]")
    kinds = {".py", ".md", ".toml", ".txt", ".sh", ".html", ".css", ".js", ".in", ""}
    skipped = {
        ".git",
        ".venv",
        "data",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
    }
    found = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if path.is_file()
        and path.suffix in kinds
        and not skipped & set(path.relative_to(ROOT).parts)
        and paths.search(path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert found == []


def test_requirements_record_no_address():
    files = [*ROOT.glob("requirements*.txt"), *(ROOT / "tools").glob("requirements*.txt")]

    assert len(files) == 3
    assert [path.name for path in files if "://" in path.read_text()] == []
