"""Actions that send a mail by a template, or plan an activity."""

from __future__ import annotations

from datetime import timedelta

from addons.automation.models import Action as AutomationAction
from addons.automation.operations.values import step, way_to
from addons.base.models import User
from addons.mail.models import Activity, ActivityType, Template
from addons.mail.operations.templates import send_template
from core import Invalid, Model, Records, constraint, fields
from core.i18n import Text, _


class Action(AutomationAction):
    """template: of mails about records of the automation's model. activity, summary, days, doer: what is to be done,
    in how many days, and by whom: a path to a user, such as user_id, or `person`."""

    kind = fields.Selection(add_options=[("mail", _("Send a mail")), ("activity", _("Plan an activity"))])
    template = fields.Many2one(Template, _("Mail template"), on_delete="refuse")
    activity = fields.Many2one(ActivityType, _("Kind of activity"), on_delete="refuse", wire="activity_type_id")
    summary = fields.Char(_("What is to be done"), wire="activity_summary")
    days = fields.Integer(_("In so many days"), within=(0, 3650), wire="activity_date_deadline_range")
    doer = fields.Char(_("By the user in the field"), size=100, help=_("As the API names it, such as user_id."))
    person = fields.Many2one(User, _("Or by"), on_delete="refuse", wire="activity_user_id")

    @constraint(kind, template, activity, doer, person)
    def _mail_fits(self) -> None:
        self.check()

    def check(self) -> None:
        if self.kind == "mail":
            if self.template is None:
                raise Invalid(fields={"template": [_("is required")]})
            if self.template.about != self.automation.about:
                raise Invalid(fields={"template": [_("is for other records than the automation")]})
        elif self.kind == "activity":
            self._check_activity()
        else:
            super().check()

    def _check_activity(self) -> None:
        if self.activity is None:
            raise Invalid(fields={"activity": [_("is required")]})
        if not self.doer and self.person is None:
            raise Invalid(fields={"person": [_("is required, or a field that says who")]})
        if self.doer and self.model in self.env.models:
            try:
                end = way_to(self.env.models, self.model, self.doer).end()
            except Invalid as error:
                raise Invalid(fields={"doer": [error.args[0]]}) from None
            if end is None or end.target != User._name or end.many:
                raise Invalid(fields={"doer": [_("leads to no user")]})

    def perform(self, records: Records[Model]) -> None:
        if self.kind == "mail" and self.template is not None:
            send_template(self.template, records)
        elif self.kind == "activity":
            records.env[Activity].create_many([self._activity(record) for record in records])
        else:
            super().perform(records)

    def _activity(self, record: Model) -> dict[str, object]:
        """Raises Invalid where nobody is there to do it."""
        kind = self.activity
        who = step(record, way_to(record.env.models, self.model, self.doer)) if self.doer else None
        person = who or self.person
        if person is None or kind is None:
            raise Invalid(_("{record} has nobody to do it.", record=record.display_name))
        return {
            "record": (record._name, record.id),
            "kind": kind.id,
            "summary": self.summary or kind.summary or kind.name,
            "deadline": record.env.today() + timedelta(days=self.days or kind.days),
            "user": person.id,
        }

    def told(self, record: Model) -> Text:
        if self.kind == "mail":
            return _("Send “{template}”", template=self.template.name if self.template is not None else "")
        if self.kind == "activity":
            named = self.summary or (self.activity.name if self.activity is not None else "")
            return _("Plan “{activity}”", activity=named)
        return super().told(record)
