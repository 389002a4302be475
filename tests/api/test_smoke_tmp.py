import pytest
@pytest.mark.engine("sqlite")
def test_x(system, make_user, client):
    lan = make_user("lan", "crm.salesperson")
    c = client(lan)
    r = c.get("/api/v1/"); print(r.status_code, r.get_data(as_text=True))
    r = c.get("/api/v1/crm.lead"); print(r.status_code, r.get_data(as_text=True))
    r = c.get("/api/v1/crm.stage?sums=sequence"); print(r.status_code, r.get_data(as_text=True))
    r = c.get("/api/v1/crm.lead/fields"); print(r.status_code, r.get_data(as_text=True))
    r = c.post("/api/v1/crm.lead", json={"name":"x"}); print(r.status_code, r.get_data(as_text=True), r.headers)
    assert 0
