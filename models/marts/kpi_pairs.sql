with

companions as (
    select * from {{ ref('kpi_companions') }}
),

kpis as (
    select
        kpi_values.*,
        {{ slice_key('kpi_values') }} as slice_key
    from {{ ref('kpi_values') }} as kpi_values
)

select
    kpis.kpi_id,
    kpis.grain,
    kpis.period_start,
    kpis.slice,
    kpis.channel,
    kpis.topic,
    kpis.team,
    kpis.responder,
    kpis.value,
    kpis.status,
    companions.companion_kpi_id,
    beside.value as companion_value,
    beside.status as companion_status,
    case when beside.value is null then coalesce(beside.no_value_reason, 'no_population') end as companion_no_value_reason
from kpis
inner join companions on companions.kpi_id = kpis.kpi_id
left join kpis as beside
    on
        beside.kpi_id = companions.companion_kpi_id
        and beside.slice_key = kpis.slice_key
where kpis.value is not null
