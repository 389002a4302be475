"""As of a time: what references, files, delegated fields and links that are records were then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from addons.base.models import Attachment
from core import Model, Upload, fields
from core.orm.file_store import FolderStore
from core.testing.bench import Bench
from tests.core.orm.test_through import Membership, Person, Project


class House(Model):
    _name = "site.house"
    name = fields.Char(required=True)
    city = fields.Char()


class Visit(Model):
    _name = "site.visit"
    house = fields.Many2one(House, required=True, delegate=True)
    about = fields.Reference([House, Person])
    plan = fields.Binary()
    lasted = fields.Duration()
    report = fields.Html()


def test_every_kind_is_what_it_was(make_models: Callable[..., Bench], tmp_path: Path) -> None:
    bench = make_models(Attachment, Person, Project, Membership, House, Visit)
    bench.database.files = FolderStore(tmp_path)
    with bench.env() as env:
        an, _binh = env[Person].create_many([{"name": "an"}, {"name": "binh"}])
        project = env[Project].create(name="roof", members=[an])
        visit = env[Visit].create(
            name="first", city="Huế", about=an, plan=Upload("a.txt", b"a"), lasted=60, report="<p>a</p>"
        )
        ids = visit.id, project.id
    with bench.unit(write=False) as unit:
        before: dt.datetime = unit.now()
    with bench.env() as env:
        visit, project = env[Visit].get(ids[0]), env[Project].get(ids[1])
        visit.write(name="second", city="Vinh", about=visit.house, plan=b"b", lasted=90, report="<p>b</p>")
        project.members = env[Person].search(Person.name == "binh")
    with bench.env() as env:
        now, then = env[Visit].get(ids[0]), env[Visit].get(ids[0]).as_of(before)
        assert (now.name, now.city, now.about, now.lasted) == ("second", "Vinh", now.house, 90)
        assert (then.name, then.city, then.lasted, then.report) == ("first", "Huế", 60, "<p>a</p>")
        assert then.about.name == "an"
        assert then.plan.read() == b"a"
        project = env[Project].get(ids[1])
        assert [person.name for person in project.members] == ["binh"]
        assert [person.name for person in project.as_of(before).members] == ["an"]
