"""The tables of the passport office beside the passport itself: business case, panel, links, training, assurances.

See `data.schema` for the conventions; the metadata is the same.
"""

from sqlalchemy import Column, ForeignKey, Integer, Table, UniqueConstraint

from data.columns import count, day, json, key, metadata, ref, text, time, word

# fmt: off
business_case = Table(
    "business_case", metadata,
    Column("passport_id", ForeignKey("passport.id"), primary_key=True, comment="passport"),
    text("will_post", "what it will post"), text("will_not_post", "what it will not post"),
    Column("posts_from", Integer, comment="fewest posts a week that it promises"),
    Column("posts_to", Integer, comment="most posts a week that it promises"),
    json("special", "conditions of UK GDPR Articles 9 and 10, from the list in data.business_case"),
    comment="what a business case says beyond the passport's own columns",
)
panel_sitting = Table(
    "panel_sitting", metadata, key(), ref("passport_event_id", "passport_event.id", "decision", index=False),
    count("quorum", "members that had to count"), count("counted", "members that did"),
    text("minute", "what was said and why"), UniqueConstraint("passport_event_id"),
    comment="how a panel came to a decision; its members stand in panel_member",
)
member_choice = Table(
    "member_choice", metadata, key(), ref("account_id", "account.id", "councillor's account"),
    ref("person_id", "person.id", "the member"), time("joined_at", "chosen", required=True),
    time("withdrawn_at", "taken back"), text("reason", "why it was taken back, where they say"),
    comment="a councillor's own choice to have an account on the register",
)
assurance = Table(
    "assurance", metadata, key(), ref("account_id", "account.id", "account"), ref("person_id", "person.id", "who"),
    time("at", "when", required=True), word("what", "still_right, not_right or settled_lapse"),
    text("reason", "in their words"), time("settled_at", "dealt with"),
    text("settled_by", "by whom"), text("settled_how", "how"),
    comment="what people confirm of an account, or say is wrong with it",
)
employment = Table(
    "employment", metadata, key(), ref("person_id", "person.id", "who"), text("department", "department"),
    ref("line_manager_id", "person.id", "line manager", required=False), time("since", "from", required=True),
    day("last_day", "last day at the council, once known"), time("until", "to"),
    comment="where people work and for whom, dated: they join, move and leave",
)
training_record = Table(
    "training_record", metadata, key(), ref("person_id", "person.id", "who"), text("course", "name of the course"),
    day("completed_on", "completed; null while only asked for"), day("refresher_due", "to be refreshed by"),
    json("policies", "policies that went with it: dignity_at_work, customer_care"),
    day("talk_on", "follow-up talk"), time("noted_at", "written down", required=True), text("noted_by", "by whom"),
    comment="training of people, a support for them; it stands beside no alert",
)
