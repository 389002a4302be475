"""Reading parameters: what one was on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, overload

from addons.base.models import Company, Parameter, ParameterValue
from addons.base.parameters import parse
from core import Env, Refused
from core.i18n import _

T = TypeVar("T", Decimal, str, list[Any])


class NoParameter(Refused):
    """A parameter has no value that was valid on the day, or there is no such parameter."""


@overload
def parameter(env: Env, code: str, on: date, *, company: Company | int | None = ...) -> Decimal: ...
@overload
def parameter(env: Env, code: str, on: date, kind: type[T], *, company: Company | int | None = ...) -> T: ...
def parameter(
    env: Env, code: str, on: date, kind: Any = Decimal, *, company: Company | int | None = None
) -> Decimal | str | list[Any]:
    """What a parameter was on a day. kind: `Decimal`, `str`, or `list` for a table, whose numbers are Decimals.

    on: a value is valid from its day on, that day included. company: whose own value counts first; where it is not
    given, the company that the user works in. A computed value that asks declares `Parameter` and `ParameterValue`
    as lookups.

    Raises NoParameter where nothing was valid on the day, and TypeError for a parameter of another kind.
    """
    # Legal figures are no secret, and a pay slip is the same whoever looks at it.
    known = env.sudo("value of a parameter")
    found = known[Parameter].search(Parameter.code == code)
    if not found:
        raise NoParameter(_("There is no parameter '{code}'. Add it under Settings → Parameters.", code=code))
    row = _latest(known, found[0], on, env.company_id if company is None else company)
    if row is None:
        raise NoParameter(
            _(
                "The parameter '{code}' ({name}) has no value that is valid on {day}. "
                "Add one, with the law that it comes from.",
                code=code,
                name=found[0].name,
                day=on.isoformat(),
            )
        )
    value = parse(found[0].kind or "number", row.value).value
    if type(value) is not kind:
        raise TypeError(f"parameter '{code}' is a {found[0].kind}, and was asked for as {kind.__name__}")
    return value


def _latest(env: Env, asked: Parameter, on: date, company: Company | int | None) -> ParameterValue | None:
    valid = ParameterValue.parameter.is_(asked) & (ParameterValue.valid_from <= on)
    for whose in (company, None) if company is not None else (None,):
        mine = valid & ParameterValue.company.is_(whose)
        rows = env[ParameterValue].search(mine, order=("-valid_from",), limit=1)
        if rows:
            return rows[0]
    return None
