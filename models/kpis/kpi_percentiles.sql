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
    'completion_calendar': ('is_completion_counted', 'resolution_seconds'),
    'completion_business': ('is_completion_counted', 'resolution_business_seconds'),
    'answer_wait': ('is_answer_counted', 'wait_seconds'),
    'bot_handle': ('is_bot_handle_counted', 'bot_handle_seconds'),
    'resolution': ('is_resolution_timed', 'resolution_seconds'),
    'resolution_business': ('is_resolution_timed', 'resolution_business_seconds'),
    'human_resolution': ('is_human_resolution_timed', 'human_resolution_seconds'),
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

{{ percentiles_by_slice(durations.keys(), {'longest_wait_seconds': 'offer_wait'}) }}
