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
        count(*) as companion_count
    from {{ ref('kpi_pairs') }} as pairs
    where pairs.companion_value is not null or pairs.companion_no_value_reason is not null
    group by pairs.kpi_id, {{ slice_key('pairs') }}
)

select guarded.*
from guarded
left join paired
    on
        paired.kpi_id = guarded.kpi_id
        and paired.slice_key = guarded.slice_key
where coalesce(paired.companion_count, 0) <> guarded.companion_count
