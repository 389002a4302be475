"""Mistakes that partners make: each is one message with addon, file, line and a hint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.addons.discover import discover
from core.addons.lifecycle import enable
from core.addons.registry import compose
from core.errors import DeclarationError, SetupError
from core.settings import Settings

from .conftest import WriteAddon
from .mistakes import access, check, hooks, model, view

MISTAKES = {
    "a Check of an unknown column": (
        model('_constraints = (Check("some", "rivall <> \'\'"),)'),
        "models/lead.py:7: Check 'some' of crm.lead, .*: no such column: rivall; nearest: 'rival'",
    ),
    "a Check that is no SQL": (
        model('_constraints = (Check("some", "rival >>> 2"),)'),
        "models/lead.py:7: Check 'some' of crm.lead, .*syntax error; write SQL that SQLite and PostgreSQL both take",
    ),
    "a default that is no option": (
        model('size = fields.Selection([("small", "Small")], "Size", default="smal")'),
        "models/lead.py:7: the default of crm.lead.size cannot be 'smal'; nearest: 'small'",
    ),
    "a binary fraction as a default": (
        model('share = fields.Decimal("Share", default=0.1)'),
        "models/lead.py:7: the default of crm.lead.share must be an exact decimal number",
    ),
    "more decimals than fit": (
        model('share = fields.Decimal("Share", digits=30)'),
        "models/lead.py:7: crm.lead.share keeps 30 decimals; from 0 to 17 fit",
    ),
    "a field for a misspelt role": (
        model('margin = fields.Integer("Margin", roles=("crm.managr",))'),
        "models/lead.py:7: crm.lead.margin is for the role 'crm.managr', .*; nearest: 'crm.manager'",
    ),
    "a model that is declared again": (
        {"models/lead.py": "from core import Model\n\nclass Lead(Model):\n    _name = 'crm.lead'\n"},
        "models/lead.py:3: crm.lead is declared by addon 'crm' already, at crm/models/lead.py:[0-9]+; subclass that",
    ),
    "a name that is no model's": (
        {"models/lead.py": "from core import Model\n\nclass Lead(Model):\n    _name = 'My Lead'\n"},
        "models/lead.py:3: _name = 'My Lead' is no name of a model; write area.noun",
    ),
    "a misspelt title": (
        {
            "models/visit.py": "from core import Model, fields\n\nclass Visit(Model):\n    _name = 'bad.visit'\n"
            "    _title = 'subjct'\n    subject = fields.Char('Subject')\n"
        },
        "models/visit.py:3: _title of bad.visit: field 'subjct' is not on bad.visit; nearest: 'subject'",
    ),
    "a module that ends the process": (
        {"models/lead.py": "import sys\n\nsys.exit(3)\n"},
        "models/lead.py:3: SystemExit: 3",
    ),
    "a name that is not there": (
        model("x = rivall"),
        "models/lead.py:7: NameError: name 'rivall' is not defined; nearest: 'rival'",
    ),
    "a class that is not there": (
        {"models/lead.py": "from addons.crm.models import Leed\n"},
        "models/lead.py:1: ImportError: cannot import name 'Leed' .*; nearest: 'Lead'",
    ),
    "a module that is not there": (
        {"models/lead.py": "from addons.crm.modelz import Lead\n"},
        "models/lead.py:1: ModuleNotFoundError: .*; nearest: 'models'",
    ),
    "a keyword of a field": (
        model('rank = fields.Char("Rank", requird=True)'),
        "models/lead.py:7: TypeError: .*'requird'.*; nearest: 'required'",
    ),
    "a keyword of a relation": (
        model('boss = fields.Many2one(CrmLead, on_delet="clear")'),
        "models/lead.py:7: TypeError: .*'on_delet'.*; nearest: 'on_delete'",
    ),
    "a word of a relation": (
        model('boss = fields.Many2one(CrmLead, on_delete="delte")'),
        "models/lead.py:7: 'delte' is no value of on_delete; nearest: 'delete'",
    ),
    "a word of a relation that is like none": (
        model('boss = fields.Many2one(CrmLead, on_delete="")'),
        "models/lead.py:7: '' is no value of on_delete; one of clear, refuse, delete, archive",
    ),
    "a word of a reference": (
        model('about = fields.Reference([CrmLead], on_delete="cleer")'),
        "models/lead.py:7: 'cleer' is no value of on_delete; nearest: 'clear'",
    ),
    "a required relation that is to be cleared": (
        model('boss = fields.Many2one(CrmLead, required=True, on_delete="clear")'),
        "models/lead.py:7: crm.lead.boss is required, so it cannot be cleared; on_delete='refuse' or 'delete'",
    ),
    "an order of a list": (
        model('leads = fields.One2many(CrmLead, inverse="boss", order=("-nme",))\n'
              '    boss = fields.Many2one(CrmLead)'),
        "models/lead.py:7: order of crm.lead.leads: field 'nme' is not on crm.lead; nearest: 'name'",
    ),
    "a word of a number": (
        model('share = fields.Decimal("Share", digits="prise")'),
        "models/lead.py:7: 'prise' is no named precision; nearest: 'price'",
    ),
    "an action of a grant": (
        access("access = [Grant(salesperson, Lead, 'wirte')]"),
        "access.py:6: 'wirte' is no action; nearest: 'write'",
    ),
    "a tone of a tag": (
        view("from core.views import Widget\n"
             "stage = Widget(Lead.source, widget='tag', tones={'god': Lead.is_lost == True})\n"
             "views = [Extend(lead_form, after(Lead.partner, stage))]"),
        "views/lead.py:7: 'god' is no tone; nearest: 'good'",
    ),
    "an attribute of a model": (
        {"models/call.py": "from core import Model, fields\n\nclass Call(Model):\n    _nam = 'bad.call'\n"
         "    about = fields.Char('About')\n"},
        "models/call.py:3: class Call has '_nam', which no model has; nearest: '_name'",
    ),
    "constraints as another framework has them": (
        model("_sql_constraints = [('some', 'unique(name)', 'No.')]"),
        "models/lead.py:5: class Lead has '_sql_constraints', which no model has; nearest: '_constraints'",
    ),
    "a constraint that is none": (
        model("_constraints = [('some', 'unique(name)', 'No.')]"),
        "models/lead.py:5: _constraints of class Lead holds .*; only Unique and Check belong there",
    ),
    "an order that is a text": (
        model("_order = '-rival'"),
        "models/lead.py:5: _order of class Lead is '-rival'; write _order = ",
    ),
    "a verb of a button": (
        view("views = [Extend(lead_form, inside('buttons', Button(Lead.mark_wno, 'Won')))]"),
        "views/lead.py:6: verb 'mark_wno' is not on crm.lead; nearest: 'mark_won'",
    ),
    "a keyword of a form": (
        view("from core.views import Form; lead_form = Form(Lead, boddy=[])"),
        "views/lead.py:6: TypeError: .*'boddy'.*; nearest: 'body'",
    ),
    "a keyword of a button": (
        view("views = [Extend(lead_form, inside('buttons', Button(Lead.mark_won, 'Won', rols=())))]"),
        "views/lead.py:6: TypeError: .*'rols'.*; nearest: 'roles'",
    ),
    "a searched text that is not searched any more": (
        model('name = fields.Char("Deal", required=True)'),
        "models/lead.py:7: field 'name' of crm.lead is found by typing, .* and would not be any more; add search=True",
    ),
    "a model without a name": (
        {"models/call.py": "from core import Model, fields\n\nclass Call(Model):\n    about = fields.Char('About')\n"},
        "models/call.py:3: class Call has fields and no _name, and no model builds on it; give it a _name",
    ),
    "a list of views by another name": (
        view("view = [Extend(lead_form, after(Lead.partner, Lead.name))]"),
        "views/lead.py:6: 'view' is not in `views`; call the list `views`",
    ),
    "an operation that is in no extension": (
        view("more = after(Lead.partner, Lead.name)"),
        "views/lead.py:6: 'more' is declared and in no view; put it into one",
    ),
    "a button that is on no form": (
        view("won = Button(Lead.mark_won, 'Won')"),
        "views/lead.py:6: 'won' is declared and in no view; put it into one, or into an Extend",
    ),
    "a field in a function of a grant": (
        access("access = [Grant(salesperson, Lead, 'read', where=lambda env: Lead.partner.citty == 'Huế')]"),
        "access.py:6: field 'citty' is not on res.partner; nearest: 'city'",
    ),
    "a field in a function of a rule": (
        access("from core import Rule\n\ndef ours(env):\n    return ~Lead.is_lostt.is_set()\n\n"
               "access = [Rule(Lead, ours)]"),
        "access.py:9: field 'is_lostt' is not on crm.lead; nearest: 'is_lost'",
    ),
    "a field in a facet": (
        view("from core.views import Facet; from addons.crm.views.lead import lead_search\n"
             "mine = Facet('a', 'A', lambda env: Lead.tags.any(Lead.tagz.any()))\n"
             "views = [Extend(lead_search, inside('facets', mine))]"),
        "views/lead.py:7: field 'tagz' is not on crm.lead; nearest: 'tags'",
    ),
    "a computed value that reads what it does not declare": (
        model("from core import computed\n\n    @computed(rival)\n    def met(self) -> str:\n"
              "        return self.rival + self.partner.city"),
        "models/lead.py:11: crm.lead.met reads 'partner.city', which it does not declare: .*; add \"partner.city\"",
    ),
    "a computed value that reads more of its lines": (
        model("from core import computed\n\n    @computed('tags')\n    def met(self) -> str:\n"
              "        return ', '.join(tag.name for tag in self.tags if tag.id)"),
        "models/lead.py:11: crm.lead.met reads 'tags.name', which it does not declare: .*; add \"tags.name\" to its",
    ),
    "a computed value with a loop": (
        model("from core import computed\n\n    @computed('tags.name')\n    def met(self) -> str:\n"
              "        for tag in self.tags:\n            team = self.team\n"
              "            if team and team.office:\n                return tag.name\n        return ''"),
        "models/lead.py:13: crm.lead.met reads 'team.office', which it does not declare",
    ),
    "a driver": (
        {"models/lead.py": "import sqlite3\n"},
        "models/lead.py:1: imports sqlite3; read and write through env",
    ),
    "SQLAlchemy by a text": (
        {"models/lead.py": "import importlib\n\nsa = importlib.import_module('sqlalchemy')\n"},
        "models/lead.py:3: imports sqlalchemy; read and write through env",
    ),
    "an icon of a button": (
        view("views = [Extend(lead_form, inside('buttons', Button(Lead.mark_won, 'Won', icon='trophyy')))]"),
        "views/lead.py:6: there is no icon 'trophyy'; nearest: 'trophy'",
    ),
    "an icon of an area": (
        view("area = Menu('bad', 'Bad', icon='zzzz')"),
        "views/lead.py:6: there is no icon 'zzzz'; one of those that are listed in core/web/static/icons.txt",
    ),
    "an anchor that is no field": (
        view("views = [Extend(lead_form, after(Lead.display_name, Lead.name))]"),
        "views/lead.py:6: what every record has of itself is no anchor; name a field, a verb or a key",
    ),
    "a grant on a text": (
        access("access = [Grant(salesperson, 'crm.lead', 'read')]"),
        "access.py:6: 'crm.lead' is no model; write the class",
    ),
    "a grant to a text": (
        access("access = [Grant('crm.salesperson', Lead, 'read')]"),
        "access.py:6: 'crm.salesperson' is no role; write the Role itself",
    ),
    "a grant that is in no list": (
        access("acces = [Grant(salesperson, Lead, 'read')]"),
        "access.py:6: 'acces' is not in `access`; only what stands in the list `access` holds",
    ),
    "access that is no list": (
        access("access = Grant(salesperson, Lead, 'read')"),
        "access.py:6: `access` is .*; it is a list of Grant and Rule",
    ),
    "an argument of a hook with a default": (
        hooks("@hookimpl\ndef lead_won(env, lead=None):\n    pass"),
        "hooks.py:3: argument 'lead' of hook 'lead_won' has a default; leave the default away",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "message"), MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_is_one_message(
    settings: Settings, write_addon: WriteAddon, files: dict[str, str], message: str, request: pytest.FixtureRequest
) -> None:
    name = "bad" if "bad.visit" in str(files) else f"bad_{list(MISTAKES.values()).index((files, message))}"
    check(settings, write_addon, name, files, message)


@pytest.mark.engine("sqlite")
def test_a_hook_that_fails_is_told_with_its_line(engine_url: str, tmp_path: Path, folder: Path,
                                                 write_addon: WriteAddon) -> None:  # fmt: skip
    place = Settings(data_dir=tmp_path / "data", database_url=engine_url, addons_path=(folder,))
    enable(place, ["base"])
    write_addon("clumsy", depends=["base"], **hooks("@hookimpl\ndef addon_enabled(env, addon):\n    return 1 / 0"))
    with pytest.raises(DeclarationError, match=r"addon 'clumsy': \S+/clumsy/hooks.py:5: ZeroDivisionError"):
        enable(place, ["clumsy"])
    assert enable(place, ["base"]) == ()


def test_a_manifest_says_its_lines(settings: Settings, write_addon: WriteAddon, folder: Path) -> None:
    write_addon("lonely", more='bridges = [\n  "crm",\n  "sales",\n]', **{"bridges/crm/models.py": ""})
    with pytest.raises(DeclarationError, match=r"lonely/manifest.toml:6: there is no folder bridges/sales"):
        compose(discover(settings), ["lonely"])
    write_addon("needy", depends=["crm", "slaes"])
    with pytest.raises(
        DeclarationError, match=r"needy/manifest.toml:3: needs the addon 'slaes', which is not installed"
    ):
        compose(discover(settings), ["needy"])
    (folder / "needy" / "manifest.toml").write_text('name = "needy"\n')
    with pytest.raises(DeclarationError, match=r"needy/manifest.toml:1: 'version' is missing; add version ="):
        compose(discover(settings), ["needy"])


def test_what_several_views_share_stands_for_itself(settings: Settings, write_addon: WriteAddon) -> None:
    shared = (
        "from core.views import Button\nfrom addons.crm.models import Lead\n\nwin = Button(Lead.mark_won, 'Really')\n"
    )
    more = view("from .shared import win\nviews = [Extend(lead_form, inside('buttons', win))]")
    write_addon("sharing", depends=["crm"], **{"views/shared.py": shared, "views/__init__.py": "", **more})
    form = compose(discover(settings), ["sharing"]).views.form("crm.lead")
    assert form.buttons[-1].label == "Really"


def test_a_mixin_and_values_that_declare_what_they_read_are_right(settings: Settings, write_addon: WriteAddon) -> None:
    write_addon("fair", depends=["crm"], **{"models/lead.py": """
        from addons.crm.models import Lead as CrmLead
        from core import Model, computed, fields

        class Rated(Model):
            rating = fields.Integer("Rating")

            @computed(rating)
            def stars(self) -> str:
                return self.rating * "*" + self.env.language

        class Lead(Rated, CrmLead):
            @computed("partner.city", "tags.name", "stage", "rating")
            def told(self) -> str:
                partner = self.partner
                city = partner.city if partner else ""
                if self.stage and self.partner is not None:
                    city += self.partner.city
                for tag in self.tags.filtered(lambda tag: tag.name != "x"):
                    city += tag.name
                return city + ", ".join(tag.name for tag in self.tags[:2]) + str(self.id) + self.told
    """})  # fmt: skip
    assert "told" in compose(discover(settings), ["fair"]).models["crm.lead"].fields


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("kind", ["Date", "Char", "Text", "Html"])
def test_a_column_that_cannot_be_filled_is_told_with_its_line(kind: str, engine_url: str, tmp_path: Path, folder: Path,
                                                              write_addon: WriteAddon) -> None:  # fmt: skip
    place = Settings(data_dir=tmp_path / "data", database_url=engine_url, addons_path=(folder,))
    enable(place, ["crm"])
    name = f"strict_{kind.lower()}"
    write_addon(name, depends=["crm"], **model(f'hired_on = fields.{kind}("Hired on", required=True)'))
    moments = " (a constant, fields.today or fields.now)" if kind == "Date" else ""
    advice = f"give hired_on a default{moments}, or do not require it"
    with pytest.raises(SetupError, match=rf"{re.escape(advice)} \(addon '{name}': \S+/{name}/models/lead.py:7\)"):
        enable(place, [name])
