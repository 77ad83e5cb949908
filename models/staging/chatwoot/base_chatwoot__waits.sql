{#-
    From when to when Chatwoot measures, worked out from messages and events by the published definition.
    first_response: from the last opening or hand-over before it, else the last resolve by a bot, else creation, to a person's first
    public message; reply_time: from waiting_since to a person's later message; conversation_resolved: from creation to each resolve.
    waiting_since is set, where it is empty, at creation, by a customer's message and by a hand-over to people, and emptied by an answer
    of a person or bot and by a resolve.
-#}
{% set in_order -%}
partition by landed_system, conversation_id order by occurred_at, mark_rank, length(mark_id), mark_id
{%- endset -%}
with

conversations as (
    select * from {{ ref('base_chatwoot__conversations') }}
),

-- Of what happened in the same second, messages come before the hand-over, and that before the resolve.
marks as (
    select
        landed_system,
        conversation_id,
        'created' as mark,
        0 as mark_rank,
        conversation_id as mark_id,
        created_at as occurred_at
    from conversations

    union all

    select
        landed_system,
        conversation_id,
        case when is_human_reply then 'human' when is_bot_reply then 'bot' else 'customer' end as mark,
        1 as mark_rank,
        message_id as mark_id,
        sent_at as occurred_at
    from {{ ref('base_chatwoot__messages') }}
    where is_human_reply or is_bot_reply or (sender_word = 'customer' and not is_note)

    union all

    select
        landed_system,
        conversation_id,
        event_name as mark,
        case when event_name in ('conversation_bot_handoff', 'conversation_opened') then 2 else 3 end as mark_rank,
        event_id as mark_id,
        occurred_at
    from {{ ref('base_chatwoot__events') }}
    where
        copy_number = 1
        and event_name in (
            'conversation_bot_handoff', 'conversation_opened', 'conversation_bot_resolved', 'conversation_resolved'
        )
),

counted as (
    select
        *,
        sum(case when mark in ('human', 'bot', 'conversation_resolved') then 1 else 0 end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) - case when mark in ('human', 'bot', 'conversation_resolved') then 1 else 0 end as wait_number,
        sum(case when mark = 'human' then 1 else 0 end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as reply_number,
        max(case when mark in ('conversation_bot_handoff', 'conversation_opened') then occurred_at end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as opened_at,
        max(case when mark = 'conversation_bot_resolved' then occurred_at end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as bot_resolved_at
    from marks
),

-- The answer or resolve that ends a wait is the last row of its number.
waited as (
    select
        *,
        min(case when mark in ('created', 'customer', 'conversation_bot_handoff') then occurred_at end) over (
            partition by landed_system, conversation_id, wait_number
        ) as waiting_since
    from counted
)

select
    waited.landed_system,
    waited.conversation_id,
    case
        when waited.mark = 'conversation_resolved' then waited.mark
        when waited.reply_number = 1 then 'first_response'
        else 'reply_time'
    end as metric,
    case
        when waited.mark = 'conversation_resolved' then conversations.created_at
        when waited.reply_number = 1 then coalesce(waited.opened_at, waited.bot_resolved_at, conversations.created_at)
        else waited.waiting_since
    end as started_at,
    waited.occurred_at as ended_at
from waited
inner join conversations
    on
        conversations.landed_system = waited.landed_system
        and conversations.conversation_id = waited.conversation_id
where
    waited.mark = 'conversation_resolved'
    or (waited.mark = 'human' and (waited.reply_number = 1 or waited.waiting_since is not null))
