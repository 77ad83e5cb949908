with

steps as (
    select * from {{ ref('int_chat_capacity_steps') }}
),

groups as (
    select * from {{ ref('int_agent_groups') }}
    where agents_counted = 'seats' and grain = 'day'
),

days as (
    select
        work_date,
        team,
        {{ exact_sum_as_double('step_seconds') }} as staffed_seconds,
        max(chat_count) as max_chat_count,
        max({{ rate('chat_count', 'chat_capacity') }}) as max_used_share,
        {{ rate(exact_sum_as_double('step_seconds * chat_count'), exact_sum_as_double('step_seconds * chat_capacity')) }}
        as mean_used_share,
        {{ rate(exact_sum_as_double('case when is_strained then step_seconds else 0 end'), exact_sum_as_double('step_seconds')) }}
        as strained_share
    from steps
    group by work_date, team
),

shown as (
    select
        days.*,
        coalesce(groups.is_shown, false) as is_group_shown
    from days
    left join groups on groups.period_start = days.work_date and groups.team = days.team
)

select
    work_date,
    team,
    case when is_group_shown then staffed_seconds end as staffed_seconds,
    case when is_group_shown then max_chat_count end as max_chat_count,
    case when is_group_shown then max_used_share end as max_used_share,
    case when is_group_shown then mean_used_share end as mean_used_share,
    case when is_group_shown then strained_share end as strained_share,
    case when not is_group_shown then 'small_group' end as no_value_reason
from shown
