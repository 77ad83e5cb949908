{#- As many companions beside every guarded value as the seed names, each with a value or the reason why not. -#}
with

companions as (
    select
        kpi_id,
        count(*) as companion_count
    from {{ ref('kpi_companions') }}
    group by kpi_id
),

guarded as (
    select
        kpis.kpi_id,
        {{ slice_key('kpis') }} as slice_key,
        companions.companion_count
    from {{ ref('kpi_values') }} as kpis
    inner join companions on companions.kpi_id = kpis.kpi_id
    where kpis.value is not null
),

paired as (
    select
        pairs.kpi_id,
        {{ slice_key('pairs') }} as slice_key,
        count(coalesce(cast(pairs.companion_value as {{ dbt.type_string() }}), pairs.companion_no_value_reason)) as companion_count
    from {{ ref('kpi_pairs') }} as pairs
    group by
        1,
        2
)

select guarded.*
from guarded
left join paired on paired.kpi_id = guarded.kpi_id and paired.slice_key = guarded.slice_key
where coalesce(paired.companion_count, 0) <> guarded.companion_count
