with

steps as (
    select * from {{ ref('int_chat_capacity_steps') }}
)

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
group by
    work_date,
    team
