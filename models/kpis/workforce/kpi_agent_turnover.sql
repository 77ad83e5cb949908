{#-
    Agents who leave, per year of employment. Anchor: the day. Registered people only: who was merely seen at work has
    no first or last day. Who was hired at an unknown date was there from the beginning.
-#}
with

employed as (
    select
        dates.date_day,
        agents.team,
        cast(null as {{ dbt.type_string() }}) as channel,
        cast(null as {{ dbt.type_string() }}) as topic,
        cast(null as {{ dbt.type_string() }}) as responder,
        cast(null as {{ dbt.type_string() }}) as bot_id,
        agents.left_date = dates.date_day as is_last_day
    from {{ ref('int_agents_employed') }} as agents
    inner join {{ ref('dim_dates') }} as dates
        on
            dates.date_day >= coalesce(agents.hired_date, dates.date_day)
            and dates.date_day <= coalesce(agents.left_date, dates.date_day)
)

select
    date_day as kpi_date,
    {{ kpi_dimensions() }},
    count(*) as employed_agent_days,
    365 * count(case when is_last_day then 1 end) as agents_left_per_year
from employed
group by 1, 2, 3, 4, 5, 6
