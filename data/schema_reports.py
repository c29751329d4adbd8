"""The tables behind the trends: daily rollups, what of them has to be counted again, and departments as they were."""

from sqlalchemy import Column, Date, String, Table

from data.columns import count, key, metadata, ref, text, time

# One column a phrase reads as a table; one argument a line would make it three times as long.
# fmt: off
rollup_day = Table(
    "rollup_day", metadata,
    Column("account_id", String(64), primary_key=True, comment="account"),
    Column("day", Date, primary_key=True, comment="when published, else first collected, a day in the council's zone"),
    count("posts", "posts of that day"), count("waiting", "of these not looked at by any model yet"),
    count("texts", "texts assessed in full or in part; a post's own words and those it passes on are two"),
    count("unassessed", "texts that could not be assessed"), count("raised", "alerts about these texts"),
    count("upheld", "of these judged upheld, the latest judgement that was not taken back"),
    count("not_upheld", "of these judged not upheld, in the same way"),
    count("own_full", "posts whose own words were assessed in full, by the newest finding"),
    count("own_partial", "of which a part could be assessed"), count("own_none", "of which nothing could be assessed"),
    comment="figures of one account and day, counted from the other tables and never the other way round",
)
rollup_touched = Table(
    "rollup_touched", metadata,
    Column("account_id", String(64), primary_key=True, comment="account"),
    Column("hour", String(13), primary_key=True, comment="hour in UTC of a post, as 2026-11-22 14"),
    comment="where something changed since the rollups were counted; filled by triggers",
)
rollup_zone = Table(
    "rollup_zone", metadata, key(), text("zone", "time zone whose days rollup_day has"),
    comment="one row: for which zone the rollups were counted",
)
account_department = Table(
    "account_department", metadata, key(), ref("account_id", "account.id", "account"),
    text("department", "department"), time("since", "from", required=True), time("until", "to"),
    comment="which department an account belonged to, dated",
)
