with

cells as (
    select * from {{ ref('kpi_resolution') }}
)

select
    kpi_date as conversation_date,
    channel,
    topic,
    responder,
    sum(conversation_count) as conversation_count,
    sum(countable_count) as countable_count,
    sum(identified_count) as identified_count,
    {% for window in ['24h', '48h', '7d'] -%}
    sum(issue_anchors_{{ window }}) as issue_count_{{ window }},
    sum(issue_resolved_{{ window }}) as issue_resolved_count_{{ window }},
    sum(issue_pending_{{ window }}) as issue_pending_count_{{ window }},
    sum(contact_anchors_{{ window }}) as contact_count_{{ window }},
    sum(contact_resolved_{{ window }}) as contact_resolved_count_{{ window }},
    sum(contact_repeated_{{ window }}) as contact_repeated_count_{{ window }},
    sum(contact_pending_{{ window }}) as contact_pending_count_{{ window }},
    sum(contact_excluded_{{ window }}) as contact_excluded_count_{{ window }},
    {{ rate('sum(issue_resolved_' ~ window ~ ')', 'sum(issue_anchors_' ~ window ~ ')') }} as fcr_issue_rate_{{ window }},
    {{ rate('sum(contact_resolved_' ~ window ~ ')', 'sum(contact_anchors_' ~ window ~ ')') }}
    as fcr_contact_rate_{{ window }},
    {{ rate('sum(contact_repeated_' ~ window ~ ')', 'sum(contact_anchors_' ~ window ~ ')') }}
    as repeat_contact_rate_{{ window }}{{ ',' if not loop.last }}
    {% endfor %}
from cells
group by
    kpi_date,
    channel,
    topic,
    responder
