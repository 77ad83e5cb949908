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
    known.topic_group,
    known.loyalty_signal,
    coalesce(known.is_fcr_ineligible, false) as is_fcr_ineligible
from landed
full outer join known on known.topic = landed.topic
