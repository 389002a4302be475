"""How administrators of mail see servers, addresses and what was not understood."""

from __future__ import annotations

from addons.mail.models import Alias, Domain, FetchServer, NotUnderstood, Server
from core.i18n import _
from core.views import Button, Column, Facet, Form, Group, List, Search

server_list = List(Server, columns=[Server.name, Server.host, Server.port, Server.security, Server.sequence])
server_form = Form(
    Server,
    title=Server.name,
    buttons=[Button(Server.try_it, _("Try it"), icon="check")],
    body=[
        Group(Server.host, Server.port, Server.security, Server.sequence, key="server"),
        Group(Server.user, Server.password, key="log_in", label=_("Log-in")),
    ],
)
fetch_list = List(
    FetchServer,
    columns=[FetchServer.name, FetchServer.host, FetchServer.user, FetchServer.fetched_at, FetchServer.problem],
)
fetch_form = Form(
    FetchServer,
    title=FetchServer.name,
    buttons=[Button(FetchServer.fetch_now, _("Fetch now"), main=True, icon="download")],
    body=[
        Group(FetchServer.host, FetchServer.port, FetchServer.is_ssl, FetchServer.folder, key="server"),
        Group(FetchServer.user, FetchServer.password, key="log_in", label=_("Log-in")),
        Group(FetchServer.fetched_at, FetchServer.fetched_count, FetchServer.problem, key="last", label=_("Last time")),
    ],
)
alias_list = List(Alias, columns=[Column(Alias.address), Alias.makes, Alias.who])
alias_form = Form(
    Alias, title=Alias.name, body=[Group(Alias.domain, Alias.makes, Alias.defaults, Alias.who, key="alias")]
)
domain_list = List(
    Domain, columns=[Domain.name, Domain.catchall, Domain.bounce, Domain.default_from, Domain.web_address]
)
domain_form = Form(
    Domain,
    title=Domain.name,
    body=[
        Group(Domain.catchall, Domain.bounce, Domain.default_from, Domain.web_address, Domain.sequence, key="domain")
    ],
)
not_understood_list = List(
    NotUnderstood,
    columns=[
        NotUnderstood.subject,
        NotUnderstood.email_from,
        NotUnderstood.email_to,
        NotUnderstood.problem,
        NotUnderstood.at,
    ],
)
not_understood_form = Form(
    NotUnderstood, title=NotUnderstood.subject, buttons=[Button(NotUnderstood.try_again, _("Try again"), main=True,
    when=NotUnderstood.active == True, icon="rotate")], body=[
        Group(
            NotUnderstood.problem, NotUnderstood.email_from, NotUnderstood.email_to, NotUnderstood.at,
            NotUnderstood.raw, key="mail",
        )
    ],
)  # fmt: skip
not_understood_search = Search(
    NotUnderstood,
    fields=[NotUnderstood.subject, NotUnderstood.email_from],
    facets=[Facet("seen_to", _("Seen to"), NotUnderstood.active == False)],
)
