"""Every id that Slack sends back to us, once. An id is never reused for something else."""

from __future__ import annotations

COMMAND = "/escalate"
SHORTCUT_MESSAGE = "escalate_message"
SHORTCUT_GLOBAL = "escalate_global"
METADATA = "escbot"

# Buttons: the action id is this prefix and the id of docs/contracts.md.
BUTTON = "esc_"

# Modals by callback id
FORM_ESCALATE = "form_escalate"
FORM_DECLINE = "form_decline"
FORM_REASSIGN = "form_reassign"
FORM_MOVE_UP = "form_move_up"
FORM_MOVE_DOWN = "form_move_down"
FORM_WAIT = "form_wait"
FORM_TELL = "form_tell"
FORM_RESOLVE = "form_resolve"
FORM_REOPEN = "form_reopen"
FORM_ASK = "form_ask"
FORM_EXTEND = "form_extend"
FORM_SEVERITY = "form_severity"
FORM_DECLINE_PLAN = "form_decline_plan"
FORM_DONE = "form_done"
FORM_MORE = "form_more"
FORM_BRING_IN = "form_bring_in"
FORM_FACTS = "form_facts"
FORM_TIER = "form_tier"
FORM_MERGE = "form_merge"
FORM_CANCEL = "form_cancel"
FORM_LINK = "form_link"
FORM_UNLINK = "form_unlink"
FORM_RENEW = "form_renew"
FORM_EDIT_WORDS = "form_edit_words"
FORM_HAND_WORDS = "form_hand_words"
FORM_AWAY = "form_away"

# Fields of the forms: block ids; the input's action id is FIELD.
FIELD = "value"
CUSTOMER = "customer"
SUMMARY = "summary"
KIND = "kind"
IMPACT = "impact"
TRIED = "tried"
AREA = "area"
DIAGNOSIS = "diagnosis"
ALSO = "also"
REASON = "reason"
TICKET = "ticket"
DEADLINE = "deadline"
PERSON = "person"
CRITERION = "criterion"
SEVERITY = "severity"
ON = "on"
TEXT = "text"
ROOT_CAUSE = "root_cause"
TIER = "tier"
INTO = "into"
CUSTOMER_NAME = "customer_name"
UNTIL = "until"

# The briefing checklist: boxes in the thread; the block's id says which case and from which line
BRIEF_LINES = "brief_lines"

# The live part of the form: fields that answer each choice, and what is shown
LIVE = (CUSTOMER, KIND, IMPACT, AREA, DIAGNOSIS, ALSO)
PREVIEW = "preview"
OTHER = "other_"
ADD_CUSTOMER = "add_customer"

# Drills
DRILL_ESCALATE = BUTTON + "drill_escalate"

# What a case taught, on the form that resolves it
KNOWLEDGE = "knowledge"
GAP = "gap"
TRAINING = "training"
TRAINING_TIER = "training_tier"
PRODUCT = "product"
LINK = "link"
TRACKER = "tracker"

# Follow-ups, the customer's word, and a review's decisions
FOLLOWUP_DONE = "followup_done"
FOLLOWUP_LATER = "followup_later"
FOLLOWUP_DROPPED = "followup_dropped"
RATING = "rating"
RATING_GOOD = "rating_good"
RATING_BAD = "rating_bad"
REVIEW_ACCEPT = "review_accept_"
REVIEW_DECLINE = "review_decline_"

# App Home
MENTION_NEW = "mention_new"
HOME_NEW = "home_new"
HOME_AWAY = "home_away"
HOME_AWAY_UNTIL = "home_away_until"
HOME_BACK = "home_back"
