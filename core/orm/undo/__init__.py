"""Undoing a unit of work, an import or a bulk change, as one step: first a plan to look at, then the deed."""

from core.orm.undo.carry import undo
from core.orm.undo.plan import Action, Clash, Step, UndoPlan, plan_undo

__all__ = ["Action", "Clash", "Step", "UndoPlan", "plan_undo", "undo"]
