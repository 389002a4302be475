"""What automations do."""

from __future__ import annotations

from addons.automation.models.automation import Automation
from addons.automation.operations.check import check_job, check_verb, check_words
from addons.automation.operations.values import assignments
from addons.base.models import CustomModel
from core import Invalid, Model, Records, Refused, constraint, fields
from core.i18n import Text, _
from core.jobs.collect import jobs_of
from core.views import views_of

KINDS = (
    ("set", _("Set values")),
    ("create", _("Create a record")),
    ("verb", _("Press a button of the record")),
    ("job", _("Ask for a job")),
)


class Action(Model):
    """One step of an automation. Other addons add kinds: an option of `kind`, and `perform`, `check` and `told`.

    words: a line for each value, `field = value`, by the names that the API has. `{name}` in it is a field of the
    record that set the automation off, `{partner_id.city}` a path from it; {today} and {now} may be shifted,
    `{today +3d}`. verb: a button of the record's form. job: one that an addon declares for records of this model.
    """

    _name = "base.automation.action"
    _label = _("Action of an automation")
    _label_plural = _("Actions of automations")
    _title = "kind"
    _order = ("sequence", "id")

    automation = fields.Many2one(Automation, _("Automation"), required=True, on_delete="delete")
    sequence = fields.Integer(_("Order"), default=10)
    kind = fields.Selection(KINDS, _("What is done"), required=True, default="set")
    target = fields.Many2one(CustomModel, _("New record of"), on_delete="refuse", wire="crud_model_id")
    words = fields.Text(
        _("Values"), wire="values",
        help=_("A line for each: priority = 2, or name = Call {partner_id.name}; {today +3d} is in three days."),
    )  # fmt: skip
    verb = fields.Char(_("Button"), size=64, help=_("The technical name of a button, such as mark_won."))
    job = fields.Char(_("Job"), size=120)

    @constraint(kind, target, words, verb, job, "automation.about")
    def _can_be_done(self) -> None:
        self.check()

    @property
    def model(self) -> str:
        """The model of the records that the automation is about."""
        return self.automation.about.key

    def check(self) -> None:
        """Raise Invalid where it could not be done, with the field and the reason."""
        if self.kind == "set":
            check_words(self, self.model)
        elif self.kind == "create":
            if self.target is None:
                raise Invalid(fields={"target": [_("is required")]})
            check_words(self, self.target.key)
        elif self.kind == "verb":
            check_verb(self)
        elif self.kind == "job":
            check_job(self)

    def perform(self, records: Records[Model]) -> None:
        """Do it to these records, as the environment that they are of. Raises what the writing raises."""
        env = records.env
        if self.kind == "set":
            values = assignments(env.models, self.model, self.model, self.words)
            for record in records:
                record.write(**{one.field().name: one.value_for(record) for one in values})
        elif self.kind == "create" and self.target is not None:
            values = assignments(env.models, self.model, self.target.key, self.words)
            rows = [{one.field().name: one.value_for(record) for one in values} for record in records]
            env[self.target.key].create_many(rows)
        elif self.kind == "verb":
            for record in records:
                self._press(record)
        elif self.kind == "job":
            for record in records:
                jobs_of(env.models)[self.job].later(env, record.id, about=record.display_name[:100])

    def _press(self, record: Model) -> None:
        """Call a verb, as pressing its button would: only where the record's state offers it."""
        env = record.env
        button = views_of(env.models).form(record._name).button(self.verb)
        if button is None or not button.offered(env):
            raise Refused(_("{record} has no button “{verb}”.", record=record.display_name, verb=self.verb))
        if button.when is not None and not button.when.matches(record):
            raise Refused(
                _("“{what}” does not apply to {name} as it is now.", what=button.label, name=record.display_name)
            )
        getattr(record, self.verb)()

    def told(self, record: Model) -> Text:
        """What it would do to a record, which may be of the past, for people."""
        if self.kind == "verb":
            button = views_of(record.env.models).form(record._name).button(self.verb)
            return _("Press “{button}”", button=button.label if button else self.verb)
        if self.kind == "job":
            job = jobs_of(record.env.models).get(self.job)
            return _("Ask for “{job}”", job=job.label if job else self.job)
        model = self.target.key if self.kind == "create" and self.target is not None else self.model
        values = assignments(record.env.models, self.model, model, self.words)
        listed = "; ".join(f"{one.field().label}: {one.text_for(record)}" for one in values)
        if self.kind == "create":
            return _("Create {model}: {values}", model=record.env.models[model].label, values=listed)
        return _("Set {values}", values=listed)
