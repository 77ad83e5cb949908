with

followed as (
    select
        alert_id,
        opened_period,
        last_period,
        worst_period,
        lead(opened_period) over (
            partition by rule_id, kpi_id, channel, topic, team, responder, bot
            order by opened_period
        ) as next_opened_period
    from {{ ref('alerts') }}
)

select *
from followed
where
    opened_period > last_period
    or worst_period < opened_period
    or worst_period > last_period
    or next_opened_period <= last_period
