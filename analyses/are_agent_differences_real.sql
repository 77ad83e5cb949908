-- Are the differences between agents real?
--
-- Read: spread first. 1: agents differ as equal ones would by chance, and ranking them is ranking luck. 2: twice as much.
--   Then those with is_beyond_chance: there is something to learn, or somebody to help.
-- Beware: a contact is compared with all of its kind, responder, channel and topic. Escalated ones are left out: the back
--   office gets them when the first contact has failed already; so are pending ones. Few cases make wide intervals:
--   read their ends, never the rate. Agents with ten cases in teams of five such agents, twelve months.
-- KPIs: fcr_contact_48h
-- Columns:
--   team: home team
--   agent_key: the agent, under a pseudonym
--   n: cases of first contact resolution
--   fcr_rate, expected_rate: as it was, and of all contacts like these
--   difference, ci_low, ci_high: fcr_rate less expected_rate, with the 95 % interval
--   z: difference in standard errors
--   spread: root mean square of z over all agents
--   is_beyond_chance: z is beyond 3; of 400 equal agents one is
with

cases as (
    select
        source_system,
        agent_id,
        fcr_48h::integer as is_resolved,
        avg(fcr_48h::integer) over (partition by source_type, responder, channel, topic) as expected
    from core.fct_conversations
    where
        fcr_48h is not null and agent_id is not null and responder in ('human', 'hybrid') and not is_escalated
        and started_at > (select max(runs.as_of) from quality.runs) - interval 12 month
),

agents as (
    select
        people.team,
        people.agent_key,
        count(*) as n,
        avg(cases.is_resolved) as fcr_rate,
        avg(cases.expected) as expected_rate,
        sqrt(sum(cases.expected * (1 - cases.expected))) / count(*) as error,
        count(*) over (partition by people.team) as agents_of_team
    from cases
    inner join core.dim_agents as people
        on people.source_system = cases.source_system and people.agent_id = cases.agent_id
    group by people.team, people.agent_key
    having count(*) >= 10
),

compared as (
    select
        *,
        fcr_rate - expected_rate as difference,
        (fcr_rate - expected_rate) / nullif(error, 0) as z
    from agents
    where agents_of_team >= 5
)

select
    team,
    agent_key,
    n,
    fcr_rate,
    expected_rate,
    difference,
    difference - 1.96 * error as ci_low,
    difference + 1.96 * error as ci_high,
    z,
    sqrt(avg(z * z) over ()) as spread,
    abs(z) > 3 as is_beyond_chance
from compared
order by abs(z) desc;
