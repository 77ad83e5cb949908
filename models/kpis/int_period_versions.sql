{#-
    All that a period's KPIs rest on, in one number: where it is the same as before, so are they. Each relation weighs
    differently, for where two are alike, what one loses may be what the other gains.
-#}
{% set by_day = kpi_families() + ['int_conversation_durations', 'int_dialogue_durations'] -%}
{% set by_period = ['kpi_training', 'int_agent_groups'] -%}
{% set everywhere = ['kpi_registry', 'kpi_targets', 'kpi_companions', 'topics', 'int_tables_landed'] -%}
{% set weighed = ['int_periods'] + by_day + by_period + everywhere -%}
with

days as (
    {% for relation in by_day -%}
    select
        cells.kpi_date,
        {{ weighed.index(relation) + 1 }} * {{ fingerprint('cells') }} as version
    from {{ ref(relation) }} as cells
    group by cells.kpi_date
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

parts as (
    select
        periods.grain,
        periods.period_start,
        {{ fingerprint('periods') }} as version
    from {{ ref('int_periods') }} as periods
    group by
        periods.grain,
        periods.period_start

    union all

    select
        periods.grain,
        periods.period_start,
        days.version
    from days
    inner join {{ ref('int_periods') }} as periods on periods.date_day = days.kpi_date

    {% for relation in by_period -%}
    union all

    select
        rows_of_period.grain,
        rows_of_period.period_start,
        {{ weighed.index(relation) + 1 }} * {{ fingerprint('rows_of_period') }} as version
    from {{ ref(relation) }} as rows_of_period
    group by
        rows_of_period.grain,
        rows_of_period.period_start
    {% endfor %}
),

common as (
    {% for relation in everywhere -%}
    select {{ weighed.index(relation) + 1 }} * {{ fingerprint('rows_of_all') }} as version
    from {{ ref(relation) }} as rows_of_all  -- noqa: AL05
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

whole as (
    select sum(version) as version from common
)

select
    parts.grain,
    parts.period_start,
    cast(sum(parts.version) + max(whole.version) as {{ dbt.type_string() }}) as version
from parts
cross join whole
group by
    parts.grain,
    parts.period_start
