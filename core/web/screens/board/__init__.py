"""Boards: cards in columns, moved by mouse, by keyboard and without scripts.

    lanes    the columns of a board: what makes each of them, and what a card that is put there becomes
    figures  how many cards a column has, how much they are worth, and how many are looked after
    cards    the first cards of each column
    show     the page
    moves    a card is put elsewhere
    quick    a card is made at the foot of a column
    folds    which columns are out of the way, for each user

A page takes the same few statements whatever the number of columns and cards.
"""

from core.web.screens.board.folds import blueprint as folds
from core.web.screens.board.moves import blueprint as moves
from core.web.screens.board.quick import blueprint as quick
from core.web.screens.board.show import show

BLUEPRINTS = (moves, quick, folds)

__all__ = ["BLUEPRINTS", "show"]
