-- sqlfluff:dialect:postgres
{# Medians and 90th percentiles of durations: not additive, so taken from the fact at each grain and slice. -#}
{% set durations = {
    'any_calendar': ('is_any_response_counted', 'first_response_seconds'),
    'any_business': ('is_any_response_counted', 'first_response_business_seconds'),
    'bot_calendar': ('is_bot_response_counted', 'first_bot_response_seconds'),
    'bot_business': ('is_bot_response_counted', 'first_bot_response_business_seconds'),
    'human_calendar': ('is_human_response_counted', 'first_human_response_seconds'),
    'human_business': ('is_human_response_counted', 'first_human_response_business_seconds'),
    'handle': ('is_handle_counted', 'handle_seconds'),
    'answer_wait': ('is_answer_counted', 'wait_seconds'),
    'bot_handle': ('is_bot_handle_counted', 'bot_handle_seconds'),
    'resolution': ('is_resolution_counted', 'resolution_seconds'),
    'resolution_business': ('is_resolution_counted', 'resolution_business_seconds'),
    'human_resolution': ('is_human_resolution_counted', 'human_resolution_seconds'),
} -%}
with

durations as (
    select
        conversation_date as kpi_date,
        {{ kpi_dimensions() }},
        case when is_offer_counted then wait_seconds end as offer_wait,
        {% for name, (condition, seconds) in durations.items() -%}
        case when {{ condition }} then {{ seconds }} end as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('int_conversations_classified') }}
),

placed as (
    select
        durations.*,
        periods.grain,
        periods.period_start
    from durations
    inner join {{ ref('int_periods') }} as periods on periods.date_day = durations.kpi_date
)

{% for grains in [['day'], ['week', 'month']] -%}
{% set by_topic = 'day' not in grains -%}
select
    grain,
    period_start,
    {{ slice_name(by_topic) }} as slice,
    channel,
    {{ 'topic' if by_topic else 'cast(null as ' ~ dbt.type_string() ~ ') as topic' }},
    team,
    responder,
    max(offer_wait) as longest_wait_seconds,
    {% for name in durations -%}
    {{ percentile(name, 0.5) }} as {{ name }}_median_seconds,
    {{ percentile(name, 0.9) }} as {{ name }}_p90_seconds{{ ',' if not loop.last }}
    {% endfor %}
from placed
where grain in ('{{ grains | join("', '") }}')
group by grouping sets (
    (grain, period_start),
    (grain, period_start, channel),
    {% if by_topic -%}
    (grain, period_start, topic),
    (grain, period_start, channel, topic),
    {% endif -%}
    (grain, period_start, team),
    (grain, period_start, responder)
)
{{ 'union all' if not loop.last }}
{% endfor %}
