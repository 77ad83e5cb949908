{{ config(materialized='view') }}
{#- In which counts each conversation is: eventual resolution, reopening, touches, due dates. -#}
with

conversations as (
    select * from {{ ref('int_conversations_classified') }}
),

-- A ticket that its customer brought back goes on as a conversation of its own; without an answer, it was a thank-you.
revivals as (
    select
        source_system,
        source_conversation_id,
        conversation_seq - 1 as revived_seq,
        started_at as revived_at
    from conversations
    where source_type = 'ticket' and conversation_seq > 1 and is_served
),

judged as (
    select
        conversations.*,
        {{ dbt.dateadd('day', var('reopen_window_days'), 'conversations.first_resolved_at') }} as reopen_window_ends_at,
        revivals.revived_at,
        -- A ticket that says solved and not when: neither in time nor too late.
        coalesce(conversations.source_type = 'ticket' and conversations.is_resolved and conversations.resolved_at is null, false)
        as is_solve_undated,
        conversations.source_type = 'ticket'
        and conversations.is_countable
        and (conversations.is_reopened is not null or revivals.revived_at is not null) as is_reopening_told
    from conversations
    left join revivals
        on
            conversations.source_type = 'ticket'
            and revivals.source_system = conversations.source_system
            and revivals.source_conversation_id = conversations.source_conversation_id
            and revivals.revived_seq = conversations.conversation_seq
)

select
    *,
    -- A call whose end is not known was resolved in it, whenever that was.
    coalesce(is_resolved, false)
    and coalesce(
        coalesce(resolved_at, ended_at)
        <= {{ dbt.dateadd('day', var('resolution_maturity_days'), 'started_at') }}, false
    ) as is_resolved_in_time,

    is_resolution_counted and not is_solve_undated as is_resolution_in_time_counted,

    -- Of tickets that were ever solved, also those that are open again.
    is_reopening_told and coalesce(as_of >= reopen_window_ends_at, false) as is_reopening_counted,
    is_reopening_told and coalesce(as_of < reopen_window_ends_at, false) as is_reopening_pending,
    coalesce(reopened_at <= reopen_window_ends_at, false)
    or coalesce(revived_at <= reopen_window_ends_at, false) as is_reopened_in_window,

    is_completion_counted and resolution_seconds is not null as is_completion_timed,
    is_completion_counted and human_reply_count is not null as is_touch_counted,
    is_completion_counted and requester_wait_seconds is not null as is_requester_wait_counted,

    -- The due date is the ticket's, and so its first conversation's.
    source_type = 'ticket' and is_countable and conversation_seq = 1 as is_due_date_expected,
    source_type = 'ticket' and is_countable and conversation_seq = 1 and coalesce(due_at <= as_of, false)
    and not is_solve_undated as is_due,
    source_type = 'ticket' and is_countable and conversation_seq = 1 and coalesce(due_at > as_of, false)
    and not is_solve_undated as is_not_yet_due,
    coalesce(resolved_at <= due_at, false) as is_completed_by_due_date
from judged
