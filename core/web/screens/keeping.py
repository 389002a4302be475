"""Saving what was typed: only what differs, against the version that the person saw.

It runs in a savepoint, so that a page that shows what is wrong reads the state before. Whoever answers with
such a page gives it a status of 400 or more, and the unit of work is rolled back as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import Conflict, Invalid, UserError
from core.i18n import _
from core.orm.files import Upload
from core.orm.variants import SIGN
from core.orm.wire import load
from core.views import ShownAt
from core.web.screens.cells import Draw
from core.web.screens.seen import touched
from core.web.screens.sheet import Sheet
from core.web.screens.typed import Problems, Sent, Typed, id_of

if TYPE_CHECKING:
    from core.orm.model import Model

GIVEN = "set."
"""`/records/sale.order.line/new?set.order=17`: what the address of a new record gives."""


def given(sheet: Sheet, args: Mapping[str, str]) -> dict[str, Any]:
    """What the address gives a new record. Raises Invalid."""
    fields, data = sheet.info.fields, {}
    for name, text in args.items():
        field = fields.get(name.removeprefix(GIVEN)) if name.startswith(GIVEN) else None
        if field is not None:
            data[field.wire_name] = id_of(text) if field.kind == "many2one" else text
    return load(sheet.env, sheet.info.name, data, partial=True)


def keep_new(
    sheet: Sheet, sent: Sent, values: Mapping[str, Any], files: Mapping[str, Upload]
) -> tuple[Problems, int | None]:
    """Make the record; its id, or what is wrong. values: what the address gives. files: that came with the form."""
    typed = Typed(sheet.env, sheet.views, sheet.formats, sheet.info, sent, files)
    # What nobody touched is left to the model: its defaults are what the page showed, and what is computed stays so.
    filled = typed.values(_touched(sheet, sent))
    if typed.problems:
        return typed.problems, None
    try:
        with sheet.env.savepoint():
            made = sheet.collection.create(**{**values, **filled})
            return typed.problems, int(made.id)
    except UserError as error:
        return _told(sheet, error, typed.problems), None


def keep(sheet: Sheet, sent: Sent, files: Mapping[str, Upload]) -> tuple[Problems, dict[str, str]]:
    """Write what was touched. What is wrong, and, after a conflict, what is stored now of what differs.

    sent: loses, after a conflict, what the person had not touched. files: that came with the form.
    """
    typed = Typed(sheet.env, sheet.views, sheet.formats, sheet.info, sent, files)
    status = sheet.view.status
    state = status.path if status is not None and sheet.may_type(status) else ""
    # What nobody touched is not read either: what it says may be nothing that this person could type.
    wanted = _touched(sheet, sent)
    read = typed.values(wanted, state)
    if typed.problems:
        return typed.problems, {}
    changed = {name: value for name, value in read.items() if _differs(sheet, name, value)}
    if not changed:
        return typed.problems, {}
    try:
        with sheet.env.savepoint():
            record: Model = sheet.collection.get(sheet.row["id"])
            version = id_of(sent.get("_version", ""))
            if version is not None:
                record.expect_version(version)
            record.write(**changed)
    except Conflict as error:
        problems = _told(sheet, error, typed.problems)
        for name in sheet.typed_names():
            if name not in wanted and name != state:
                sent.poplist(name)  # shown as it is stored now
        sent["_version"] = str(sheet.row["row_version"])
        problems.message = _(
            "Somebody changed this while you had it open. What is stored now stands below each field that differs; "
            "saving again keeps what you typed."
        )
        return problems, stored_texts(sheet, changed)
    except UserError as error:
        return _told(sheet, error, typed.problems), {}
    return typed.problems, {}


def _touched(sheet: Sheet, sent: Sent) -> list[str]:
    wanted = touched(sheet.info.fields, sheet.typed_names(), sent)
    return [name for name in sheet.typed_names() if name in wanted]


def stored_texts(sheet: Sheet, changed: Mapping[str, Any]) -> dict[str, str]:
    """What is stored now of the fields that somebody was about to change, as people read it."""
    draw, ats = Draw(sheet.env, sheet.formats), {widget.at.path: widget.at for widget in sheet.widgets}
    if sheet.view.title is not None:
        ats[sheet.view.title.path] = sheet.view.title
    found = {}
    for name in changed:
        if name in ats and not ats[name].field().many:
            found[name] = draw.cell(ShownAt(ats[name]), sheet.row).text or draw.say(_("empty"))
    return found


def _told(sheet: Sheet, error: UserError, problems: Problems) -> Problems:
    if isinstance(error, Invalid):
        problems.take(error, {})
    else:
        problems.message = error.args[0] if error.args else ""
    problems.status = error.status
    return problems


def _differs(sheet: Sheet, name: str, typed: Any) -> bool:
    stored = sheet.row[name]
    if isinstance(stored, list | tuple):
        return set(stored) != set(typed)
    if SIGN in name:  # a zero of one's own is another thing than having none
        return bool(stored != typed)
    return bool((stored or None) != (typed or None))  # an absent value is None, "" or 0
