{#-
    From when to when each duration of Intercom runs, by its published definitions; what lies outside office hours is taken out later.
    Only where all parts landed. A reply is timed from the customer's last message before it; bots and notes are no replies.
-#}
with

walk as (
    select * from {{ ref('base_intercom__walk') }}
    where has_all_parts and first_contact_at is not null
),

changes as (
    select
        changes.*,
        walk.first_contact_at,
        walk.first_reply_at,
        walk.status as status_now
    from {{ ref('base_intercom__changes') }} as changes
    inner join walk
        on
            walk.source_system = changes.source_system
            and walk.conversation_id = changes.conversation_id
),

-- A company's message before the first word of the customer answers nothing.
turns as (
    select
        source_system,
        conversation_id,
        sender_type,
        sent_at,
        lag(sender_type) over in_order as previous_sender_type,
        lag(sent_at) over in_order as previous_sent_at
    from {{ ref('base_intercom__messages') }}
    where is_public and not is_automated and sender_type in ('customer', 'agent')
    window in_order as (
        partition by source_system, conversation_id
        order by sent_at, case sender_type when 'customer' then 0 else 1 end, length(message_id), message_id
    )
)

{% for metric, until in [
    ('time_to_admin_reply', 'first_reply_at'), ('time_to_first_close', 'first_close_at'), ('time_to_last_close', 'last_close_at')
] %}
select
    source_system,
    conversation_id,
    '{{ metric }}' as metric,
    first_contact_at as from_at,
    {{ until }} as to_at
from walk
where {{ until }} >= first_contact_at

union all

{% endfor %}
select
    source_system,
    conversation_id,
    'time_to_assignment' as metric,
    min(first_contact_at) as from_at,
    max(occurred_at) as to_at
from changes
where
    assigned_to_type is not null
    and occurred_at >= first_contact_at
    and occurred_at <= coalesce(first_reply_at, occurred_at)
group by source_system, conversation_id

union all

select
    turns.source_system,
    turns.conversation_id,
    'median_time_to_reply' as metric,
    turns.previous_sent_at as from_at,
    turns.sent_at as to_at
from turns
inner join walk
    on
        walk.source_system = turns.source_system
        and walk.conversation_id = turns.conversation_id
where turns.sender_type = 'agent' and turns.previous_sender_type = 'customer'

union all

-- Counted when it is closed.
select
    source_system,
    conversation_id,
    'handling_time' as metric,
    occurred_at as from_at,
    next_changed_at as to_at
from changes
where
    status_now = 'solved'
    and status_after in ('open', 'new')
    and assignee_after is not null
    and next_changed_at > occurred_at
