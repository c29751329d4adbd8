"""The heads of every model, in the order of their columns. The only list of them."""

from data.model import Category, Characteristic

SCORE = "score"
CATEGORIES: tuple[str, ...] = tuple(Category)
CHARACTERISTICS: tuple[str, ...] = tuple(Characteristic)
HEADS: tuple[str, ...] = (SCORE, *CATEGORIES, *CHARACTERISTICS)
