-- How many agents does the telephone need, and how many are on the roster?
--
-- Read: one row per weekday, the shortest first. roster_share over 1: more hours are paid than the promised service level
--   takes; under 1: it cannot be kept. Hour by hour it is in marts.staffing.
-- Beware: a plan, so it has no interval, and n says how little it may rest on. Erlang C knows no impatience, so it asks
--   for a little too many; one agent alone in the night is needed however few call. Agents who also do other work count
--   with all their hours. Hours with few calls borrow everybody's handle time. Both sides are of the last twelve weeks.
-- KPIs: service_level, average_speed_of_answer
-- Columns:
--   iso_weekday: 1 = Monday to 7 = Sunday
--   n: calls offered on the twelve days
--   calls_per_day: calls offered on such a day
--   busiest_hour: hour with the greatest load, of the reporting zone
--   busiest_load: calls times handle time in it, in agents
--   required_at_busiest: agents at work who answer the promised share in time in it
--   mean_handle_seconds: handle time of a call
--   required_hours: hours on the roster that the whole day takes, with breaks and absence
--   roster_hours: hours on the roster of agents who took calls, without absence
--   roster_share: roster_hours / required_hours
with

needed as (
    select
        iso_weekday,
        sum(calls_per_hour) as calls_per_day,
        arg_max(hour_of_day, offered_load) as busiest_hour,
        max(offered_load) as busiest_load,
        arg_max(required_agents, offered_load) as required_at_busiest,
        sum(mean_handle_seconds * calls_per_hour) / sum(calls_per_hour) as mean_handle_seconds,
        sum(required_scheduled) as required_hours
    from marts.staffing
    group by iso_weekday
),

call_agents as (
    select distinct
        source_system,
        agent_id
    from core.fct_handle_segments
    where source_type = 'call' and work_date > (select max(runs.as_of) from quality.runs) - interval 84 day
),

rostered as (
    select
        isodow(days.work_date) as iso_weekday,
        sum(days.shift_seconds - days.absence_seconds) / 3600 / 12 as roster_hours
    from core.fct_agent_days as days
    inner join call_agents
        on call_agents.source_system = days.source_system and call_agents.agent_id = days.agent_id
    where days.work_date > (select max(runs.as_of) from quality.runs) - interval 84 day
    group by isodow(days.work_date)
)

select
    needed.iso_weekday,
    round(needed.calls_per_day * 12) as n,
    needed.calls_per_day,
    needed.busiest_hour,
    needed.busiest_load,
    needed.required_at_busiest,
    needed.mean_handle_seconds,
    needed.required_hours,
    rostered.roster_hours,
    rostered.roster_hours / nullif(needed.required_hours, 0) as roster_share
from needed
left join rostered on rostered.iso_weekday = needed.iso_weekday
order by roster_share;
