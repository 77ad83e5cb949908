{{ config(materialized='view') }}
{#- Every reported day in each period that it belongs to. -#}
{% for grain, start in grains().items() -%}
select
    '{{ grain }}' as grain,
    {{ start }} as period_start,
    date_day
from {{ ref('dim_dates') }}
where is_reported
{{ 'union all' if not loop.last }}
{% endfor %}
