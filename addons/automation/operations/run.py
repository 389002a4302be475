"""Running automations: a chain of runs, each in a savepoint of its own, that starts with what a unit of work changed.

    changes ─► rules that they set off ─► savepoint: actions ─► what these changed ─► rules …     until nothing changes
                                              └ fails: taken back, tried record by record, noted
    the same automation changes the same record twice in a chain, or the chain is too long: a loop
        ─► all that automations did in this unit is taken back ─► those of the loop are stopped ─► the others run again

The chain is one savepoint, so a loop leaves nothing behind, and the user's own changes stay whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from addons.automation.models import Action, Automation, Log
from addons.automation.operations.matching import set_off
from addons.automation.operations.rules import Rule, rules_of
from addons.automation.operations.words import changes_of
from core import Conflict, Env, Refused
from core.errors import Busy
from core.i18n import Text, _, listed, translate
from core.orm.changed import Changed, ModelChanges

LONGEST = 20
"""So many runs may follow from one another."""
NAME_SIZE = 200
Found = Mapping[str, ModelChanges]


@dataclass(frozen=True)
class Link:
    """One run of a chain, and the one that it followed from."""

    rule: Rule
    ids: frozenset[int]
    before: Link | None = None

    def back(self) -> Iterator[Link]:
        """This run, and those before it."""
        at: Link | None = self
        while at is not None:
            yield at
            at = at.before


class Loop(Exception):
    """Automations set one another off without an end."""

    def __init__(self, rules: Iterable[Rule], model: str, identity: int, *, is_long: bool = False) -> None:
        super().__init__()
        self.rules = {rule.id: rule for rule in rules}
        self.model, self.identity, self.is_long = model, identity, is_long


@dataclass
class Chain:
    """The runs of one unit of work. env: elevated."""

    env: Env
    changed: Changed
    stopped: set[int] = field(default_factory=set)
    notes: list[dict[str, Any]] = field(default_factory=list)

    def follow(self) -> None:
        """Run what the unit's changes set off, and what follows from that."""
        self._keep_trying(lambda: self._rounds([(None, self.changed.since(self.changed.start))]))

    def begin(self, rule: Rule, ids: Iterable[int]) -> None:
        """Run one automation on these records, and what follows from that. For dates and schedules."""

        self._keep_trying(lambda: self._rounds(self._run(rule, list(ids), None)))
        self.env.flush()
        self.changed.start = self.changed.place  # what follows from it has been run

    def _keep_trying(self, run: Any) -> None:
        loops: list[Loop] = []
        while True:
            try:
                with self.env.savepoint():
                    self.notes = []
                    run()
                break
            except Loop as found:
                loops.append(found)
                self.stopped |= found.rules.keys()
        for loop in loops:
            self._stop(loop)
        if self.notes:
            self.env[Log].create_many(self.notes)

    # -- the runs ---------------------------------------------------------------------------------

    def _rounds(self, causes: list[tuple[Link | None, Found]]) -> None:
        while causes:
            rules = self._rules({model for _link, found in causes for model in found})
            # All are found before any runs: what one of them changes is a cause of its own, in the next round.
            due = [
                (rule, set_off(self.env, rule, found[rule.model]), link)
                for link, found in causes
                for rule in rules
                if rule.model in found
            ]
            causes = [caused for rule, ids, link in due for caused in self._run(rule, ids, link)]

    def _rules(self, models: set[str]) -> list[Rule]:
        """Those at work. One that names what has gone since it was saved is stopped, with the reason."""
        found = [rule for rule in rules_of(self.env, models) if rule.id not in self.stopped]
        for rule in found:
            if rule.problem:
                self.stopped.add(rule.id)
                self.env[Automation].get(rule.id).stop(rule.problem, self.env.now())
        return [rule for rule in found if not rule.problem]

    def _run(self, rule: Rule, ids: list[int], link: Link | None) -> list[tuple[Link | None, Found]]:
        """Run one automation on a batch; what it changed sets the next ones off."""
        if not ids:
            return []
        chain = list(link.back()) if link is not None else []
        if len(chain) >= LONGEST:
            raise Loop((one.rule for one in chain), rule.model, ids[0], is_long=True)
        again = {one for before in chain if before.rule.id == rule.id for one in before.ids}
        following: list[tuple[Link | None, Found]] = []
        for batch in ([one for one in ids if one not in again], [one for one in ids if one in again]):
            if not batch:
                continue
            found = self._attempt(rule, batch, is_again=batch[0] in again)
            if found and batch[0] in again:
                raise Loop(_round_trip(chain, rule, batch[0]), rule.model, batch[0])
            if found:
                following.append((Link(rule, frozenset(batch), link), found))
        return following

    def _attempt(self, rule: Rule, ids: list[int], *, is_again: bool = False) -> Found:
        """Do the actions for a batch in a savepoint; where that fails, for each record in one of its own."""
        place, began = self.changed.place, perf_counter()
        self.changed.is_whole = True  # what it did is told whole, and a second time around counts whatever it did
        try:
            with self.env.savepoint():
                self._perform(rule, ids)
        except (Busy, Loop):
            raise
        except Exception as error:
            if len(ids) > 1:
                for identity in ids:
                    self._attempt(rule, [identity], is_again=is_again)
                return self.changed.since(place)
            self._note(
                rule, ids[0], "failed", perf_counter() - began, message=_why(rule, self._name(rule, ids[0]), error)
            )
            return {}
        finally:
            self.changed.is_whole = False
        found = self.changed.since(place)
        if not is_again or found:
            seconds = perf_counter() - began
            for identity in ids:
                self._note(rule, identity, "done", seconds, changed=changes_of(self.env, rule.model, identity, found))
        return found

    def _perform(self, rule: Rule, ids: list[int]) -> None:
        acting = acting_as(self.env, rule)
        records = acting[rule.model].browse(*ids)
        for action in self.env[Action].search(Action.automation.is_(rule.id)):
            action.perform(records)
        acting.flush()

    # -- what is kept of them -----------------------------------------------------------------------

    def _note(
        self, rule: Rule, identity: int, outcome: str, seconds: float, *, message: str = "", changed: str = ""
    ) -> None:
        record = self.env[rule.model].browse(identity)[0]
        is_there = record.exists()
        self.notes.append(
            {
                "at": self.env.now(), "automation": rule.id, "automation_name": rule.name,
                "record": (rule.model, identity) if is_there else None, "record_name": self._name(rule, identity),
                "outcome": outcome, "message": self._said(message), "changed": changed, "seconds": round(seconds, 4),
            }
        )  # fmt: skip

    def _name(self, rule: Rule, identity: int) -> str:
        record = self.env[rule.model].browse(identity)[0]
        return str(record.display_name)[:NAME_SIZE] if record.exists() else f"{rule.model} {identity}"

    def _said(self, text: str) -> str:
        return translate(text, self.env.main_language)

    def _stop(self, loop: Loop) -> None:
        """Let the automations of a loop rest, with the reason on each, and note it."""
        rules = list(loop.rules.values())
        name = self._name(rules[0], loop.identity) if loop.model == rules[0].model else str(loop.identity)
        for rule in rules:
            if rule.model == loop.model:
                name = self._name(rule, loop.identity)
        message = self._said(_loop_text(rules, name, is_long=loop.is_long))
        for rule in rules:
            identity = loop.identity
            self.notes.append(
                {
                    "at": self.env.now(), "automation": rule.id, "automation_name": rule.name,
                    "record": (loop.model, identity), "record_name": name, "outcome": "stopped", "message": message,
                    "changed": "", "seconds": 0.0,
                }
            )  # fmt: skip
            try:
                with self.env.savepoint():
                    self.env[Automation].with_archived().search(Automation.is_(rule.id))[0].stop(
                        message, self.env.now()
                    )
            except Conflict:
                continue  # somebody else's unit has just stopped it too


