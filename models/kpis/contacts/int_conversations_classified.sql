{{ config(materialized='view') }}
{#- In which counts each conversation is: answered, abandoned, response awaited, handled, costed, resolved. -#}
with

conversations as (
    select * from {{ ref('fct_conversations') }}
),

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

-- Which response a conversation awaits: anybody's; a bot's, if one took part; a person's, unless a bot alone served it.
awaited as (
    select
        conversations.*,
        cutoff.as_of,
        cutoff.as_of
        >= {{ dbt.dateadd('day', var('resolution_maturity_days'), 'conversations.started_at') }}
        as has_had_resolution_time,
        conversations.is_countable
        and conversations.is_bot_response_known
        and (conversations.is_human_response_known or conversations.first_bot_response_at is not null) as awaits_any,
        conversations.is_countable
        and conversations.is_bot_response_known
        and (conversations.bot_outcome is not null or conversations.first_bot_response_at is not null) as awaits_bot,
        conversations.is_countable
        and conversations.is_human_response_known
        and (
            conversations.responder in ('human', 'hybrid')
            or conversations.is_abandoned
            or (conversations.responder = 'none' and conversations.bot_outcome is null)
        ) as awaits_human
    from conversations
    cross join cutoff
)

select
    *,
    -- A customer who left before the response is not part of response time.
    awaits_any and not (is_abandoned and first_response_at is null) as is_any_response_counted,
    awaits_bot and not (is_abandoned and first_bot_response_at is null) as is_bot_response_counted,
    awaits_human and not (is_abandoned and first_human_response_at is null) as is_human_response_counted,

    -- A person worked on it, and how long is known.
    is_countable and responder in ('human', 'hybrid') and handle_seconds is not null as is_handle_counted,

    is_countable and cost is not null as is_cost_counted,

    -- Automation is a share of all contacts, each observed for the same time.
    is_countable and as_of >= {{ hours_after('ended_at', var('issue_window_hours')) }} as is_automation_counted,
    is_countable and as_of < {{ hours_after('ended_at', var('issue_window_hours')) }} as is_automation_pending,

    -- Counted once resolution_maturity_days have passed, so that new conversations do not look unresolved.
    is_countable and is_served and is_resolved is not null and has_had_resolution_time as is_resolution_counted,
    is_countable and is_served and is_resolved is not null and not has_had_resolution_time as is_resolution_pending,
    source_type = 'ticket' and is_countable and coalesce(is_resolved, false) and has_had_resolution_time as is_completion_counted,
    source_type = 'ticket' and is_countable and not has_had_resolution_time as is_completion_pending,

    -- Whether somebody comes back within the window is not known yet.
    not is_fcr_mature_24h and not is_left_censored_24h as is_fcr_pending_24h,
    not is_fcr_mature_48h and not is_left_censored_48h as is_fcr_pending_48h,
    not is_fcr_mature_7d and not is_left_censored_7d as is_fcr_pending_7d,
    is_fcr_mature_48h and repeats_within_48h as is_repeated_48h,

    -- Of conversations that waited for a person, each is one of four, which sum to those offered.
    is_countable and is_offered as is_offer_counted,
    is_countable and coalesce(queue_outcome = 'answered', false) as is_answer_counted,
    is_countable
    and coalesce(queue_outcome = 'abandoned', false)
    and coalesce(wait_seconds >= {{ var('short_abandon_seconds') }}, true) as is_abandonment_counted,
    is_countable
    and coalesce(queue_outcome = 'abandoned', false)
    and coalesce(wait_seconds < {{ var('short_abandon_seconds') }}, false) as is_short_abandonment,
    is_countable
    and coalesce(queue_outcome in ('voicemail', 'callback_requested', 'overflow'), false) as is_flow_out_counted,

    -- A phone number that calls back about the same, or a known customer who returns with anything.
    case
        when identity_evidence = 'phone' then next_same_topic_contact_at
        else next_any_contact_at
    end as next_attempt_at,

    is_countable and resolution_seconds is not null as is_resolution_timed,
    is_countable and human_resolution_seconds is not null and responder in ('human', 'hybrid') as is_human_resolution_timed,

    -- A telephone menu that only routes is no bot.
    is_countable and responder in ('bot', 'hybrid') and bot_handle_seconds is not null as is_bot_handle_counted
from awaited
