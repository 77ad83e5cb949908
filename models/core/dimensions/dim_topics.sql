with

known as (
    select * from {{ ref('topics') }}
),

landed as (
    select distinct topic
    from {{ ref('int_conversations_identified') }}
    where topic is not null
)

select
    coalesce(landed.topic, known.topic) as topic,
    known.topic_tier,
    known.loyalty_signal
from landed
full outer join known on known.topic = landed.topic
