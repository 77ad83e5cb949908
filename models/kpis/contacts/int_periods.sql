{{ config(materialized='view') }}
{#- Every reported day in each period that it belongs to. -#}
{% for grain, start in grains().items() -%}
select
    '{{ grain }}' as grain,
    {{ start }} as period_start,
    date_day
from {{ ref('int_reporting_days') }}
{{ 'union all' if not loop.last }}
{% endfor %}
