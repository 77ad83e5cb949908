{#-
    Which messages answer a customer, and how long they took: from the last word of the burst and from its first. Of tickets also
    the bursts that nobody has answered, up to the cut-off.
-#}
{% set in_order -%}
partition by source_system, ticket_id order by sent_at, sender_rank, message_id
{%- endset -%}
with

-- At the same instant the customer's message comes first.
ticket_messages as (
    select
        *,
        case when is_customer_turn then 0 else 1 end as sender_rank
    from {{ ref('int_ticket_replies') }}
    where is_customer_turn or is_reply
),

ticket_turns as (
    select
        *,
        lag(is_customer_turn) over ({{ in_order }}) as is_after_customer,
        lag(sent_at) over ({{ in_order }}) as previous_sent_at,
        lead(sent_at) over ({{ in_order }}) as next_sent_at
    from ticket_messages
),

ticket_bursts as (
    select
        *,
        max(case when is_customer_turn and not coalesce(is_after_customer, false) then sent_at end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as burst_started_at
    from ticket_turns
),

-- The first word after the customer's burst is the answer; what the responder adds is not a turn of its own.
answers as (
    select
        {{ stable_id(['source_system', 'message_id']) }} as turn_id,
        conversation_id,
        case sender_type when 'bot' then 'bot' else 'human' end as responder,
        sender_type = 'agent' as is_human,
        previous_sent_at,
        burst_started_at,
        case when sender_type = 'bot' and topic_changed_at >= burst_started_at then topic_changed_at end as topic_changed_at,
        is_fallback,
        sent_at as responded_at
    from {{ ref('int_chat_turns') }}
    where sender_type in ('bot', 'agent') and previous_sender_type = 'customer'

    union all

    select
        {{ stable_id(["'ticket'", 'bursts.source_system', 'bursts.message_id']) }} as turn_id,
        {{ conversation_key("'ticket'", 'bursts.source_system', 'bursts.ticket_id', 'coalesce(later.conversation_seq, 1)') }}
        as conversation_id,
        case when bursts.is_customer_turn then 'none' when bursts.sender_type = 'bot' then 'bot' else 'human' end as responder,
        bursts.sender_type = 'agent' as is_human,
        bursts.previous_sent_at,
        bursts.burst_started_at,
        cast(null as timestamp) as topic_changed_at,
        cast(null as boolean) as is_fallback,
        case when bursts.is_reply then bursts.sent_at end as responded_at
    from ticket_bursts as bursts
    {{ join_later_conversations('bursts', 'sent_at') }}
    where
        (bursts.is_reply and bursts.is_after_customer)
        or (bursts.is_customer_turn and bursts.next_sent_at is null)
)

select
    answers.turn_id,
    answers.conversation_id,
    answers.responder,
    case when answers.responded_at is not null then {{ seconds_between('answers.previous_sent_at', 'answers.responded_at') }} end
    as latency_seconds,
    {{ seconds_between('answers.burst_started_at', 'coalesce(answers.responded_at, cutoff.as_of)') }} as waiting_seconds,
    {{ open_seconds_until('coalesce(answers.responded_at, cutoff.as_of)', 'answer_slot') }}
    - {{ open_seconds_until('answers.burst_started_at', 'burst_slot') }} as waiting_business_seconds,
    {{ seconds_between('answers.topic_changed_at', 'answers.responded_at') }} as context_switch_seconds,
    answers.is_fallback,
    answers.responded_at is not null as is_answered,
    coalesce(answers.burst_started_at > conversations.first_response_at, false) as is_after_first_response,
    coalesce(answers.responded_at <= conversations.first_human_response_at, false) and answers.is_human as is_first_human_turn,
    answers.responded_at
from answers
inner join {{ ref('int_conversations_identified') }} as conversations on conversations.conversation_id = answers.conversation_id
cross join {{ ref('stg_landing__as_of') }} as cutoff
{{ join_quarter_hour('answers.burst_started_at', 'burst_slot') }}
{{ join_quarter_hour('coalesce(answers.responded_at, cutoff.as_of)', 'answer_slot') }}
-- Days without times measure nothing.
where conversations.response_clock_started_at is not null
