"""Imports into a real system, on both engines: what is created, changed, left alone, refused and reported."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Invalid

PARTNERS = """
[[step]]
name = "partners"
file = "partners.csv"
model = "res.partner"
id = "partner_{number}"
[step.fields]
name = "name"
parent_id = { column = "parent", step = "partners" }
country_id = { column = "country", by = "code", unknown = "report" }
employees = "employees"
"""
ROWS = """number,name,parent,country,employees
1,Hoa Đào,3,VN,12
2,Sao Mai,1,VN,
3,Minh Long,,SG,40
"""


QUOTES = "a text with ',' in it needs quotes"


def _found(report: Any) -> list[tuple[str, int, str, str, str, str]]:
    return [
        (item.file, item.line, item.column, item.level, str(item.reason), str(item.done)) for item in report.findings
    ]


def _changes(system: Any) -> int:
    with system.unit() as unit:
        return sum(len(record.history()) for record in unit.system_env()["res.partner"].search())


def test_rows_become_records_that_point_at_one_another(do_import: Any, look: Any) -> None:
    report = do_import(PARTNERS, {"partners.csv": ROWS})
    assert (report.counts[0].rows, report.counts[0].created, report.findings) == (3, 3, [])
    rows = {row["name"]: row for row in look("res.partner", "name", "parent.name", "country.code", "employees")}
    assert rows["Hoa Đào"] == {"name": "Hoa Đào", "parent.name": "Minh Long", "country.code": "VN", "employees": 12}
    assert rows["Sao Mai"]["parent.name"] == "Hoa Đào"
    assert rows["Sao Mai"]["employees"] == 0


def test_records_that_point_at_one_another_in_a_ring_are_closed_in_a_second_pass(do_import: Any, look: Any) -> None:
    mapping = """
    [[step]]
    name = "people"
    file = "teams.csv"
    model = "res.users"
    id = "user_{leader}"
    [step.fields]
    name = "leader"
    login = { column = "leader", transform = "login" }
    [[step]]
    name = "stages"
    file = "teams.csv"
    model = "crm.stage"
    id = "stage_{team}"
    [step.fields]
    name = "team"
    team_id = { column = "team", step = "teams" }
    [[step]]
    name = "teams"
    file = "teams.csv"
    model = "crm.team"
    id = "team_{team}"
    [step.fields]
    name = "team"
    user_id = { column = "leader", step = "people" }
    """
    report = do_import(mapping, {"teams.csv": "team,leader\nNorth,Lan Phạm\n"})
    assert [count.created for count in report.counts] == [1, 1, 1]
    assert {"name": "North", "team.leader.login": "lan.pham"} in look("crm.stage", "name", "team.leader.login")
    assert do_import(mapping).changes == 0


def test_second_import_changes_nothing(system: Any, do_import: Any, look: Any) -> None:
    do_import(PARTNERS, {"partners.csv": ROWS})
    before = look("res.partner", "id", "row_version"), _changes(system)
    report = do_import(PARTNERS)
    assert (report.counts[0].created, report.counts[0].updated, report.counts[0].unchanged) == (0, 0, 3)
    assert (look("res.partner", "id", "row_version"), _changes(system)) == before


def test_second_import_changes_what_differs_and_nothing_else(do_import: Any, look: Any) -> None:
    do_import(PARTNERS, {"partners.csv": ROWS})
    before = {row["name"]: row for row in look("res.partner", "name", "id", "row_version")}
    report = do_import(PARTNERS, {"partners.csv": ROWS.replace("VN,12", "VN,13") + "4,Bình An,,,\n"})
    assert (report.counts[0].created, report.counts[0].updated, report.counts[0].unchanged) == (1, 1, 2)
    after = {row["name"]: row for row in look("res.partner", "name", "id", "row_version", "employees")}
    assert after["Hoa Đào"]["employees"] == 13
    assert after["Hoa Đào"]["row_version"] == before["Hoa Đào"]["row_version"] + 1
    assert after["Minh Long"]["row_version"] == before["Minh Long"]["row_version"]


def test_change_tells_history_which_file_it_came_from(system: Any, do_import: Any) -> None:
    do_import(PARTNERS, {"partners.csv": ROWS})
    with system.unit() as unit:
        record = unit.system_env()["res.partner"].search(order=["-id"], limit=1)[0]
        assert [(change.action, change.reason) for change in record.history()] == [("create", "import old.toml")]


def test_dry_run_writes_nothing_and_tells_the_same(do_import: Any, look: Any) -> None:
    wrong = ROWS.replace("SG", "Singapur")
    dry = do_import(PARTNERS, {"partners.csv": wrong}, dry_run=True)
    assert look("res.partner", "id") == []
    real = do_import(PARTNERS)
    assert _found(dry) == _found(real) != []
    assert [count.created for count in dry.counts] == [count.created for count in real.counts] == [3]


def test_record_that_was_deleted_is_made_again(system: Any, do_import: Any, look: Any) -> None:
    do_import(PARTNERS, {"partners.csv": ROWS})
    with system.unit(write=True) as unit:
        unit.system_env()["res.partner"].search(order=["id"]).delete()
    assert do_import(PARTNERS).counts[0].created == 3
    assert do_import(PARTNERS).counts[0].unchanged == 3
    assert len(look("res.partner", "id")) == 3


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (",12\n", ",twelve\n", (2, "employees", "error", "'twelve' is not a number as this file writes them")),
        (",12\n", ",-1\n", (2, "employees", "error", "must be 0 or more")),
        ("Hoa Đào", "", (2, "name", "error", "is required")),
        ("Đào,3,", "Đào,9,", (2, "parent", "error", "'9' is not in partners.csv")),
        ("1,Hoa", ",Hoa", (2, "number", "error", "empty, so that the row cannot be told from others")),
        ("2,Sao Mai", "Sao Mai", (3, "", "error", f"has 4 cells where the header has 5; {QUOTES}")),
        ("2,Sao Mai", "2," + "x" * 201, (3, "name", "error", "is too long: 201 characters where 200 fit")),
    ],
)
def test_a_row_with_a_mistake_keeps_everything_out(
    do_import: Any, look: Any, before: str, after: str, found: tuple[object, ...]
) -> None:
    assert before in ROWS
    report = do_import(PARTNERS, {"partners.csv": ROWS.replace(before, after, 1)})
    assert report.refused
    assert found in [(item.line, item.column, item.level, str(item.reason)) for item in report.findings]
    assert look("res.partner", "id") == []


def test_mistakes_of_one_kind_are_told_with_their_different_words(do_import: Any) -> None:
    rows = "number,name,parent,country,employees\n" + "".join(
        f"{number},Firm {number},,,{value}\n" for number, value in enumerate(["x", "x", "y", "z", "v", "w"], 1)
    )
    report = do_import(PARTNERS, {"partners.csv": rows})
    ((example, number, _lines),) = report.groups()
    assert (number, str(example.reason)) == (6, "'x' is not a number as this file writes them")
    assert [(other.line, str(other.reason)[:3]) for other in report.others(example)] == [
        (4, "'y'"),
        (5, "'z'"),
        (6, "'v'"),
    ]


def test_rows_with_mistakes_can_be_left_out(do_import: Any, look: Any) -> None:
    rows = ROWS.replace(",12\n", ",twelve\n")
    report = do_import(f"skip_bad_rows = true\n{PARTNERS}", {"partners.csv": rows})
    assert {row["name"] for row in look("res.partner", "name")} == {"Minh Long", "Sao Mai"}
    number = "'twelve' is not a number as this file writes them"
    assert _found(report) == [
        ("partners.csv", 2, "employees", "skipped", number, "the row was left out"),
        ("partners.csv", 3, "parent", "note", "'1' names a row that was left out", "imported without Company"),
    ]  # fmt: skip
    assert report.counts[0].skipped == 1


def test_name_that_is_unknown_is_reported_with_the_nearest(do_import: Any, look: Any) -> None:
    by_name = PARTNERS.replace('by = "code"', 'by = "name"')
    rows = ROWS.replace("VN", "Viet-nam").replace("SG", "Singapur")
    report = do_import(by_name, {"partners.csv": rows})
    otherwise, unknown = (
        "'Viet-nam' is spelt otherwise in Countries: 'Vietnam'",
        "'Singapur' is not in Countries; nearest: 'Singapore'",
    )
    assert _found(report) == [
        ("partners.csv", 2, "country", "note", otherwise, "'Vietnam' was used"),
        ("partners.csv", 3, "country", "note", otherwise, "'Vietnam' was used"),
        ("partners.csv", 4, "country", "note", unknown, "imported without Country"),
    ]


def test_what_the_database_refuses_is_told_with_its_row(do_import: Any, look: Any) -> None:
    mapping = """
    [[step]]
    name = "users"
    file = "users.csv"
    model = "res.users"
    id = "user_{number}"
    [step.fields]
    name = "name"
    login = "login"
    """
    rows = "number,name,login\n1,An,an\n2,Bình,binh\n3,Chi,Chi Lê\n4,Dung,an\n"
    report = do_import(mapping, {"users.csv": rows})
    assert report.refused
    assert [(item.line, item.column, str(item.reason)) for item in report.findings] == [
        (4, "login", "must be in small letters and without spaces"),
        (5, "login", "A user with this log-in exists already."),
    ]
    assert not [row for row in look("res.users", "login") if row["login"] in ("an", "binh")]


def test_what_the_database_refuses_can_be_left_out_with_what_points_at_it_told(do_import: Any, look: Any) -> None:
    mapping = """
    skip_bad_rows = true
    [[step]]
    name = "teams"
    file = "users.csv"
    model = "crm.team"
    id = "team_{team}"
    [step.fields]
    name = "team"
    user_id = { column = "name", step = "users" }
    member_ids = { column = "name", step = "users" }
    [[step]]
    name = "users"
    file = "users.csv"
    model = "res.users"
    id = "user_{name}"
    [step.fields]
    name = "name"
    login = "login"
    """
    rows = "name,login,team\nAn,An Lê,North\nBình,binh,North\nChi,chi,South\n"
    report = do_import(mapping, {"users.csv": rows})
    assert not report.refused
    told = {(item.line, item.column, item.level, str(item.reason)) for item in report.findings}
    assert (2, "login", "skipped", "must be in small letters and without spaces") in told
    assert (2, "name", "note", "'An' names a row that was left out") in told
    assert [(count.created, count.skipped) for count in report.counts] == [(2, 0), (2, 1)]
    teams = {row["name"]: row for row in look("crm.team", "name", "leader.login", "members")}
    assert (teams["North"]["leader.login"], teams["South"]["leader.login"]) == (None, "chi")
    assert (len(teams["North"]["members"]), len(teams["South"]["members"])) == (1, 1)


def test_record_that_is_there_is_found_by_what_it_must_match(system: Any, do_import: Any, look: Any) -> None:
    with system.unit(write=True) as unit:
        unit.system_env()["res.users"].create(login="lan.pham", name="Lan")
    mapping = """
    [[step]]
    name = "users"
    file = "users.csv"
    model = "res.users"
    id = "user_{name}"
    match = ["login"]
    [step.fields]
    name = "name"
    login = { column = "name", transform = "login" }
    groups_id = { column = "role", by = "key", separator = ";" }
    """
    report = do_import(mapping, {"users.csv": "name,role\nLan Phạm,crm.salesperson;base.user\n"})
    assert (report.counts[0].created, report.counts[0].updated) == (0, 1)
    assert [row["name"] for row in look("res.users", "name", "login") if row["login"] == "lan.pham"] == ["Lan Phạm"]
    with system.unit(write=True) as unit:
        user = next(user for user in unit.system_env()["res.users"].search() if user.login == "lan.pham")
        assert sorted(group.key for group in user.groups) == ["base.user", "crm.salesperson"]
        roles = unit.system_env()["res.groups"].search()
        user.groups = [*user.groups, next(role for role in roles if role.key == "crm.manager")]
    assert do_import(mapping).changes == 0, "a list is only ever added to"


def test_rows_of_one_record_join_their_lists_and_must_agree(system: Any, do_import: Any) -> None:
    mapping = """
    [[step]]
    name = "tags"
    rows = [{ tag = "Hotel" }, { tag = "School" }]
    model = "crm.tag"
    id = "tag_{tag}"
    match = ["name"]
    [step.fields]
    name = "tag"
    [[step]]
    name = "deals"
    file = "deals.csv"
    model = "crm.lead"
    id = "deal_{number}"
    [step.fields]
    name = "name"
    tag_ids = { column = "tag", step = "tags" }
    """
    report = do_import(mapping, {"deals.csv": "number,name,tag\n7,Beds,Hotel\n7,Bunk beds,School\n"})
    assert _found(report) == [
        ("deals.csv", 3, "name", "note", "deals.csv:2 says 'Beds' for the same record", "'Beds' was kept")
    ]
    with system.unit() as unit:
        (lead,) = unit.system_env()["crm.lead"].search()
        assert (lead.name, [tag.name for tag in lead.tags]) == ("Beds", ["Hotel", "School"])


def test_values_constants_filters_and_joined_files(do_import: Any, look: Any) -> None:
    mapping = """
    [csv]
    date = "%d.%m.%Y"
    [[step]]
    name = "deals"
    file = "deals.csv"
    model = "crm.lead"
    id = "deal_{number}"
    only = { state = ["open", "won", "lost"] }
    skip = { owner = "nobody" }
    join = { file = "owners.csv", on = { owner = "short" } }
    [step.fields]
    name = { template = ["{title} ({full})", "{title}"] }
    stage_id = { column = "state", values = { won = "crm.stage_won" }, otherwise = "crm.stage_engaging" }
    is_lost = { column = "state", values = { lost = true }, otherwise = false }
    priority = { value = "2" }
    date_deadline = { column = "due", empty = "keep" }
    """
    files = {
        "deals.csv": "number,title,state,owner,due\n"
        "1,A,won,lp,31.12.2026\n2,B,lost,xx,\n3,C,draft,lp,\n4,D,open,nobody,\n",
        "owners.csv": "short,full\nlp,Lan Phạm\n",
    }
    report = do_import(mapping, files)
    assert (report.counts[0].rows, report.counts[0].created) == (2, 2)
    names = ("name", "outcome", "stage.name", "priority")
    assert [tuple(row[name] for name in names) for row in look("crm.lead", *names)] == [
        ("A (Lan Phạm)", "won", "Won", "2"),
        ("B", "lost", "Engaging", "2"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("res.partner", "res.partnr", "old.toml:3: model 'res.partnr' is not enabled; nearest: 'res.partner'"),
        ("employees =", "employes =", "old.toml:12: field 'employes' is not on res.partner; nearest: 'employees'"),
        ('= "employees"', '= "staff"', "old.toml:12: column 'staff' is not in partners.csv; known: country, employees"),
        ('by = "code"', 'by = "cod"', "old.toml:11: 'by' names 'cod', which is no plain field of res.country"),
        ("partners.csv", "partner.csv", "partner.csv is not in"),
        ("employees =", "opportunity_count =", "old.toml:12: field 'opportunity_count' is computed"),
        ("employees =", "child_ids =", "old.toml:12: field 'child_ids' is a list of other records: give them a step"),
    ],
)  # fmt: skip
@pytest.mark.engine("sqlite")
def test_mapping_that_does_not_fit_is_told_so_before_anything_else(
    do_import: Any, before: str, after: str, message: str
) -> None:
    assert before in PARTNERS
    with pytest.raises(Invalid) as raised:
        do_import(PARTNERS.replace(before, after, 1), {"partners.csv": ROWS})
    assert message in str(raised.value)


def test_external_id_of_another_model_is_refused(do_import: Any) -> None:
    do_import(PARTNERS, {"partners.csv": ROWS})
    tags = PARTNERS.split("parent_id")[0].replace("res.partner", "crm.tag")
    with pytest.raises(Invalid, match=r"'old\.partner_1' belongs to a record of res\.partner"):
        do_import(tags)


def test_statements_do_not_grow_with_the_rows(do_import: Any, count_statements: Any) -> None:
    few = "".join(f"{number},P{number},,VN,\n" for number in range(10))
    many = "".join(f"{number},P{number},,VN,\n" for number in range(900))
    header = ROWS.splitlines()[0] + "\n"
    do_import(PARTNERS, {"partners.csv": header + few})
    with count_statements() as again:
        do_import(PARTNERS)
    do_import(PARTNERS, {"partners.csv": header + many})
    with count_statements() as all_again:
        do_import(PARTNERS)
    assert all_again.total == again.total
