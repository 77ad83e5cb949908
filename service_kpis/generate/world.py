"""The planted world: what the company, its customers and its patterns look like.

Small named tables only; every other module of the generator reads them. Shares are probabilities.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

PERIOD_START = int(dt.datetime(2024, 1, 1, tzinfo=dt.UTC).timestamp())
PERIOD_END = int(dt.datetime(2025, 12, 31, 23, 59, 59, tzinfo=dt.UTC).timestamp())
LATE_FROM = int(dt.datetime(2025, 12, 25, tzinfo=dt.UTC).timestamp())
"""Rows loaded from here on arrive in the nightly CSV drop (about 1 % of the rows)."""

MINUTE, HOUR, DAY = 60, 3600, 86400
WINDOWS = {"24h": 24 * HOUR, "48h": 48 * HOUR, "7d": 7 * DAY}
FIRST_HOUR = 3600
"""Business seconds within which a ticket must be resolved to count as resolved in the first contact."""

PROMOTION = (
    "autumn_sale",
    int(dt.datetime(2025, 9, 22, tzinfo=dt.UTC).timestamp()),
    int(dt.datetime(2025, 10, 2, tzinfo=dt.UTC).timestamp()),
)
FCR_DROP = (
    "delivery_delay",
    int(dt.datetime(2025, 5, 5, tzinfo=dt.UTC).timestamp()),
    int(dt.datetime(2025, 6, 16, tzinfo=dt.UTC).timestamp()),
)
FCR_DROP_FACTOR = 2.0

TICKET, CHAT, CALL = range(3)
KINDS = ("ticket", "chat", "call")

SYSTEMS = ("helpdesk_eu", "helpdesk_us", "contact_centre", "contact_centre", "survey_tool", "helpcentre")
HELPDESK_EU, HELPDESK_US, LIVECHAT, TELEPHONY, SURVEY_TOOL, HELPCENTRE = range(6)
"""Chats and calls are one system with the same agents, and customer ids of their own."""
CUSTOMER_PREFIX = ("EU-", "US-", "visitor-", "caller-", "", "hc-")

TEAMS = ("eu_frontline", "us_frontline", "night_desk", "eu_backoffice", "us_backoffice")
EU_FRONTLINE, US_FRONTLINE, NIGHT_DESK, EU_BACKOFFICE, US_BACKOFFICE = range(5)
DESKS = (
    (HELPDESK_EU, EU_FRONTLINE),
    (HELPDESK_EU, NIGHT_DESK),
    (HELPDESK_EU, EU_BACKOFFICE),
    (HELPDESK_US, US_FRONTLINE),
    (HELPDESK_US, US_BACKOFFICE),
    (LIVECHAT, EU_FRONTLINE),
    (LIVECHAT, US_FRONTLINE),
    (LIVECHAT, NIGHT_DESK),
    (LIVECHAT, EU_BACKOFFICE),
    (LIVECHAT, US_BACKOFFICE),
)
"""(system, team) pairs that have agents; those on LIVECHAT take calls too."""
BUSY = (1.7, 1.7, 0.9)
"""Hours of work that a seat gets in an hour, some of it at once, by system."""
TICKET_WORK, AFTER_WORK = 600, 60
"""Seconds of work on a ticket, and after a call or chat, that the roster is planned with."""
ABSENT_SHARE = 0.10
"""Of the hours on duty, as many more are paid for holidays and sickness."""
HOURLY_COST = 20
TRANSFER_SHARE = 0.09
"""Answered calls that the back office gets."""

ZONES = ("Europe/Berlin", "America/New_York")
ZONE_SHARES = (0.6, 0.4)
ZONE_HOLIDAYS = ("europe", "america")

HOUR_OF_DAY = (
    *(0.10, 0.06, 0.05, 0.05, 0.06, 0.12, 0.30, 0.65, 1.10, 1.50, 1.60, 1.50),
    *(1.30, 1.35, 1.40, 1.35, 1.25, 1.15, 1.00, 0.95, 0.85, 0.60, 0.35, 0.20),
)
DAY_OF_WEEK = (1.20, 1.10, 1.05, 1.00, 0.95, 0.50, 0.35)
HOLIDAY_FACTOR = 0.45
GROWTH_PER_YEAR = 0.12
PROMOTION_FACTOR = 2.0

CHANNELS = ("email", "web_form", "social", "phone", "web_chat", "whatsapp", "in_app", "voice_bot")
EMAIL, WEB_FORM, SOCIAL, PHONE, WEB_CHAT, WHATSAPP, IN_APP, VOICE_BOT = range(8)
KIND_SHARES = (0.42, 0.33, 0.25)
CHANNEL_SHARES = (
    ((EMAIL, 0.60), (WEB_FORM, 0.26), (SOCIAL, 0.06), (PHONE, 0.08)),
    ((WEB_CHAT, 0.50), (WHATSAPP, 0.25), (IN_APP, 0.17), (VOICE_BOT, 0.08)),
    ((PHONE, 1.0),),
)

SIMPLE, STANDARD, COMPLEX = range(3)
TIERS = ("simple", "standard", "complex")

# topic, tier, cannot be solved in the first contact, group; the most frequent first
TOPICS = (
    ("delivery_delay", STANDARD, False, "delivery"),
    ("invoice_question", SIMPLE, False, "billing"),
    ("password_reset", SIMPLE, False, "account"),
    ("return_request", STANDARD, False, "orders"),
    ("opening_hours", SIMPLE, False, "information"),
    ("order_change", STANDARD, False, "orders"),
    ("refund_status", STANDARD, False, "billing"),
    ("slow_connection", COMPLEX, False, "connectivity"),
    ("price_question", SIMPLE, False, "information"),
    ("discount_code", SIMPLE, False, "promotion"),
    ("payment_failed", STANDARD, False, "billing"),
    ("address_change", SIMPLE, False, "account"),
    ("delivery_status", SIMPLE, False, "delivery"),
    ("app_login", STANDARD, False, "account"),
    ("product_availability", SIMPLE, False, "information"),
    ("contract_renewal", STANDARD, False, "contract"),
    ("connection_outage", COMPLEX, False, "connectivity"),
    ("order_status", SIMPLE, False, "orders"),
    ("campaign_terms", SIMPLE, False, "promotion"),
    ("device_defect", STANDARD, True, "hardware"),
    ("data_usage", SIMPLE, False, "account"),
    ("direct_debit", STANDARD, False, "billing"),
    ("wrong_item", STANDARD, False, "delivery"),
    ("wifi_setup", COMPLEX, False, "connectivity"),
    ("cancellation", STANDARD, False, "contract"),
    ("store_locator", SIMPLE, False, "information"),
    ("tariff_advice", STANDARD, False, "contract"),
    ("router_configuration", COMPLEX, False, "connectivity"),
    ("payment_methods", SIMPLE, False, "billing"),
    ("loyalty_points", SIMPLE, False, "promotion"),
    ("damaged_parcel", STANDARD, False, "delivery"),
    ("name_change", SIMPLE, False, "account"),
    ("warranty_repair", STANDARD, True, "hardware"),
    ("roaming", STANDARD, False, "contract"),
    ("invoice_copy", SIMPLE, False, "billing"),
    ("firmware_update", COMPLEX, False, "hardware"),
    ("two_factor", STANDARD, False, "account"),
    ("newsletter", SIMPLE, False, "information"),
    ("double_charge", STANDARD, False, "billing"),
    ("technician_visit", COMPLEX, True, "hardware"),
    ("number_porting", COMPLEX, False, "contract"),
    ("gift_card", SIMPLE, False, "promotion"),
    ("sim_replacement", STANDARD, True, "hardware"),
    ("account_locked", STANDARD, False, "account"),
    ("smart_home_pairing", COMPLEX, False, "hardware"),
    ("catalogue_request", SIMPLE, False, "information"),
    ("complaint", STANDARD, False, "other"),
    ("line_relocation", COMPLEX, True, "hardware"),
    ("privacy_request", STANDARD, False, "account"),
    ("interface_integration", COMPLEX, False, "connectivity"),
)
TOPIC_NAMES = tuple(topic for topic, *_ in TOPICS)
TOPIC_TIERS = np.array([tier for _, tier, *_ in TOPICS])
TOPIC_SHARES = (0.8, *(1 / (rank + 3) ** 0.85 for rank in range(1, len(TOPICS))))
PROMOTION_TOPICS = tuple(i for i, t in enumerate(TOPICS) if t[3] in ("promotion", "billing"))
PROMOTION_TOPIC_SHARE = 0.5
SUBTOPICS = ("question", "problem", "change")
NO_TOPIC_SHARE = 0.006

# How a contact goes, by kind: variant, share for (simple, standard, complex), factor on coming back
TICKET_VARIANTS = (
    ("solved", (0.890, 0.875, 0.845), 0.9),
    ("unsolved", (0.020, 0.030, 0.055), 2.0),
    ("unanswered", (0.015, 0.020, 0.025), 2.5),
    ("silent", (0.015, 0.015, 0.015), 1.2),
    ("spam", (0.012, 0.012, 0.012), 0.0),
    ("test", (0.003, 0.003, 0.003), 0.0),
    ("deleted", (0.005, 0.005, 0.005), 0.0),
    ("outbound", (0.040, 0.040, 0.040), 0.0),
    ("merged", (0.0, 0.0, 0.0), 0.0),
)
SOLVED, UNSOLVED, UNANSWERED, SILENT, SPAM, TEST, DELETED, OUTBOUND, MERGED = range(9)
CHAT_VARIANTS = (
    ("bot", (0.52, 0.34, 0.14), 1.2),
    ("bot_abandoned", (0.04, 0.07, 0.10), 3.0),
    ("handover", (0.14, 0.26, 0.38), 0.9),
    ("handover_lost", (0.01, 0.02, 0.03), 3.0),
    ("human", (0.22, 0.24, 0.28), 0.8),
    ("queue_abandoned", (0.01, 0.01, 0.01), 2.5),
    ("unengaged", (0.03, 0.03, 0.03), 0.0),
    ("proactive", (0.03, 0.03, 0.03), 0.0),
)
BOT, BOT_ABANDONED, HANDOVER, HANDOVER_LOST, HUMAN, QUEUE_ABANDONED, UNENGAGED, PROACTIVE = range(8)
CALL_VARIANTS = (
    ("answered", (0.58, 0.68, 0.74), 0.9),
    ("ivr", (0.24, 0.12, 0.05), 1.4),
    ("abandoned", (0.06, 0.07, 0.08), 2.5),
    ("voicemail", (0.02, 0.02, 0.02), 1.5),
    ("callback", (0.03, 0.04, 0.04), 1.5),
    ("failed", (0.02, 0.02, 0.02), 2.0),
    ("outbound", (0.05, 0.05, 0.05), 0.0),
)
ANSWERED, IVR, ABANDONED, VOICEMAIL, CALLBACK, FAILED, CALL_OUTBOUND = range(7)
VARIANTS = (TICKET_VARIANTS, CHAT_VARIANTS, CALL_VARIANTS)

RETURN_SHARE = (0.13, 0.20, 0.30)
"""Chance of coming back about the same need, by topic tier, before the variant's factor."""
RETURN_LIMIT = 0.85
RETURN_GAPS = ((0.25, 24, 0.42), (24, 48, 0.20), (48, 168, 0.22), (168, 840, 0.16))
"""Hours between a contact's end and the next one about the same need: from, to, share."""
SAME_CHANNEL_SHARE = 0.5
BOT_THEN_CALL_SHARE = 0.5
LONGEST_CHAIN = 8

FAST_TICKET_SHARE = (0.92, 0.84, 0.68)
"""Tickets solved within the first business hour, by topic tier."""
ANONYMOUS_SHARE = (0.004, 0.12, 0.07)
"""Contacts without any identity, by kind."""
FAMILY_SHARE = 0.012
ESCALATED_SHARE = (0.02, 0.05, 0.15)
"""Tickets that go to the back office, by topic tier."""
LATE_DAYS, FORGOTTEN_SHARE = 7, 0.02
"""Days until tickets left unsolved or unanswered are closed, the median; and the share that never is."""
MERGED_SHARE, LATE_MERGED_SHARE = 0.025, 0.15
REVIVED_SHARE, THANKS_SHARE, REOPENED_SHARE = 0.03, 0.08, 0.05
SWITCHBOARD_PHONE = "+49 30 9000000"
NO_REPLY_EMAIL = "no-reply@shop.example"
CHATS_AT_ONCE = 3
DIRT_SHARE = 0.0045
