"""One table: which role may do what. Every service asks it; a page only hides what it would refuse."""

from collections.abc import Mapping
from enum import StrEnum

from data.errors import NotAllowed
from data.model import Person, Role


class Action(StrEnum):
    """What the services let people do."""

    SEE_QUEUE = "see_queue"
    SEE_ACCOUNTS = "see_accounts"
    CLAIM = "claim"
    DECIDE = "decide"
    ASK_REPLY = "ask_reply"
    REPLY = "reply"
    ASK_FIRST = "ask_first"
    GIVE_ADVICE = "give_advice"
    CHANGE_REGISTER = "change_register"
    DECIDE_PASSPORT = "decide_passport"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_POLICY = "manage_policy"
    MANAGE_MODELS = "manage_models"
    SEE_AUDIT = "see_audit"
    EXPORT_ROWS = "export_rows"
    MANAGE_RIGHTS = "manage_rights"
    MAKE_BUNDLE = "make_bundle"
    APPLY = "apply"
    ANSWER_SAMPLE = "answer_sample"
    DRAW_SAMPLE = "draw_sample"
    COMMEND = "commend"
    SHARE_LESSON = "share_lesson"
    ASSESS_DEPARTMENT = "assess_department"


REVIEW = frozenset(
    {
        Action.SEE_QUEUE,
        Action.SEE_ACCOUNTS,
        Action.CLAIM,
        Action.DECIDE,
        Action.ASK_REPLY,
        Action.MAKE_BUNDLE,
        Action.GIVE_ADVICE,
        Action.ANSWER_SAMPLE,
        Action.COMMEND,
        Action.SHARE_LESSON,
    }
)
PERMISSIONS: Mapping[Role, frozenset[Action]] = {
    Role.REVIEWER: REVIEW,
    Role.SECOND_REVIEWER: REVIEW,
    Role.PANEL: frozenset({Action.SEE_ACCOUNTS, Action.DECIDE_PASSPORT, Action.COMMEND}),
    Role.ANALYST: frozenset({Action.SEE_ACCOUNTS, Action.EXPORT_ROWS}),
    Role.OWNER: frozenset({Action.REPLY, Action.ASK_FIRST, Action.APPLY, Action.ASSESS_DEPARTMENT}),
    Role.ADMINISTRATOR: frozenset(
        {
            Action.SEE_ACCOUNTS,
            Action.CHANGE_REGISTER,
            Action.MANAGE_PEOPLE,
            Action.MANAGE_POLICY,
            Action.MANAGE_MODELS,
            Action.SEE_AUDIT,
            Action.EXPORT_ROWS,
            Action.MANAGE_RIGHTS,
            Action.APPLY,
            Action.DRAW_SAMPLE,
        }
    ),
    Role.AUDITOR: frozenset({Action.SEE_ACCOUNTS, Action.SEE_AUDIT}),
}


def may(person: Person, action: Action) -> bool:
    """Say whether one of the person's roles permits the action. Someone who may not sign in may do nothing."""
    return person.active and any(action in PERMISSIONS[role] for role in person.roles)


def check(person: Person, action: Action) -> None:
    """Raise `NotAllowed`, naming the roles that would permit it, unless the person may do this."""
    if not may(person, action):
        roles = " or ".join(sorted(role.replace("_", " ") for role in Role if action in PERMISSIONS[role]))
        raise NotAllowed(f"{person.email} may not {action.replace('_', ' ')}; that takes the role {roles}.")
