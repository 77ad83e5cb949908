{#- What repeats cost, how soon they come and through which channel (catalogue K02). Anchor: day of the first contact. -#}
with

conversations as (
    select
        classified.conversation_date,
        classified.channel,
        classified.topic,
        classified.team,
        classified.responder,
        repeats.seconds_to_repeat,
        repeats.repeat_cost,
        repeats.is_cross_channel,
        classified.is_fcr_mature_48h and classified.repeats_within_48h as is_repeated
    from {{ ref('int_conversations_classified') }} as classified
    left join {{ ref('fct_repeats') }} as repeats on repeats.conversation_id = classified.conversation_id
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ count_if('is_repeated and is_cross_channel') }} as contact_cross_channel_48h,
    {{ exact_sum('case when is_repeated then seconds_to_repeat else 0 end') }} as contact_repeat_seconds_48h,
    {{ exact_sum('case when is_repeated then seconds_to_repeat * seconds_to_repeat else 0 end') }}
    as contact_repeat_seconds_squared_48h,
    {{ count_if('is_repeated and repeat_cost is not null') }} as contact_repeat_costed_48h,
    {{ exact_sum('case when is_repeated then repeat_cost end') }} as contact_repeat_cost_48h
from conversations
group by
    1,
    2,
    3,
    4,
    5
