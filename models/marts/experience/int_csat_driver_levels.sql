{#-
    Every counted answer on the 1-5 satisfaction scale, once per driver whose level is known for its conversation.
    The stratum is what the comparison holds still: channel and topic, or only the topic where the channel is compared.
-#}
with

responses as (
    select * from {{ ref('int_responses_classified') }}
    where is_response_counted and scale = 'csat_5'
),

conversations as (
    select * from {{ ref('fct_conversations') }}
),

bands as (
    select * from {{ ref('driver_bands') }}
),

rated as (
    select
        responses.survey_response_id,
        responses.is_top_box,
        coalesce(conversations.channel, 'unknown') as channel,
        coalesce(conversations.topic, 'unknown') as topic,
        coalesce(conversations.channel, 'unknown') || '|' || coalesce(conversations.topic, 'unknown') as channel_and_topic,
        coalesce(conversations.responder, 'unknown') as responder,
        conversations.fcr_48h,
        conversations.repeats_within_7d,
        conversations.is_escalated,
        conversations.is_reopened,
        conversations.is_resolved,
        conversations.first_response_seconds,
        conversations.first_human_response_seconds
    from responses
    inner join conversations on conversations.conversation_id = responses.conversation_id
),

yes_or_no_drivers as (
    select 'first_contact_resolution' as driver
    union all
    select 'repeat_within_7_days' as driver
    union all
    select 'escalated' as driver
    union all
    select 'reopened' as driver
    union all
    select 'resolved' as driver
),

answered as (
    select
        rated.*,
        drivers.driver,
        case drivers.driver
            when 'first_contact_resolution' then rated.fcr_48h
            when 'repeat_within_7_days' then rated.repeats_within_7d
            when 'escalated' then rated.is_escalated
            when 'reopened' then rated.is_reopened
            when 'resolved' then rated.is_resolved
        end as answer
    from rated
    cross join yes_or_no_drivers as drivers
),

length_drivers as (
    select distinct driver from bands
),

timed as (
    select
        rated.*,
        drivers.driver,
        case drivers.driver
            when 'first_human_response' then rated.first_human_response_seconds
            when 'first_response' then rated.first_response_seconds
            when 'expected_response' then rated.first_response_seconds
        end as seconds
    from rated
    cross join length_drivers as drivers
)

select
    driver,
    case when answer then 'yes' else 'no' end as level,
    case when answer then 1 else 2 end as level_order,
    channel_and_topic as stratum,
    survey_response_id,
    is_top_box
from answered
where answer is not null

union all

select
    bands.driver,
    bands.level,
    bands.level_order,
    timed.channel_and_topic as stratum,
    timed.survey_response_id,
    timed.is_top_box
from bands
inner join timed
    on
        timed.driver = bands.driver
        and (bands.above_seconds is null or timed.seconds > bands.above_seconds)
        and (bands.up_to_seconds is null or timed.seconds <= bands.up_to_seconds)
where timed.seconds is not null

union all

select
    'responder' as driver,
    responder as level,
    1 as level_order,
    channel_and_topic as stratum,
    survey_response_id,
    is_top_box
from rated

union all

select
    'channel' as driver,
    channel as level,
    1 as level_order,
    topic as stratum,
    survey_response_id,
    is_top_box
from rated
