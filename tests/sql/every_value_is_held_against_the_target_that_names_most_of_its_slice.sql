{#-
    Targets sought the other way round than kpi_values does: of all that reach a value, the one with most names; and its
    status worked out from the distance to the target instead of by direction.
-#}
with

valued as (
    select
        kpis.*,
        topics.topic_tier,
        {{ slice_key('kpis') }} as slice_key,
        case registry.direction when 'higher' then 1 when 'lower' then -1 end as sense
    from {{ ref('kpi_values') }} as kpis
    inner join {{ ref('kpi_registry') }} as registry on registry.kpi_id = kpis.kpi_id
    left join {{ ref('topics') }} as topics on topics.topic = kpis.topic
),

reached as (
    select
        valued.kpi_id,
        valued.slice_key,
        targets.target,
        targets.warn,
        targets.low,
        targets.high,
        row_number() over (
            partition by valued.kpi_id, valued.slice_key
            order by
                case when targets.channel is null then 0 else 1 end
                + case when targets.responder is null then 0 else 1 end
                + case when targets.topic_tier is null then 0 else 1 end desc,
                targets.topic_tier is null
        ) as place
    from valued
    inner join {{ ref('kpi_targets') }} as targets on targets.kpi_id = valued.kpi_id
    where
        (targets.channel is null or targets.channel = valued.channel)
        and (targets.responder is null or targets.responder = valued.responder)
        and (targets.topic_tier is null or targets.topic_tier = valued.topic_tier)
        and valued.period_start >= targets.valid_from
        and (targets.valid_to is null or valued.period_start <= targets.valid_to)
),

judged as (
    select
        valued.kpi_id,
        valued.slice_key,
        valued.value,
        valued.target,
        valued.status,
        case
            when valued.sense is not null then reached.target
            when valued.value < reached.low then reached.low
            else reached.high
        end as expected_target,
        case
            when valued.value is null then 'no_value'
            when valued.sense is null and reached.low is not null
                then {{ band_status('valued.value', 'reached.low', 'reached.high', 'reached.warn') }}
            when reached.target is null then 'no_target'
            when valued.sense * (valued.value - reached.target) >= 0 then 'good'
            when valued.sense * (valued.value - reached.warn) >= 0 then 'warn'
            else 'bad'
        end as expected_status
    from valued
    left join reached
        on
            reached.kpi_id = valued.kpi_id
            and reached.slice_key = valued.slice_key
            and reached.place = 1
)

select *
from judged
where status <> expected_status or coalesce(target, -1) <> coalesce(expected_target, -1)
