"""A record as the form shows it: its values, what the reader may do to it, its state and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.errors import Missing
from core.i18n import _, translate
from core.orm.archived import ACTIVE
from core.orm.files import KINDS
from core.orm.filter import ALL, Condition, Filter
from core.orm.states.approval import REQUEST, waiting
from core.orm.states.carry import Possible, possible_moves
from core.orm.types import LARGEST_ID
from core.views import ButtonAt, FieldAt, FormView, ShownAt
from core.views.amounts import Currency, currency_of
from core.web.screens.cells import needed
from core.web.screens.titles import titles_of

if TYPE_CHECKING:
    from core.formats import Formats
    from core.orm.access.declare import Action
    from core.orm.env import Env
    from core.orm.model import Model
    from core.views import Views

STATES = 9  # of a path; more are no path any longer
NEVER_TYPED = ("json", "one2many")


@dataclass(frozen=True)
class State:
    """A step of the path. place: "done", "now" or ""."""

    value: str
    label: str
    place: str


@dataclass(frozen=True)
class Asking:
    """A move that waits for approval. id: of the request. by: who has to agree now."""

    id: int
    move: str
    who: str
    by: list[str]


class Sheet:
    """The record of a form page, for one reader. identity: None for a record that is yet to be made."""

    def __init__(self, env: Env, views: Views, formats: Formats, view: FormView, identity: int | None) -> None:
        self.env, self.views, self.formats, self.view, self.id = env, views, formats, view, identity
        self.info = view.model
        self.collection = env[self.info.name]
        self.widgets = [widget for widget in view.widgets() if widget.at.readable(env)]
        self.row: dict[str, Any] = {}
        self.subject: Model | None = None

    # -- reading ----------------------------------------------------------------------------------

    def read(self) -> None:
        """Load the values. Raises Missing where there is no such record, or none that the reader may see."""
        paths = [
            "id",
            "row_version",
            "display_name",
            *([ACTIVE] if self.info.archivable and self.collection.readable(ACTIVE) else []),
            *(path for shown in self._read_ones() for path in needed(self.env, shown)),
        ]
        rows = self.collection.values(
            list(dict.fromkeys(paths)), Condition(self.info.name, ("id",), "=", self._known_id()), order=()
        )
        if not rows:
            raise Missing(_("There is no such record here, or none that you may see."))
        self.row = rows[0]
        # Whether buttons and rights apply is decided by conditions of the addon, which may look at records
        # that this reader does not see; no value of it is shown.
        self.subject = self.env.sudo("what applies to a record")[self.info.name].browse(self.row["id"])[0]

    def _known_id(self) -> int:
        if self.id is None or not 0 < self.id <= LARGEST_ID:  # no column holds that: it is no record's
            raise Missing(_("There is no such record here, or none that you may see."))
        return self.id

    def _read_ones(self) -> list[ShownAt]:
        heads = [at for at in (self.view.title, self.view.status) if at is not None and at.readable(self.env)]
        return [*(ShownAt(at) for at in heads), *self.widgets]

    def start(self, given: Mapping[str, Any]) -> None:
        """A record that is yet to be made: the model's defaults, and what the address gives."""
        values = {**self.collection.defaults(), **given}
        self.row = {"display_name": ""}
        for shown in self._read_ones():
            at = shown.at
            self.row.update(dict.fromkeys(path for path in needed(self.env, shown) if path not in self.row))
            if at.direct:
                value = values.get(at.path, at.field().absent)
                if at.field().many:
                    self.row[at.path] = [getattr(one, "id", one) for one in value or ()]
                elif at.kind == "many2one":
                    self.row[at.path] = identity = getattr(value, "id", value)
                    known = titles_of(self.env, at.target, [identity]) if identity is not None else {}
                    self.row[f"{at.path}.display_name"] = known.get(identity) if identity is not None else None
                else:
                    self.row[at.path] = None if value == at.field().absent and at.kind != "boolean" else value

    @property
    def title(self) -> str:
        """What people call the record."""
        return str(self.row.get("display_name") or "")

    # -- rights -----------------------------------------------------------------------------------

    def may(self, action: Action) -> bool:
        """Whether the reader may do it to this very record."""
        if not self.collection.can(action):
            return False
        if self.env.elevated or self.subject is None:
            return True
        rows = self.env.models.access.rows(self.env, action, self.info.name)
        return rows is not None and (rows is ALL or rows.matches(self.subject))

    @cached_property
    def may_archive(self) -> bool:
        """Whether the reader may archive the record, or bring it back."""
        able = self.id is not None and self.info.archivable and self.collection.writable(ACTIVE)
        return able and self.editable

    @property
    def archived(self) -> bool:
        """Whether the record is archived."""
        return self.row.get(ACTIVE) is False

    @cached_property
    def editable(self) -> bool:
        """Whether the reader may change or make it."""
        return self.may("create" if self.id is None else "write")

    def may_type(self, at: FieldAt, readonly: bool = False) -> bool:
        """Whether the reader may change this field of it."""
        return (
            self.editable
            and not readonly
            and at.direct
            and at.kind not in NEVER_TYPED
            and not self._moves_only(at)
            and self.collection.writable(at.path)
        )

    def _moves_only(self, at: FieldAt) -> bool:
        return self.info.lifecycle is not None and self.info.lifecycle.field == at.path

    def typed_names(self) -> list[str]:
        """The fields that the page has inputs for."""
        title = [self.view.title.path] if self.view.title is not None and self.may_type(self.view.title) else []
        return [*title, *(widget.at.path for widget in self.widgets if self.may_type(widget.at, widget.readonly))]

    @property
    def holds_files(self) -> bool:
        """Whether the page has an input for a file."""
        return any(widget.at.kind in KINDS and self.may_type(widget.at, widget.readonly) for widget in self.widgets)

    # -- parts of the page --------------------------------------------------------------------------

    def buttons(self) -> list[ButtonAt]:
        """The verbs that the reader is offered and that apply now, the main one first."""
        if self.id is None or not self.editable:
            return []
        found = [
            self._worded(button)
            for button in self.view.buttons
            if button.offered(self.env) and self._applies(button.when) and self._allowed(button.verb)
        ]
        return sorted(found, key=lambda button: not button.main)

    def button(self, verb: str) -> ButtonAt | None:
        """The button of that verb, where it is offered and applies."""
        return next((button for button in self.buttons() if button.verb == verb), None)

    @cached_property
    def moves(self) -> dict[str, Possible]:
        """The moves of the record by their verbs, with whether the reader may make them now."""
        if self.id is None or self.info.lifecycle is None:
            return {}
        return {one.move.name: one for one in possible_moves(self.collection.browse(self.id)[0])}

    def _allowed(self, verb: str) -> bool:
        return verb not in self.moves or (self.moves[verb].allowed and verb not in self._asked)

    @cached_property
    def _asked(self) -> frozenset[str]:
        """The moves that wait for approval already, whoever asked."""
        if self.info.lifecycle is None or not self.info.lifecycle.is_approved or self.subject is None:
            return frozenset()
        return frozenset(request.move for request in waiting(self.subject))

    def _worded(self, button: ButtonAt) -> ButtonAt:
        """A move that needs approval is asked for, and is not what most often happens next."""
        if button.verb not in self.moves or not self.moves[button.verb].needs_approval:
            return button
        return replace(button, label=_("{move}: ask for approval", move=button.label), main=False)

    def waiting(self) -> list[Asking]:
        """The approvals of moves of the record that are asked for."""
        if self.id is None or self.info.lifecycle is None or not self.info.lifecycle.is_approved:
            return []
        system = self.env.sudo("who decides")
        return [
            Asking(request.id, request.name, request.asked_by.display_name, [
                group.name for group in system[REQUEST].get(request.id).approvers
            ])
            for request in waiting(self.collection.browse(self.id)[0])
        ]  # fmt: skip

    def _applies(self, when: Filter | None) -> bool:
        return when is None or (self.subject is not None and when.matches(self.subject))

    def states(self) -> list[State]:
        """The path of states; nothing where there are too many."""
        at = self.view.status
        if at is None or not at.readable(self.env):
            return []
        now = self.row[at.path]
        if at.kind == "selection":
            found = [(value, translate(label, self.env.language)) for value, label in at.field().options]
        else:
            rows = self.env[at.target].values(["id", "display_name"], limit=STATES + 1)
            found = [(row["id"], row["display_name"]) for row in rows]
        values = [value for value, _label in found]
        if len(found) > STATES:
            return []
        here = values.index(now) if now in values else -1
        places = {here: "now"} | dict.fromkeys(range(here), "done")
        return [State(str(value), label, places.get(place, "")) for place, (value, label) in enumerate(found)]

    def currencies(self) -> dict[str, Currency | None]:
        """Name of an amount → how it is written."""
        return {
            widget.at.path: currency_of(widget.at, self.row)
            for widget in self.widgets
            if widget.at.kind == "monetary" and widget.at.direct
        }
