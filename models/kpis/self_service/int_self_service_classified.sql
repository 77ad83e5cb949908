{{ config(materialized='view') }}
{#-
    What a self-service session counts as. Whether the customer made contact after it is known of identified customers only,
    and where contacts land at all.
-#}
with

contacts as (
    select count(*) as contact_count from {{ ref('int_conversations_identified') }}
),

sessions as (
    select
        sessions.*,
        cutoff.as_of >= {{ hours_after('sessions.ended_at', var('issue_window_hours')) }} as is_window_closed,
        sessions.customer_id is not null as is_identified,
        sessions.customer_id is not null and contacts.contact_count > 0 as is_contact_known,
        coalesce(
            sessions.next_contact_at <= {{ hours_after('sessions.ended_at', var('issue_window_hours')) }}, false
        ) as is_followed_by_contact,
        coalesce(sessions.next_contact_at <= sessions.ended_at, false) as is_helped,
        sessions.task is not null and sessions.is_task_completed is not null as is_task
    from {{ ref('fct_self_service_sessions') }} as sessions
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    cross join contacts
)

select
    *,
    has_contact_intent and is_contact_known as is_deflectable,
    is_task and is_task_completed and not is_helped as is_task_done_alone,
    -- A task succeeds when it is completed; a session without a task, when no contact follows.
    is_task or is_contact_known as is_judged,
    case
        when is_task then is_task_completed and not is_helped
        else is_contact_known and not is_followed_by_contact
    end as is_successful
from sessions
