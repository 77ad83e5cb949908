{#-
    First contact resolution, the operational reading, per conversation (catalogue K01):
    resolved by the rule of its source, not escalated, not reopened, and the customer did not come back.
    Windows, maturity and the anchor's conditions are stated here and nowhere else.
-#}
{% set windows = fcr_windows() -%}
with

conversations as (
    select * from {{ ref('int_conversations_identified') }}
),

-- What a source held before its first contact is unseen: a contact soon after may repeat one of those.
source_starts as (
    select
        source_system,
        min(started_at) as first_contact_at
    from {{ ref('int_conversations_identified') }}
    group by source_system
),

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

judged as (
    select
        conversations.conversation_id,
        conversations.started_at,
        conversations.ended_at,
        conversations.is_escalated,
        conversations.is_reopened,
        source_starts.first_contact_at,
        chained.next_same_topic_contact_at,
        chained.next_any_contact_at,
        cutoff.as_of,
        conversations.is_countable
        and conversations.is_served
        and conversations.customer_id is not null as is_fcr_anchor,
        -- Tickets: first solved within one business hour; that the customer had to return, is_reopened says.
        -- Bots: by a statement. People on the line: before the customer left.
        conversations.is_resolved
        and case
            when conversations.source_type = 'ticket'
                then coalesce(
                    business.first_resolution_business_seconds <= {{ var('first_contact_business_seconds') }}, false
                )
            when conversations.responder = 'bot' then conversations.resolution_evidence = 'stated'
            else true
        end as is_resolved_in_contact
    from conversations
    cross join cutoff
    inner join source_starts on source_starts.source_system = conversations.source_system
    left join {{ ref('int_contacts_chained') }} as chained
        on chained.conversation_id = conversations.conversation_id
    left join {{ ref('int_conversation_business_seconds') }} as business
        on business.conversation_id = conversations.conversation_id
),

windowed as (
    select
        *,
        {% for window, hours in windows.items() -%}
        case
            when is_fcr_anchor
                then coalesce(next_same_topic_contact_at <= {{ hours_after('ended_at', hours) }}, false)
        end as repeats_within_{{ window }},
        case
            when is_fcr_anchor
                then coalesce(next_any_contact_at <= {{ hours_after('ended_at', hours) }}, false)
        end as repeats_any_within_{{ window }},
        as_of >= {{ hours_after('ended_at', hours) }}
        and started_at >= {{ hours_after('first_contact_at', hours) }} as is_fcr_mature_{{ window }},
        started_at < {{ hours_after('first_contact_at', hours) }} as is_left_censored_{{ window }}{{ ',' if not loop.last }}
        {% endfor %}
    from judged
)

select
    conversation_id,
    next_same_topic_contact_at,
    next_any_contact_at,
    is_fcr_anchor,
    is_resolved_in_contact,
    {% for window in windows -%}
    repeats_within_{{ window }},
    repeats_any_within_{{ window }},
    is_fcr_mature_{{ window }},
    is_left_censored_{{ window }},
    case
        when is_fcr_anchor and is_fcr_mature_{{ window }}
            then is_resolved_in_contact and not is_escalated and not is_reopened and not repeats_within_{{ window }}
    end as fcr_{{ window }}{{ ',' if not loop.last }}
    {% endfor %}
from windowed
