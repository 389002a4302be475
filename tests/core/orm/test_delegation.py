"""Delegation: a record that reads and writes the fields of another as its own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from core import AccessDenied, Conflict, Filter, Grant, Invalid, Model, Role, Rule, computed, fields
from core.errors import DeclarationError, Refused
from core.orm.compose import Part, compose_models
from core.orm.notation import from_json, to_json
from core.orm.wire import dump, load
from core.testing.bench import Bench, identity


class Country(Model):
    _name = "res.country"
    name = fields.Char(required=True)


class Tag(Model):
    _name = "res.tag"
    name = fields.Char(required=True)


class Partner(Model):
    _name = "res.partner"
    _label = "Contact"
    _order = ("name",)
    name = fields.Char("Name", required=True, search=True)
    city = fields.Char("City", default="Hà Nội")
    country = fields.Many2one(Country)
    limit = fields.Decimal(default=Decimal(5))
    notes = fields.Char(roles=("manager",))
    tags = fields.Many2many(Tag)

    @computed(name, city)
    def letterhead(self) -> str:
        return f"{self.name}, {self.city}"


class User(Model):
    _name = "res.users"
    _label = "User"
    _order = ("name",)
    login = fields.Char("Login", required=True)
    partner = fields.Many2one(Partner, "Contact", required=True, delegate=True)

    @computed(login, "city", store=True)
    def headline(self) -> str:
        return f"{self.login} in {self.partner.city}"


clerk = Role("clerk", "Clerk")
manager = Role("manager", "Manager", implies=[clerk])
reader = Role("reader", "Reader")


def _not_secret(env: object) -> Filter:
    return User.city != "secret"


ACCESS = [
    clerk, manager, reader,
    Grant(clerk, User, "read", "write", "create", "delete"),
    Grant(clerk, Partner, "read", "write", "create"),
    Grant(clerk, Country, "read"),
    Grant(clerk, Tag, "read"),
    Grant(reader, User, "read", "write"),
    Grant(reader, Partner, "read"),
    Rule(User, where=_not_secret),
]  # fmt: skip
LAN, HOA, MINH = identity(1, "clerk"), identity(2, "manager"), identity(3, "reader")


@pytest.fixture
def bench(make_models: Callable[..., Bench]) -> Bench:
    return make_models(Country, Tag, Partner, User, access=ACCESS)


def test_record_is_made_with_what_it_delegates_to(bench: Bench) -> None:
    with bench.env(LAN) as env:
        user = env[User].create(login="lan", name="Lan")
        assert (user.name, user.city, user.partner.name, user.letterhead) == ("Lan", "Hà Nội", "Lan", "Lan, Hà Nội")
        assert (user.headline, user.display_name) == ("lan in Hà Nội", "Lan")
    with bench.env(LAN) as env:
        users = env[User].create_many([{"login": "a", "name": "A"}, {"login": "b", "name": "B", "city": "Huế"}])
        assert [one.name for one in users] == ["A", "B"]
        known = env[Partner].create(name="Minh")
        assert env[User].create(login="minh", partner=known, city="Đà Nẵng").name == "Minh"
        assert known.city == "Đà Nẵng"
        with pytest.raises(Invalid, match="Name is required"):
            env[User].create(login="nobody")
        assert env[User].defaults()["city"] == "Hà Nội"


def test_writing_through_changes_the_target_and_what_follows(bench: Bench) -> None:
    with bench.env(LAN) as env:
        user = env[User].create(login="lan", name="Lan")
        identity = user.id
    with bench.env(LAN) as env:
        user = env[User].get(identity)
        user.write(city="Huế", login="lan2")
        assert (user.partner.city, user.headline) == ("Huế", "lan2 in Huế")
        user.city = "Hội An"
        assert env[User].values(["headline", "city"]) == [{"headline": "lan2 in Hội An", "city": "Hội An"}]
    with bench.env(LAN) as env:
        env[User].get(identity).partner.city = "Vinh"
        assert env[User].get(identity).headline == "lan2 in Vinh"
        assert [change.changes for change in env[Partner].search()[0].history(1)] == [{"city": ("Hội An", "Vinh")}]


def test_delegated_fields_filter_order_group_and_add_up(bench: Bench) -> None:
    with bench.env(LAN) as env:
        vietnam = env.sudo()[Country].create(name="Việt Nam")
        vip = env.sudo()[Tag].create(name="VIP")
        env[User].create(login="lan", name="Lan", city="Huế", country=vietnam, tags=[vip])
        env[User].create(login="minh", name="Minh", limit=Decimal(7))
        users = env[User]
        assert [user.login for user in users.search(User.city == "Huế")] == ["lan"]
        assert [user.login for user in users.search(User.country.name == "Việt Nam")] == ["lan"]
        assert [user.login for user in users.search(User.tags.any(Tag.name == "VIP"))] == ["lan"]
        assert [user.login for user in users.search(User.name.ilike("MIN"))] == ["minh"]
        assert [user.login for user in users.search(order=("-city",))] == ["lan", "minh"]
        assert [user.login for user in users.search()] == ["lan", "minh"]
        assert users.groups(["city"], ["limit"], order=("city",)) == [
            {"city": "Hà Nội", "__count": 1, "limit": Decimal(7)},
            {"city": "Huế", "__count": 1, "limit": Decimal(5)},
        ]
        assert users.sums(["limit"]) == {"limit": Decimal(12)}
        assert users.values(["country.display_name", "letterhead", "tags", "display_name"], User.city == "Huế") == [
            {"country.display_name": "Việt Nam", "letterhead": "Lan, Huế", "tags": (vip.id,), "display_name": "Lan"}
        ]
        condition = User.country.name == "Việt Nam"
        assert [condition.matches(user) for user in users.search()] == [True, False]


def test_wire_speaks_of_delegated_fields(bench: Bench) -> None:
    with bench.env(LAN) as env:
        values = load(env, "res.users", {"login": "lan", "name": "Lan", "limit": "2.50"}, partial=False)
        env[User].create(**values)
        row = env[User].values(["login", "name", "limit", "country", "country.display_name"])[0]
        assert dump(env, "res.users", row, ["login", "name", "limit", "country"]) == {
            "login": "lan", "name": "Lan", "limit": "2.5", "country_id": None,
        }  # fmt: skip
        asked = from_json(env.models, "res.users", [["city", "=", "Hà Nội"]])
        assert env[User].count(asked) == 1
        assert to_json(asked, env.models) == [["city", "=", "Hà Nội"]]


def test_access_to_the_target_decides_what_is_seen_and_written(bench: Bench) -> None:
    with bench.env(HOA) as env:
        user = env[User].create(login="lan", name="Lan", notes="pays late")
        assert user.notes == "pays late"
        identity = user.id
    with bench.env(LAN) as env:
        user = env[User].get(identity)
        with pytest.raises(AccessDenied, match="You may not see Notes of User"):
            _ = user.notes
        with pytest.raises(AccessDenied, match="You may not see Notes"):
            user.write(notes="x")
        with pytest.raises(AccessDenied, match="You may not see Notes"):
            env[User].search(User.notes == "pays late")
        with pytest.raises(AccessDenied):
            env[User].create(login="x", name="X", notes="y")
        assert not env[User].readable("notes")
    with bench.env(MINH) as env, pytest.raises(AccessDenied, match="You may not change"):
        env[User].get(identity).city = "Huế"
    with bench.env() as env:
        env[User].get(identity).city = "secret"
    with bench.env(LAN) as env:  # a rule may look at what is delegated
        assert env[User].search().ids == ()
        assert env[User].count() == 0


def test_rule_on_a_delegated_field_follows_its_change(bench: Bench) -> None:
    with bench.env(LAN) as env:
        user = env[User].create(login="lan", name="Lan")
        assert env[User].search().ids == (user.id,)
        with pytest.raises(AccessDenied), env.savepoint():
            user.city = "secret"
            env.flush()
            assert not env[User].browse(user.id)[0].exists()
            raise AccessDenied("hidden")


def test_two_who_write_through_one_record_conflict(bench: Bench) -> None:
    with bench.env(LAN) as env:
        user = env[User].create(login="lan", name="Lan")
        identity, version = user.id, user.row_version
    with bench.env(LAN) as env:
        env[User].get(identity).city = "Huế"
    with pytest.raises(Conflict, match="Look at: City") as refused, bench.env(LAN) as env:
        user = env[User].get(identity)
        user.expect_version(version)
        user.city = "Vinh"
    assert (refused.value.theirs, refused.value.yours) == ({"city": "Huế"}, {"city": "Vinh"})
    with pytest.raises(Conflict) as both, bench.env(LAN) as env:
        user = env[User].get(identity)
        user.expect_version(version)
        user.write(city="Vinh", login="hoa")
    assert (both.value.theirs, both.value.yours) == (
        {"city": "Huế", "login": "lan"}, {"city": "Vinh", "login": "hoa"},
    )  # fmt: skip
    with bench.env(LAN) as env:
        user = env[User].get(identity)
        seen = user.row_version
        user.city = "Huế"
        env.flush()
        assert user.row_version == seen


def test_target_stays_when_the_record_goes_and_cannot_go_before_it(bench: Bench) -> None:
    with bench.env(LAN) as env:
        user = env[User].create(login="lan", name="Lan")
        partner = user.partner
        with pytest.raises(Refused, match="is used by Users"):
            env.sudo()[Partner].get(partner.id).delete()
        user.delete()
        assert partner.exists()


def test_delegation_that_cannot_be_is_refused() -> None:
    class Loose(Model):
        _name = "a.loose"
        partner = fields.Many2one(Partner, delegate=True)

    class Other(Model):
        _name = "a.other"
        city = fields.Char()

    class Twice(Model):
        _name = "a.twice"
        partner = fields.Many2one(Partner, required=True, delegate=True)
        other = fields.Many2one(Other, required=True, delegate=True)

    class Egg(Model):
        _name = "a.egg"
        hen: fields.Many2one[Hen, Hen] = fields.Many2one("a.hen", required=True, delegate=True)

    class Hen(Model):
        _name = "a.hen"
        egg = fields.Many2one(Egg, required=True, delegate=True)

    known = [Part("base", Country), Part("base", Tag), Part("base", Partner)]
    with pytest.raises(DeclarationError, match="a.loose.partner delegates to res.partner, so every record needs one"):
        compose_models([*known, Part("a", Loose)])
    with pytest.raises(
        DeclarationError, match="field 'city' of a.twice is on a.other .* and on the model of 'partner'"
    ):
        compose_models([*known, Part("a", Other), Part("a", Twice)])
    with pytest.raises(DeclarationError, match="delegate to one another in a circle: a.egg → a.hen → a.egg"):
        compose_models([Part("a", Egg), Part("a", Hen)])
