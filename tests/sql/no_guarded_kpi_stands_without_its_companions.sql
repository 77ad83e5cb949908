{#- As many companions beside the guarded values of a period as the seed names, each with a value or the reason why not. -#}
with

guarded as (
    select
        kpis.kpi_id,
        kpis.grain,
        kpis.period_start,
        kpis.slice,
        companions.companion_kpi_id,
        count(*) as value_count
    from {{ ref('kpi_values') }} as kpis
    inner join {{ ref('kpi_companions') }} as companions on companions.kpi_id = kpis.kpi_id
    where kpis.value is not null
    group by kpis.kpi_id, kpis.grain, kpis.period_start, kpis.slice, companions.companion_kpi_id
),

paired as (
    select
        kpi_id,
        grain,
        period_start,
        slice,
        companion_kpi_id,
        count(*) as value_count
    from {{ ref('kpi_pairs') }}
    where companion_value is not null or companion_no_value_reason is not null
    group by kpi_id, grain, period_start, slice, companion_kpi_id
)

select guarded.*
from guarded
left join paired
    on
        paired.kpi_id = guarded.kpi_id
        and paired.grain = guarded.grain
        and paired.period_start = guarded.period_start
        and paired.slice = guarded.slice
        and paired.companion_kpi_id = guarded.companion_kpi_id
where coalesce(paired.value_count, 0) <> guarded.value_count
