"""The columns of tables that leave the store as files: name, kind and meaning, the same for every format."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds. Numbers that only name something are ids: text, so that no program rounds or adds them."""

    ID = "id"
    TEXT = "text"
    TIME = "time"
    DAY = "day"
    COUNT = "count"
    NUMBER = "number"
    YES = "yes or no"
    LIST = "list"


KINDS = {
    Kind.ID: "an id, as text",
    Kind.TEXT: "text",
    Kind.TIME: "a moment in UTC",
    Kind.DAY: "a day in the council's zone",
    Kind.COUNT: "a whole number",
    Kind.NUMBER: "a number",
    Kind.YES: "true or false",
    Kind.LIST: "a list, as JSON",
}


@dataclass(frozen=True, slots=True)
class Col:
    """One column."""

    name: str
    kind: Kind
    meaning: str
