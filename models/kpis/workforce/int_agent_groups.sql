{#-
    Which teams' figures about the work of agents may be shown: not those of fewer than agent_group_min_agents who have a part in
    them, which would be single agents', nor what would give them away. agents_counted says in which figures (kpi_registry). What
    could be told apart is counted apart (kind): a team of five of whom one takes calls has one agent of calls.
-#}
with

conversations as (
    select
        *,
        source_system || '|' || agent_id as agent
    from {{ ref('int_conversations_classified') }}
    where responder in ('human', 'hybrid')
),

-- Of whom nobody knows who it was, the agent is NULL: a team's all the same, and of nobody who could be counted.
parts as (
    select {{ agents_part('handled', 'source_type', 'conversation_date', 'team', 'agent') }}
    from conversations
    where is_handle_counted

    union all

    select {{ agents_part('resolved', 'source_type', 'conversation_date', 'team', 'agent') }}
    from conversations
    where is_resolution_timed or is_human_resolution_timed

    union all

    -- Turns with and without a change of topic.
    select {{ agents_part(
        'chat_turns', 'case when turns.context_switch_seconds is null then 0 else 1 end', 'conversations.conversation_date',
        'conversations.team', 'conversations.agent'
    ) }}
    from {{ ref('fct_response_turns') }} as turns
    inner join conversations on conversations.conversation_id = turns.conversation_id
    where
        turns.responder = 'human'
        and (not turns.is_first_human_turn or turns.context_switch_seconds is not null)
        and conversations.source_type = 'chat'
        and conversations.is_countable

    union all

    select {{ agents_part('worked', 'kinds.kind', 'agent_days.work_date', 'agent_days.team', 'agent_days.agent_key') }}
    from {{ ref('fct_agent_days') }} as agent_days
    inner join {{ ref('dim_agents') }} as agents on agents.agent_key = agent_days.agent_key
    cross join (values ('contacts'), ('time'), ('roster'), ('pay')) as kinds (kind)  -- noqa: AL05
    where
        not agents.is_bot
        and case kinds.kind
            when 'contacts' then agent_days.participated_count
            when 'time' then agent_days.handled_seconds
            when 'roster' then agent_days.shift_seconds
            else agent_days.paid_seconds
        end > 0

    union all

    select {{ agents_part('seats', 'kinds.kind', 'steps.work_date', 'agents.team', 'agents.agent_key') }}
    from {{ ref('int_agent_steps') }} as steps
    inner join {{ ref('dim_agents') }} as agents
        on agents.source_system = steps.source_system and agents.agent_id = steps.agent_id
    cross join (values ('held'), ('free')) as kinds (kind)  -- noqa: AL05
    where
        agents.max_concurrent_chats is not null
        and case kinds.kind when 'held' then steps.chat_count else steps.shift_count end > 0

    union all

    select {{ agents_part('rated', 'question', 'response_date', 'team', 'agent_id') }}
    from {{ ref('int_responses_classified') }}
    where is_response_counted and question = 'csat' and scale = 'csat_5' and agent_id is not null

    union all

    -- Due and assessed.
    select {{ agents_part(
        'trained', 'case when is_passed is null then 0 else 1 end', 'period_start', 'team', 'agent_key'
    ) }}
    from {{ ref('int_training_verdicts') }}
    where grain = 'month'

    union all

    select {{ agents_part(
        'employed', "'days'", 'dates.month_start_date', 'agents.team', "agents.source_system || '|' || agents.agent_id"
    ) }}
    from {{ ref('int_agents_employed') }} as agents
    inner join {{ ref('dim_dates') }} as dates
        on
            dates.date_day >= coalesce(agents.hired_date, dates.date_day)
            and dates.date_day <= coalesce(agents.left_date, dates.date_day)
),

-- The months of a quarter, or its days where figures are shown by the day, as seats are.
units as (
    select
        parts.agents_counted,
        parts.kind,
        grains.grain,
        {{ start_of_period('grains.grain', 'parts.part_date') }} as period_start,
        {{ start_of_period("case parts.agents_counted when 'seats' then 'day' else 'month' end", 'parts.part_date') }}
        as unit_start,
        coalesce(parts.team, 'unknown') as team,
        count(distinct parts.agent) as agent_count
    from parts
    cross join (values ('quarter'), ('day')) as grains (grain)  -- noqa: AL05
    where grains.grain = 'quarter' or parts.agents_counted = 'seats'
    group by 1, 2, 3, 4, 5, 6
),

-- The least unit decides, so that none is its quarter without the others.
sized as (
    select
        *,
        min(agent_count) over of_team as least_count,
        min(agent_count) over of_team >= {{ var('agent_group_min_agents') }} as is_large
    from units
    window of_team as (partition by agents_counted, kind, grain, period_start, team)
),

-- Where the others of a unit are together too few, the smallest of these is hidden, too: it would be the whole without the shown.
ranked as (
    select
        *,
        sum(case when not is_large then agent_count end) over (
            partition by agents_counted, kind, grain, period_start, unit_start
        ) as hidden_agent_count,
        row_number() over (
            partition by agents_counted, kind, grain, period_start, unit_start, is_large
            order by least_count, team
        ) as size_rank
    from sized
)

select
    agents_counted,
    grain,
    period_start,
    team,
    min(agent_count) as agent_count,
    min(case
        when not is_large then 0
        when size_rank = 1 and hidden_agent_count < {{ var('agent_group_min_agents') }} then 0
        else 1
    end) = 1 as is_shown
from ranked
group by 1, 2, 3, 4
