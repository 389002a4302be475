"""Files of records: kept once by what they hold, for those who may read the record."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from addons.base.models import Attachment
from core import Grant, Invalid, Missing, Model, Role, Rule, Upload, fields
from core.errors import DeclarationError
from core.orm.compose import Part, compose_models
from core.orm.file_store import FolderStore
from core.orm.files import open_file
from core.orm.wire import dump, load
from core.testing.bench import Bench, identity

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


class Partner(Model):
    _name = "res.partner"
    _label = "Partner"
    name = fields.Char(required=True)
    is_secret = fields.Boolean()
    logo = fields.Image("Logo", max_size=1000)
    contract = fields.Binary("Contract", max_size=2000)
    passport = fields.Binary("Passport", roles=("manager",))


worker = Role("worker", "Worker")
manager = Role("manager", "Manager", implies=[worker])
ACCESS = [
    worker,
    manager,
    Grant(worker, Partner, "read", "write", "create", "delete"),
    Rule(Partner, where=lambda env: Partner.is_secret == False),
]
LAN, HOA = identity(1, "worker"), identity(2, "manager")


@pytest.fixture
def bench(make_models: Callable[..., Bench], tmp_path: Path) -> Bench:
    made = make_models(Attachment, Partner, access=ACCESS)
    made.database.files = FolderStore(tmp_path / "files")
    return made


def files_in(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (folder / "files").rglob("*") if path.is_file())


def test_record_keeps_the_files_that_it_is_given(bench: Bench, tmp_path: Path) -> None:
    with bench.env(LAN) as env:
        partner = env[Partner].create(name="Gỗ Việt", contract=Upload("hợp đồng.pdf", b"%PDF-1"))
        partner.logo = Upload("logo.png", PNG)
        made = partner.id
    with bench.env(LAN) as env:
        partner = env[Partner].get(made)
        contract, logo = partner.contract, partner.logo
        assert contract is not None
        assert logo is not None
        assert (contract.name, contract.mimetype, contract.size) == ("hợp đồng.pdf", "application/pdf", 6)
        assert (logo.mimetype, logo.read(), contract.read()) == ("image/png", PNG, b"%PDF-1")
        attachment = env.sudo()[Attachment].get(contract.id)
        assert (attachment.record_model, attachment.record_id, attachment.record_field) == (
            "res.partner",
            made,
            "contract",
        )
        assert open_file(env, contract.id) == contract
        assert partner.history(1)[0].changes["logo"] == (None, logo.id)
        partner.contract = None
        assert partner.contract is None
        assert env[Partner].search(Partner.logo.is_set()).ids == (made,)
        assert env[Partner].count(Partner.contract.is_set()) == 0
    assert files_in(tmp_path) == sorted([PNG, b"%PDF-1"])


def test_same_content_is_kept_once(bench: Bench, tmp_path: Path) -> None:
    with bench.env(LAN) as env:
        rows = [{"name": f"p{number}", "contract": Upload("terms.txt", b"the same")} for number in range(3)]
        partners = env[Partner].create_many(rows)
        assert len({partner.contract.id for partner in partners if partner.contract}) == 3
        other = env[Partner].create(name="copy", contract=partners[0].contract)
        assert other.contract is not None
        assert other.contract.read() == b"the same"
        partners.write(logo=Upload("x.png", PNG))
        assert len({partner.logo.id for partner in partners if partner.logo}) == 3
    assert files_in(tmp_path) == sorted([b"the same", PNG])


def test_what_does_not_fit_is_refused(bench: Bench) -> None:
    with bench.env(LAN) as env:
        partner = env[Partner].create(name="x")
        with pytest.raises(Invalid, match="must be a picture: PNG, JPEG, WebP or GIF"):
            partner.logo = Upload("logo.png", b"<svg onload='x()'/>", "image/png")
        with pytest.raises(Invalid, match=r"is too large: 0.00191 MB where 0.000954 MB fit"):
            partner.logo = Upload("logo.png", PNG + b"\x00" * 1972)
        with pytest.raises(Invalid, match="must be a file"):
            partner.contract = "contract.pdf"
        partner.contract = Upload("../../evil/page.png", b"<html>", "image/png")
        assert partner.contract is not None
        assert (partner.contract.name, partner.contract.mimetype) == ("page.png", "application/octet-stream")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (PNG, "image/png"),
    ],
)
def test_pictures_are_told_by_their_bytes(data: bytes, kind: str) -> None:
    assert fields.Image().convert(Upload("picture", data)).mimetype == kind


def test_file_is_for_who_may_read_the_record_and_the_field(bench: Bench) -> None:
    with bench.env() as env:
        partner = env[Partner].create(name="x", passport=b"secret", contract=b"open")
        hidden = env[Partner].create(name="y", is_secret=True, contract=b"hidden")
        assert partner.passport
        assert partner.contract
        assert hidden.contract
        ids = partner.passport.id, partner.contract.id, hidden.contract.id
        partner_id = partner.id
    with bench.env(HOA) as env:
        assert open_file(env, ids[0]).read() == b"secret"
    with bench.env(LAN) as env:
        assert open_file(env, ids[1]).read() == b"open"
        for identity in (ids[0], ids[2], 99):
            with pytest.raises(Missing, match="no such file"):
                open_file(env, identity)
        with pytest.raises(Invalid, match="Contract is no file of this record"):
            env[Partner].get(partner_id).contract = ids[2]
        with pytest.raises(Invalid, match="is no file of this record"), env.savepoint():
            env[Partner].create(name="thief", contract=ids[2])
    with bench.env() as env:
        env[Partner].get(partner_id).delete()
        with pytest.raises(Missing):
            open_file(env, ids[1])


def test_file_travels_in_base64_and_back_as_an_address(bench: Bench) -> None:
    with bench.env(LAN) as env:
        data = {"name": "x", "logo": {"name": "logo.png", "data": b64encode(PNG).decode()}}
        partner = env[Partner].create(**load(env, "res.partner", data, partial=False))
        text = "data:text/plain;base64," + b64encode(b"hello").decode()
        partner.write(**load(env, "res.partner", {"contract": text}, partial=True))
        assert partner.logo
        assert partner.contract
        assert (partner.logo.name, partner.contract.mimetype) == ("logo.png", "text/plain")
        row = env[Partner].values(["logo"])[0]
        assert dump(env, "res.partner", row, ["logo"]) == {
            "logo": {
                "id": partner.logo.id,
                "href": f"/file/{partner.logo.id}",
                "name": "logo.png",
                "mimetype": "image/png",
                "size": len(PNG),
            }
        }
        with pytest.raises(Invalid, match="must be a file: its name and, in base64, its data"):
            load(env, "res.partner", {"logo": {"name": "x", "data": "###"}}, partial=True)


def test_file_is_sent_back_as_it_was_read(bench: Bench) -> None:
    with bench.env(LAN) as env:
        partner = env[Partner].create(name="x", contract=Upload("a.txt", b"first"))
        other = env[Partner].create(name="y", contract=Upload("b.txt", b"other"))
        assert partner.contract
        assert other.contract
        row = env[Partner].values(["contract"], Partner.name == "x")[0]
        told = dump(env, "res.partner", row, ["contract"])
        partner.write(**load(env, "res.partner", told, partial=True))
        assert partner.contract.name == "a.txt"
        former = partner.contract.id
        with pytest.raises(Invalid, match="is no file of this record"), env.savepoint():
            partner.write(**load(env, "res.partner", {"contract": {"id": other.contract.id}}, partial=True))
        partner.contract = Upload("c.txt", b"second")
        with pytest.raises(Invalid, match="is no file of this record"), env.savepoint():
            partner.write(**load(env, "res.partner", {"contract": {"id": former}}, partial=True))


def test_name_of_a_file_is_what_people_can_read(bench: Bench) -> None:
    with bench.env(LAN) as env:
        partner = env[Partner].create(name="x", contract=Upload("pl\x00an\u202e\u00a01.txt", b"x", "text/\x00plain"))
        assert partner.contract
        assert (partner.contract.name, partner.contract.mimetype) == ("plan 1.txt", "text/plain")


def test_sizes_that_look_the_same_are_told_in_bytes(bench: Bench) -> None:
    refused = pytest.raises(Invalid, match="is too large: 2,001 bytes where 2,000 bytes fit")
    with bench.env(LAN) as env, refused:
        env[Partner].create(name="x", contract=Upload("a.txt", b"x" * 2001))


@pytest.mark.parametrize("name", ["\u202e\u200b", "\u00a0 ", "\u3164"])
def test_text_that_nobody_sees_is_none(bench: Bench, name: str) -> None:
    with bench.env(LAN) as env, pytest.raises(Invalid, match="is required"):
        env[Partner].create(name=name)


def test_rolled_back_file_leaves_no_attachment(bench: Bench) -> None:
    with bench.env(LAN) as env:
        partner = env[Partner].create(name="x")
        with pytest.raises(RuntimeError), env.savepoint():
            partner.contract = b"never"
            raise RuntimeError
        assert partner.contract is None
        assert env.sudo()[Attachment].count() == 0


def test_files_need_the_model_of_attachments() -> None:
    with pytest.raises(DeclarationError, match=r"holds files, and no enabled addon declares 'ir.attachment'"):
        compose_models([Part("x", Partner)])