def acting_as(env: Env, rule: Rule) -> Env:
    """Who the actions are done as. Raises Refused where the user is not active any more."""
    reasoned = env.sudo(rule.reason)
    if rule.user is None:
        return reasoned  # with all rights, as its administrators have said
    identity = env.hooks.identity_of(env=env, user_id=rule.user)
    if identity is None:
        raise Refused(_("the user that it acts as is not active any more"))
    return reasoned.as_user(identity)


def _round_trip(chain: list[Link], rule: Rule, identity: int) -> list[Rule]:
    """The automations from the first run on the record to this one, in the order in which they ran."""
    rules: list[Rule] = []
    for link in chain:
        rules.append(link.rule)
        if link.rule.id == rule.id and identity in link.ids:
            break
    return rules[::-1]


def _loop_text(rules: list[Rule], record: str, *, is_long: bool) -> Text:
    names = listed([f"“{rule.name}”" for rule in rules])
    if len(rules) == 1:
        return _("{name} sets itself off on {record} without an end, and was stopped. All that it did there was taken "
                 "back.", name=names, record=record)  # fmt: skip
    if is_long:
        return _("{names} follow from one another on {record} in more than {count} steps, and were stopped. All that "
                 "they did there was taken back.", names=names, record=record, count=LONGEST)  # fmt: skip
    return _("{names} set one another off on {record} without an end, and were stopped. All that they did there was "
             "taken back.", names=names, record=record)  # fmt: skip


def _why(rule: Rule, record: str, error: Exception) -> Text:
    reason = error.args[0] if error.args and isinstance(error.args[0], str) else type(error).__name__
    return _("“{automation}” failed on {record}: {reason}", automation=rule.name, record=record, reason=reason)
