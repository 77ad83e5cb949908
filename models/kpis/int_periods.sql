{#- Every day from the first conversation's to the cut-off's with the periods that it belongs to. -#}
with

first_days as (
    select min(conversation_date) as first_day from {{ ref('fct_conversations') }}
),

days as (
    select
        dates.date_day,
        dates.week_start_date,
        dates.month_start_date
    from {{ ref('dim_dates') }} as dates
    inner join first_days on first_days.first_day <= dates.date_day
    inner join {{ ref('stg_landing__as_of') }} as cutoff on {{ reporting_date('cutoff.as_of') }} >= dates.date_day
)

{% for grain, period_start in {
    'day': 'date_day', 'week': 'week_start_date', 'month': 'month_start_date',
}.items() -%}
select
    '{{ grain }}' as grain,
    {{ period_start }} as period_start,
    date_day
from days
{{ 'union all' if not loop.last }}
{% endfor %}
