{#-
    Every counted answer on the 1-5 satisfaction scale, once per driver whose level is known for its conversation.
    The stratum is what the comparison holds still: channel and topic, or only the topic where the channel is compared.
-#}
{% set flags = {
    'first_contact_resolution': 'fcr_48h', 'repeat_within_7_days': 'repeats_within_7d', 'escalated': 'is_escalated',
    'reopened': 'is_reopened', 'resolved': 'is_resolved',
} -%}
{% set lengths = {
    'first_response': 'first_response_seconds', 'first_human_response': 'first_human_response_seconds',
    'expected_response': 'first_response_seconds',
} -%}
with

responses as (
    select * from {{ ref('int_responses_classified') }}
    where is_response_counted and is_csat_5_scale
),

questions as (
    select * from {{ ref('survey_questions') }}
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
        responses.score > responses.scale_max - questions.top_box_count as is_top_box,
        coalesce(conversations.channel, 'unknown') as channel,
        coalesce(conversations.topic, 'unknown') as topic,
        coalesce(conversations.responder, 'unknown') as responder,
        {% for column in flags.values() -%}
        conversations.{{ column }},
        {% endfor -%}
        conversations.first_response_seconds,
        conversations.first_human_response_seconds
    from responses
    inner join questions on questions.question = responses.question
    inner join conversations on conversations.conversation_id = responses.conversation_id
),

levelled as (
    {% for driver, column in flags.items() -%}
    select
        '{{ driver }}' as driver,
        case when {{ column }} then 'yes' else 'no' end as level,
        case when {{ column }} then 1 else 2 end as level_order,
        channel || '|' || topic as stratum,
        survey_response_id,
        is_top_box
    from rated
    where {{ column }} is not null
    union all
    {% endfor -%}
    {% for driver, column in lengths.items() -%}
    select
        bands.driver,
        bands.level,
        bands.level_order,
        rated.channel || '|' || rated.topic as stratum,
        rated.survey_response_id,
        rated.is_top_box
    from rated
    inner join bands
        on
            bands.driver = '{{ driver }}'
            and (bands.above_seconds is null or rated.{{ column }} > bands.above_seconds)
            and (bands.up_to_seconds is null or rated.{{ column }} <= bands.up_to_seconds)
    where rated.{{ column }} is not null
    union all
    {% endfor -%}
    select
        'responder' as driver,
        responder as level,
        1 as level_order,
        channel || '|' || topic as stratum,
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
)

select * from levelled
