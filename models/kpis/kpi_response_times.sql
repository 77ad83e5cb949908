{#-
    First response time by any, bot and human, on the wall clock and in business time. Anchor: day of started_at.
    Within target: a missing response is a miss once its time is up, and pending until then.
-#}
{% set responses = {
    'any': ('first_response', ''), 'bot': ('first_bot_response', ''), 'human': ('first_human_response', 'human_')
} -%}
{% set clocks = {'calendar': '', 'business': 'business_'} -%}
with

targets as (
    select
        channel,
        {% for response in responses -%}
        max(case when response = '{{ response }}' and clock = 'calendar' then target_seconds end)
        as {{ response }}_calendar_target_seconds,
        max(case when response = '{{ response }}' and clock = 'business' then target_seconds end)
        as {{ response }}_business_target_seconds{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('response_time_targets') }}
    group by 1
),

conversations as (
    select
        classified.*,
        {% for response in responses -%}
        targets.{{ response }}_calendar_target_seconds,
        targets.{{ response }}_business_target_seconds{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_conversations_classified') }} as classified
    left join targets on targets.channel = classified.channel
)

select
    conversation_date as kpi_date,
    {{ kpi_dimensions() }},
    {% for response, (column, so_far) in responses.items() -%}
    {% set outer_last = loop.last -%}
    {{ count_if('is_' ~ response ~ '_response_counted and ' ~ column ~ '_at is not null') }}
    as {{ response }}_responded_count,
    {{ count_if('not is_' ~ response ~ '_response_counted or ' ~ column ~ '_at is null') }}
    as {{ response }}_response_excluded_count,
    {% for clock, infix in clocks.items() -%}
    {% set seconds = column ~ '_' ~ infix ~ 'seconds' -%}
    {% set target = response ~ '_' ~ clock ~ '_target_seconds' -%}
    {% set waited = so_far ~ infix ~ 'seconds_so_far' -%}
    {% set counted = 'is_' ~ response ~ '_response_counted' -%}
    {{ exact_sum('case when ' ~ counted ~ ' then ' ~ seconds ~ ' end') }} as {{ response }}_{{ clock }}_seconds,
    {{ exact_sum('case when ' ~ counted ~ ' then ' ~ seconds ~ ' * ' ~ seconds ~ ' end') }}
    as {{ response }}_{{ clock }}_seconds_squared,
    {{ count_if(counted ~ ' and ' ~ seconds ~ ' <= ' ~ target) }} as {{ response }}_{{ clock }}_met_count,
    {{ count_if(
        counted ~ ' and ' ~ target ~ ' is not null and (' ~ seconds ~ ' is not null or ' ~ waited ~ ' > ' ~ target ~ ')'
    ) }}
    as {{ response }}_{{ clock }}_judged_count,
    {{ count_if(
        counted ~ ' and ' ~ seconds ~ ' is null and ' ~ waited ~ ' <= ' ~ target
    ) }} as {{ response }}_{{ clock }}_unjudged_count,
    {{ count_if('not ' ~ counted ~ ' or ' ~ target ~ ' is null') }}
    as {{ response }}_{{ clock }}_without_target_count{{ ',' if not (loop.last and outer_last) }}
    {% endfor -%}
    {% endfor %}
from conversations
group by
    1,
    2,
    3,
    4,
    5
