"""How administrators see parameters and their values."""

from __future__ import annotations

from addons.base.models import Parameter, ParameterValue
from core.i18n import _
from core.views import Form, Group, List, Search, Tab, Tabs, Widget

parameter_list = List(Parameter, columns=[Parameter.name, Parameter.code, Parameter.kind, Parameter.unit])
parameter_form = Form(
    Parameter,
    title=Parameter.name,
    body=[
        Group(Parameter.code, Parameter.kind, Parameter.unit, key="parameter"),
        Tabs(
            Tab(
                _("Values"),
                Widget(Parameter.values, columns=["valid_from", "value", "company", "source"]),
                key="values",
            ),
            Tab(_("Description"), Parameter.description, key="description"),
            key="tabs",
        ),
    ],
)
parameter_search = Search(Parameter, fields=[Parameter.name, Parameter.code])

value_list = List(
    ParameterValue,
    columns=[
        ParameterValue.parameter,
        ParameterValue.valid_from,
        ParameterValue.value,
        ParameterValue.company,
        ParameterValue.source,
    ],
)
value_form = Form(
    ParameterValue,
    body=[
        Group(
            ParameterValue.parameter, ParameterValue.valid_from, ParameterValue.company, ParameterValue.source,
            key="value",
        ),
        ParameterValue.value,
    ],
)  # fmt: skip
