{#-
    First contact resolution, repeat contact, identity coverage. Anchor: day of started_at.
    Contact reading: every anchor. Issue reading: the first served contact of each issue.
-#}
with

conversations as (
    select * from {{ ref('int_conversations_classified') }}
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ count_if('true') }} as conversation_count,
    {{ count_if('is_countable') }} as countable_count,
    {{ count_if('is_countable and customer_id is not null') }} as identified_count,
    {{ count_if('not is_countable') }} as uncounted_count,
    {% for window in ['24h', '48h', '7d'] -%}
    -- Within {{ window }}: populations.
    {{ count_if('is_fcr_anchor and is_fcr_mature_' ~ window) }} as contact_anchors_{{ window }},
    {{ count_if('is_fcr_anchor and not is_fcr_mature_' ~ window ~ ' and not is_left_censored_' ~ window) }}
    as contact_pending_{{ window }},
    {{ count_if('not is_fcr_anchor or is_left_censored_' ~ window) }} as contact_excluded_{{ window }},
    {{ count_if('is_first_contact_' ~ window ~ ' and is_fcr_mature_' ~ window) }} as issue_anchors_{{ window }},
    {{ count_if(
        'is_first_contact_' ~ window ~ ' and not is_fcr_mature_' ~ window ~ ' and not is_left_censored_' ~ window
    ) }} as issue_pending_{{ window }},
    {{ count_if('not is_first_contact_' ~ window ~ ' or is_left_censored_' ~ window) }}
    as issue_excluded_{{ window }},
    {{ count_if('is_any_topic_anchor and is_fcr_mature_' ~ window) }} as any_topic_anchors_{{ window }},
    {{ count_if('is_any_topic_anchor and not is_fcr_mature_' ~ window ~ ' and not is_left_censored_' ~ window) }}
    as any_topic_pending_{{ window }},
    {{ count_if('not is_any_topic_anchor or is_left_censored_' ~ window) }} as any_topic_excluded_{{ window }},
    {{ count_if('is_any_topic_anchor and is_first_any_contact_' ~ window ~ ' and is_fcr_mature_' ~ window) }}
    as any_topic_issue_anchors_{{ window }},
    {{ count_if(
        'is_any_topic_anchor and is_first_any_contact_' ~ window
        ~ ' and not is_fcr_mature_' ~ window ~ ' and not is_left_censored_' ~ window
    ) }} as any_topic_issue_pending_{{ window }},
    {{ count_if(
        'not is_any_topic_anchor or not is_first_any_contact_' ~ window ~ ' or is_left_censored_' ~ window
    ) }} as any_topic_issue_excluded_{{ window }},

    -- Within {{ window }}: outcomes.
    {{ count_if('fcr_' ~ window) }} as contact_resolved_{{ window }},
    {{ count_if('is_first_contact_' ~ window ~ ' and fcr_' ~ window) }} as issue_resolved_{{ window }},
    {{ count_if('is_fcr_mature_' ~ window ~ ' and not is_reopened and not repeats_within_' ~ window) }}
    as contact_without_return_{{ window }},
    {{ count_if(
        'is_first_contact_' ~ window ~ ' and is_fcr_mature_' ~ window
        ~ ' and not is_reopened and not repeats_within_' ~ window
    ) }} as issue_without_return_{{ window }},
    {{ count_if('is_fcr_mature_' ~ window ~ ' and repeats_within_' ~ window) }} as contact_repeated_{{ window }},
    {{ count_if(
        'is_any_topic_anchor and is_fcr_mature_' ~ window
        ~ ' and is_resolved_at_once and not repeats_any_within_' ~ window
    ) }} as any_topic_resolved_{{ window }},
    {{ count_if(
        'is_any_topic_anchor and is_first_any_contact_' ~ window ~ ' and is_fcr_mature_' ~ window
        ~ ' and is_resolved_at_once and not repeats_any_within_' ~ window
    ) }} as any_topic_issue_resolved_{{ window }},
    {{ count_if(
        'is_any_topic_anchor and is_fcr_mature_' ~ window ~ ' and not is_reopened and not repeats_any_within_' ~ window
    ) }} as any_topic_without_return_{{ window }},
    {{ count_if(
        'is_any_topic_anchor and is_first_any_contact_' ~ window ~ ' and is_fcr_mature_' ~ window
        ~ ' and not is_reopened and not repeats_any_within_' ~ window
    ) }} as any_topic_issue_without_return_{{ window }}{{ ',' if not loop.last }}
    {% endfor %}
from conversations
group by
    1,
    2,
    3,
    4,
    5
