"""View: one environment's look at one model. It is what records read and write through.

`columns` holds the values of the fields that the environment may read, `shown` the ids that it has been
shown; a record's field answers from these two alone where it can, and asks `read` where it cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.errors import AccessDenied, Missing, Restricted, UnknownName, nearest
from core.i18n import LANGUAGES, _
from core.orm.access.declare import Action
from core.orm.fields.base import Field
from core.orm.files import ATTACHMENT, File, file_of
from core.orm.filter import ALL
from core.orm.read.fetch import fetch, read_kept, read_value, siblings
from core.orm.read.members import members_of
from core.orm.read.reference import follow_reference
from core.orm.store import EVERYTHING, Everything
from core.orm.types import LARGEST_ID
from core.orm.variants import ALL as EVERYBODY
from core.orm.variants import COMPANY, LANGUAGE, SIGN, seen_name, stored_name

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model
    from core.orm.records import Records
    from core.orm.registry import ModelInfo


class View:
    """What an environment sees of a model."""

    __slots__ = ("_free", "cls", "columns", "env", "info", "shown", "variants")

    def __init__(self, env: Env, info: ModelInfo) -> None:
        self.env, self.info, self.cls = env, info, info.cls
        store = env._unit._store
        columns = store.columns(info)
        self.columns = {name: columns[name] for name in info.fields if self.may_see(name)}
        self.variants = self._find_variants()
        for name in self.variants:
            self.columns[name] = store.column(info, seen_name(name, info.varying[name], env._keys))
        # Where no rule limits the reader to some rows, whatever the store holds may be seen.
        self._free = env.elevated or env._allowed("read", info.name) is ALL
        self.shown: Everything | set[int] = (
            EVERYTHING if self._free else store.shown.setdefault((env._reader, info.name), set())
        )

    def _find_variants(self) -> dict[str, str]:
        """What the environment sees otherwise than as the base: field → its own variant, "" of computed ones.

        The columns of these are shared by all readers with the same language or company; reading costs no more.
        """
        info, keys = self.info, self.env._keys
        if not info.varying or not keys:
            return {}
        return {
            name: "" if info.fields[name].is_computed else self.kept_name(name)
            for name, axes in info.varying.items()
            if name in self.columns and not keys.keys().isdisjoint(axes)
        }

    def kept_name(self, name: str) -> str:
        """The name under which the store keeps what the environment means by a field, or by the name of a variant."""
        return stored_name(self.info, name, self.env._keys, self.env._unit.language) if self.info.varying else name

    def told_name(self, name: str) -> str:
        """The way back: what the environment calls what is kept under a name."""
        base = name.partition(SIGN)[0]
        return base if self.variants.get(base) == name else name

    def kept(self, name: str) -> dict[int, Any]:
        """The values that are kept under a name, which may be that of a variant."""
        return self.env._unit._store.column(self.info, name)

    @property
    def light(self) -> tuple[str, ...]:
        """Names of what is read together: short fields, with the variants that are the environment's own."""
        if not self.variants:
            return self.info.light
        return (*self.info.light, *(own for name, own in self.variants.items() if own and name in self.info.light))

    @property
    def is_free(self) -> bool:
        """Whether no rule limits the rows that this environment reads."""
        return self._free

    def may_see(self, name: str) -> bool:
        """Whether the environment's roles may read and write a field."""
        if self.env.elevated:
            return True
        base, sign, key = name.partition(SIGN)
        if sign and not self._may_see_key(base, key):
            return False
        return all(
            guard is not None and not self.env.roles.isdisjoint(guard) for guard in self.info.guards.get(base, ())
        )

    def may_write_key(self, name: str) -> bool:
        """Whether a variant is the environment's to write: the value for all companies is for who works in none."""
        if self.env.elevated or self.env.company_id is None:
            return True
        base, _sign, key = name.partition(SIGN)
        return self.info.fields[base].varies != COMPANY or key != EVERYBODY

    def _may_see_key(self, base: str, key: str) -> bool:
        """Whether a variant is none of another company's."""
        field = self.info.fields.get(base)
        if field is None or field.varies != COMPANY or key == EVERYBODY:
            return True
        return key.isdecimal() and int(key) in self.env.company_ids

    # -- reading ----------------------------------------------------------------------------------

    def read(self, field: Field[Any], record: Model) -> Any:
        """The value of a field, fetched for the record's whole set. Raises Missing or AccessDenied."""
        if field.name not in self.columns:
            raise self.refusal(field.name)
        return read_value(self, self.info.fields[field.name], record)

    def variant(self, name: str, record: Model) -> Any:
        """The value of exactly one variant, such as `name@vi`, or None. Raises as `read`, and UnknownName."""
        if name not in self.info.fields or not self.may_see(name):
            raise self.refusal(name)
        return read_kept(self, self.kept_name(name), record)

    def follow(self, field: Field[Any], record: Model, identity: int) -> Model:
        """The record that a many-to-one points at. Raises Restricted where the reader may not see it."""
        target = self.env._view(field.target)
        found = target.cls(target, identity, siblings(self, field.name, record))
        if identity not in target.shown:
            if self.env._allowed("read", field.target) is not None:
                fetch(target, found, target.light)
            if identity not in target.shown:
                raise Restricted(_("{label} is restricted: you may not see that {model}.",
                                   label=field.label, model=target.info.label))  # fmt: skip
        return found

    def follow_reference(self, field: Field[Any], record: Model, reference: str) -> Model:
        """The record that a reference points at. Raises Restricted where the reader may not see it."""
        return follow_reference(self, field, record, reference)

    def file(self, field: Field[Any], record: Model, identity: int) -> File:
        """The file of an attachment that a field of the record names."""
        # Who may read the field may read the file: attachments themselves are granted to nobody.
        target = self.env.sudo()._view(ATTACHMENT)
        attachment = target.cls(target, identity, siblings(self, field.name, record))
        return file_of(attachment, self.env._unit.files)

    def members(self, field: Field[Any], record: Model) -> Records[Any]:
        """The records of a to-many relation, those that the reader may see."""
        if field.name not in self.columns:
            raise self.refusal(field.name)
        return members_of(self, self.info.fields[field.name], record)

    def version(self, record: Model) -> int:
        """The version of the record as first read."""
        versions = self.env._unit._store.versions[self.info.name]
        if record.id not in versions or record.id not in self.shown:
            fetch(self, record, self.light)
        if record.id not in versions or record.id not in self.shown:
            raise self.missing()
        return versions[record.id]

    def sees(self, record: Model) -> bool:
        """Whether the record exists and the reader may see it."""
        try:
            self.version(record)
        except (Missing, AccessDenied):
            return False
        return True

    # -- writing ----------------------------------------------------------------------------------

    def assign(self, record: Model, values: Mapping[str, object]) -> None:
        """Change fields of one record."""
        self.env._unit._pending.assign(self, (record.id,), values, record._set)

    def assign_all(self, ids: Iterable[int], values: Mapping[str, object]) -> None:
        """Give the same values to several records."""
        self.env._unit._pending.assign(self, tuple(ids), values)

    def expect(self, record: Model, version: int) -> None:
        """Note the version that a person saw; writing compares the stored one with it."""
        store = self.env._unit._store
        if self.version(record) != version:
            store.stale.add((self.info.name, record.id))
        store.versions[self.info.name][record.id] = version

    def delete(self, ids: Iterable[int]) -> None:
        """Delete records."""
        self.env._unit._pending.delete(self, tuple(ids))

    # -- errors -----------------------------------------------------------------------------------

    def refusal(self, name: str) -> Exception:
        """The error for a field that this view does not offer."""
        known = self.info.fields.get(name)
        if known is None and SIGN in name and (base := self.info.fields.get(name.partition(SIGN)[0])) is not None:
            return self._no_variant(base, name)
        if known is None:
            return UnknownName(f"field '{name}' is not on {self.info.name}", hint=nearest(name, self.info.fields))
        return AccessDenied(_("You may not see {label} of {model}.", label=known.label, model=self.info.label))

    def _no_variant(self, field: Field[Any], name: str) -> Exception:
        if field.varies == LANGUAGE:
            key = name.partition(SIGN)[2]
            return UnknownName(f"'{name}': there is no language '{key}'", hint=nearest(key, LANGUAGES))
        text = "differs by company: write its number" if field.varies else "is the same in all languages and companies"
        return UnknownName(f"'{name}' of {self.info.name}: {field.name} {text}")

    def missing(self) -> Missing:
        """The error for a record that does not exist, or that the reader may not see: never told apart."""
        return Missing(_("There is no such {model}, or you may not see it.", model=self.info.label))

    def id_of(self, given: object) -> int:
        """An id that a record can have. Raises Missing for what is no number, or larger than a column holds."""
        if isinstance(given, bool) or not isinstance(given, int) or not -LARGEST_ID <= given <= LARGEST_ID:
            raise self.missing()
        return given

    def denied(self, action: Action) -> AccessDenied:
        """The error for an action that no grant of the reader allows."""
        texts = {
            "read": _("You may not see {models}.", models=self.info.label_plural),
            "write": _("You may not change {models}.", models=self.info.label_plural),
            "create": _("You may not create {models}.", models=self.info.label_plural),
            "delete": _("You may not delete {models}.", models=self.info.label_plural),
        }
        return AccessDenied(texts[action])
