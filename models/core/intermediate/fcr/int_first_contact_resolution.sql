{#-
    First contact resolution of each conversation: resolved by the rule of its source, not escalated, not reopened, and
    no further contact of the customer within the window, about the same topic (fcr_<window>) or about anything
    (fcr_any_topic_<window>). What is known of the conversation is handed on, so that the fact joins one model.
-#}
{#- Who took a ticket up again after its first solve may not be known. Of one that was over with it, nobody is known to have. -#}
{% set was_reopened -%}
coalesce(
    conversations.is_reopened,
    case when coalesce(conversations.resolved_at = conversations.first_resolved_at, conversations.first_resolved_at is null)
        then false
    end
)
{%- endset -%}
with

conversations as (
    select * from {{ ref('int_conversations_timed') }}
),

-- Contacts before the first landed one of a source are not known: a contact within a window of it may repeat one of them.
source_starts as (
    select
        source_system,
        min(started_at) as first_contact_at
    from conversations
    group by source_system
),

judged as (
    select
        conversations.*,
        {{ was_reopened | indent(8) }} as was_reopened,
        source_starts.first_contact_at,
        chained.issue_id,
        chained.next_same_topic_contact_at,
        chained.next_any_contact_at,
        coalesce(chained.is_first_contact_24h, false) as is_first_contact_24h,
        coalesce(chained.is_first_contact_48h, false) as is_first_contact_48h,
        coalesce(chained.is_first_contact_7d, false) as is_first_contact_7d,
        coalesce(chained.is_first_any_contact_24h, false) as is_first_any_contact_24h,
        coalesce(chained.is_first_any_contact_48h, false) as is_first_any_contact_48h,
        coalesce(chained.is_first_any_contact_7d, false) as is_first_any_contact_7d,
        cutoff.as_of,
        conversations.is_countable
        and conversations.is_served
        and conversations.is_resolved is not null
        and (
            conversations.source_type <> 'ticket'
            or conversations.conversation_seq > 1
            or conversations.resolution_clock_started_at is not null
        )
        and {{ was_reopened | indent(8) }} is not null
        -- A ticket that says solved and not when may have been solved within the hour.
        and (
            conversations.source_type <> 'ticket'
            or not conversations.is_resolved
            or conversations.first_resolved_at is not null
        )
        and conversations.customer_id is not null as is_fcr_anchor,
        -- Tickets: first solved within one business hour. Bots: the customer or a business event said so. Calls and chats
        -- with people: resolved, and by their record soon after their end. Whether the customer came back to a ticket is
        -- is_reopened, not part of this.
        conversations.is_resolved
        and case
            when conversations.source_type = 'ticket'
                then coalesce(
                    conversations.first_resolution_business_seconds <= {{ var('first_contact_business_seconds') }},
                    case when conversations.first_resolved_at is not null then false end
                )
            else (conversations.responder <> 'bot' or conversations.resolution_evidence = 'stated')
                and coalesce(
                    conversations.resolved_at
                    <= {{ dbt.dateadd('minute', var('record_match_minutes'), 'conversations.ended_at') }}, true
                )
        end as is_resolved_in_contact
    from conversations
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    inner join source_starts on source_starts.source_system = conversations.source_system
    left join {{ ref('int_contacts_chained') }} as chained
        on chained.conversation_id = conversations.conversation_id
),

repeated as (
    select
        *,
        is_resolved_in_contact and not is_escalated and not was_reopened as is_resolved_at_once,
        -- A phone number may be a family's: such customers are followed within one topic only.
        is_fcr_anchor and identity_evidence <> 'phone' as is_any_topic_anchor,
        case when is_fcr_anchor then coalesce(next_same_topic_contact_at <= {{ hours_after('ended_at', 24) }}, false) end
        as repeats_within_24h,
        case when is_fcr_anchor then coalesce(next_same_topic_contact_at <= {{ hours_after('ended_at', 48) }}, false) end
        as repeats_within_48h,
        case when is_fcr_anchor then coalesce(next_same_topic_contact_at <= {{ hours_after('ended_at', 168) }}, false) end
        as repeats_within_7d,
        case when is_fcr_anchor then coalesce(next_any_contact_at <= {{ hours_after('ended_at', 24) }}, false) end
        as repeats_any_within_24h,
        case when is_fcr_anchor then coalesce(next_any_contact_at <= {{ hours_after('ended_at', 48) }}, false) end
        as repeats_any_within_48h,
        case when is_fcr_anchor then coalesce(next_any_contact_at <= {{ hours_after('ended_at', 168) }}, false) end
        as repeats_any_within_7d,
        as_of >= {{ hours_after('ended_at', 24) }} and started_at >= {{ hours_after('first_contact_at', 24) }}
        as is_fcr_mature_24h,
        as_of >= {{ hours_after('ended_at', 48) }} and started_at >= {{ hours_after('first_contact_at', 48) }}
        as is_fcr_mature_48h,
        as_of >= {{ hours_after('ended_at', 168) }} and started_at >= {{ hours_after('first_contact_at', 168) }}
        as is_fcr_mature_7d
    from judged
)

select
    *,
    started_at < {{ hours_after('first_contact_at', 24) }} as is_left_censored_24h,
    started_at < {{ hours_after('first_contact_at', 48) }} as is_left_censored_48h,
    started_at < {{ hours_after('first_contact_at', 168) }} as is_left_censored_7d,
    case when is_fcr_anchor and is_fcr_mature_24h then is_resolved_at_once and not repeats_within_24h end as fcr_24h,
    case when is_fcr_anchor and is_fcr_mature_48h then is_resolved_at_once and not repeats_within_48h end as fcr_48h,
    case when is_fcr_anchor and is_fcr_mature_7d then is_resolved_at_once and not repeats_within_7d end as fcr_7d,
    case when is_any_topic_anchor and is_fcr_mature_24h then is_resolved_at_once and not repeats_any_within_24h end
    as fcr_any_topic_24h,
    case when is_any_topic_anchor and is_fcr_mature_48h then is_resolved_at_once and not repeats_any_within_48h end
    as fcr_any_topic_48h,
    case when is_any_topic_anchor and is_fcr_mature_7d then is_resolved_at_once and not repeats_any_within_7d end
    as fcr_any_topic_7d
from repeated
