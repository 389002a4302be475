"""How administrators add fields and change what people see of those that there are."""

from __future__ import annotations

from addons.base.models import AddedField, ChangedField, CustomModel, Precision
from core.i18n import _
from core.views import Facet, Form, Group, List, Search, Tab, Tabs

field_list = List(
    AddedField,
    columns=[
        AddedField.label,
        AddedField.label_vi,
        AddedField.on,
        AddedField.kind,
        AddedField.name,
        AddedField.required,
        AddedField.on_list,
        AddedField.problem,
    ],
)
field_form = Form(
    AddedField,
    title=AddedField.label,
    body=[
        Group(
            AddedField.on, AddedField.kind, AddedField.label_vi, AddedField.required, AddedField.help,
            AddedField.default, AddedField.help_vi,
            key="field", label=_("The field"),
        ),
        Group(
            AddedField.target, AddedField.digits, AddedField.options, AddedField.total, AddedField.searched,
            key="kind", label=_("By its kind"),
        ),
        Group(
            AddedField.on_form, AddedField.after_form, AddedField.on_list, AddedField.after_list,
            key="place", label=_("Where it stands"),
        ),
        Tabs(
            Tab(_("Only for"), AddedField.roles, key="roles"),
            Tab(
                _("Technical"), AddedField.name, AddedField.problem,
                key="technical",
            ),
            key="tabs",
        ),
    ],
)  # fmt: skip
field_search = Search(
    AddedField,
    fields=[AddedField.label, AddedField.label_vi, AddedField.name, AddedField.on],
    facets=[
        Facet("aside", _("Set aside"), AddedField.problem != ""),
    ],
)

change_list = List(
    ChangedField,
    columns=[
        ChangedField.on,
        ChangedField.name,
        ChangedField.label,
        ChangedField.label_vi,
        ChangedField.on_form,
        ChangedField.on_list,
        ChangedField.digits,
        ChangedField.problem,
    ],
)
change_form = Form(
    ChangedField,
    title=ChangedField.name,
    body=[
        Group(ChangedField.on, ChangedField.digits, key="field"),
        Group(
            ChangedField.label, ChangedField.label_vi, ChangedField.help, ChangedField.help_vi,
            key="words", label=_("What it is called"),
        ),
        Group(
            ChangedField.on_form, ChangedField.after_form, ChangedField.on_list, ChangedField.after_list,
            key="place", label=_("Where it stands"),
        ),
        Group(ChangedField.problem, key="state"),
    ],
)  # fmt: skip
change_search = Search(
    ChangedField,
    fields=[ChangedField.name, ChangedField.label, ChangedField.label_vi, ChangedField.on],
    facets=[Facet("aside", _("Set aside"), ChangedField.problem != "")],
)

kind_list = List(
    CustomModel,
    columns=[CustomModel.name, CustomModel.name_vi, CustomModel.key, CustomModel.label, CustomModel.label_vi],
)
kind_form = Form(
    CustomModel,
    title=CustomModel.name,
    body=[
        Group(CustomModel.name_vi, CustomModel.key, key="kind"),
        Group(
            CustomModel.label, CustomModel.label_vi, CustomModel.plural, CustomModel.plural_vi,
            key="words", label=_("What it is called here"),
        ),
    ],
)  # fmt: skip
kind_search = Search(CustomModel, fields=[CustomModel.name, CustomModel.name_vi, CustomModel.key])

precision_list = List(Precision, columns=[Precision.name, Precision.digits])
precision_form = Form(Precision, body=[Group(Precision.name, Precision.digits, key="precision")])
