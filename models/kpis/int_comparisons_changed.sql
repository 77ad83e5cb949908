{#- The weeks and months whose comparison with an earlier one changed: they themselves did, or that one. -#}
with

changed as (
    select distinct
        grain,
        period_start
    from {{ ref('int_periods_changed') }}
    where grain in ('week', 'month')
)

select
    grain,
    period_start
from changed
{% for comparison in comparisons() -%}
union
select
    grain,
    {{ compared_period(comparison) }} as period_start
from changed
{% endfor %}
