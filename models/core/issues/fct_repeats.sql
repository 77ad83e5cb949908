{#- Contacts that the customer followed up about the same topic within seven days, with the contact that followed. -#}
with

conversations as (
    select * from {{ ref('fct_conversations') }}
),

followed as (
    select * from conversations
    where is_fcr_anchor and repeats_within_7d
),

-- Two contacts that start at the same instant follow alike: one of them stands for both.
paired as (
    select
        followed.*,
        repeats.conversation_id as repeat_conversation_id,
        repeats.channel as repeat_channel,
        repeats.responder as repeat_responder,
        repeats.cost as repeat_cost,
        row_number() over (partition by followed.conversation_id order by repeats.conversation_id) as preference
    from followed
    inner join conversations as repeats
        on
            repeats.customer_id = followed.customer_id
            and repeats.started_at = followed.next_same_topic_contact_at
            and repeats.is_countable
            and repeats.conversation_id <> followed.conversation_id
            and coalesce(repeats.topic = followed.topic, true)
)

select
    conversation_id,
    repeat_conversation_id,
    customer_id,
    channel,
    topic,
    team,
    responder,
    repeat_channel,
    repeat_responder,
    -- A contact that starts before the first one has ended follows it at once.
    greatest({{ seconds_between('ended_at', 'next_same_topic_contact_at') }}, 0) as seconds_to_repeat,
    repeat_cost,
    repeats_within_24h,
    repeats_within_48h,
    repeats_within_7d,
    repeat_channel <> channel as is_cross_channel,
    conversation_date,
    next_same_topic_contact_at as repeated_at
from paired
where preference = 1
