{#-
    The periods whose version is not that of int_periods_built, which is written when all that is built by period has
    been: where a run ended before, it lists them again. It cannot be a ref, for it comes last.
-#}
{% set periods = ref('int_periods') -%}
{% set built = adapter.get_relation(periods.database, periods.schema, 'int_periods_built') if execute -%}
with

versions as (
    select * from {{ ref('int_period_versions') }}
),

changed as (
    {% if built and not flags.FULL_REFRESH -%}
    select
        coalesce(versions.grain, built.grain) as grain,
        coalesce(versions.period_start, built.period_start) as period_start
    from versions
    full outer join {{ built }} as built
        on
            built.grain = versions.grain
            and built.period_start = versions.period_start
    where versions.version is null or built.version is null or versions.version <> built.version
    {%- else -%}
    select
        grain,
        period_start
    from versions
    {%- endif %}
)

-- A period that is gone has no days.
select
    changed.grain,
    changed.period_start,
    periods.date_day
from changed
left join {{ periods }} as periods
    on
        periods.grain = changed.grain
        and periods.period_start = changed.period_start
