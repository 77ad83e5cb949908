{#-
    Self-service beside assisted contact. Anchor: day of started_at. A session has a topic
    and no channel, team or responder; assisted contacts stand beside it in the same cells, so that shares compare.
-#}
with

sessions as (
    select
        session_date,
        cast(null as {{ dbt.type_string() }}) as channel,
        topic,
        cast(null as {{ dbt.type_string() }}) as team,
        cast(null as {{ dbt.type_string() }}) as responder,
        cast(null as {{ dbt.type_string() }}) as bot_id,
        is_window_closed,
        is_deflectable,
        is_followed_by_contact,
        is_task,
        is_task_done_alone,
        is_judged,
        is_successful,
        is_identified,
        is_process_succeeded,
        false as is_assisted,
        true as is_session
    from {{ ref('int_self_service_classified') }}

    union all

    select
        conversation_date as session_date,
        cast(null as {{ dbt.type_string() }}) as channel,
        topic,
        cast(null as {{ dbt.type_string() }}) as team,
        cast(null as {{ dbt.type_string() }}) as responder,
        cast(null as {{ dbt.type_string() }}) as bot_id,
        is_automation_counted as is_window_closed,
        false as is_deflectable,
        false as is_followed_by_contact,
        false as is_task,
        false as is_task_done_alone,
        false as is_judged,
        false as is_successful,
        false as is_identified,
        cast(null as boolean) as is_process_succeeded,
        true as is_assisted,
        false as is_session
    from {{ ref('int_conversations_classified') }}
    where is_countable and responder in ('human', 'hybrid')
)

select
    session_date as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_session then 1 end) as self_service_sessions,
    count(case when is_session and is_identified then 1 end) as self_service_identified,
    count(case when is_deflectable and is_window_closed then 1 end) as deflectable_sessions,
    count(case when is_deflectable and is_window_closed and not is_followed_by_contact then 1 end) as deflected_sessions,
    count(case when is_deflectable and not is_window_closed then 1 end) as deflection_pending,
    count(case when is_session and not is_deflectable then 1 end) as deflection_excluded,

    count(case when is_task then 1 end) as tasks_started,
    count(case when is_task_done_alone then 1 end) as tasks_done_alone,
    count(case when is_session and not is_task then 1 end) as sessions_without_task,
    count(case when is_process_succeeded is not null then 1 end) as processes_started,
    count(case when is_process_succeeded then 1 end) as processes_succeeded,
    count(case when is_session and is_process_succeeded is null then 1 end) as sessions_without_process,

    count(case when is_judged and is_window_closed then 1 end) as self_service_judged,
    count(case when is_judged and is_window_closed and is_successful then 1 end) as self_service_successes,
    count(case when is_judged and not is_window_closed then 1 end) as self_service_pending,
    count(case when is_session and not is_judged then 1 end) as self_service_unjudged,
    count(case when is_window_closed and (is_assisted or (is_judged and is_successful)) then 1 end) as served_volume,
    count(case when not is_window_closed and (is_assisted or is_judged) then 1 end) as served_volume_pending,
    count(case when is_session and is_window_closed and not (is_judged and is_successful) then 1 end)
    as served_volume_excluded
from sessions
group by 1, 2, 3, 4, 5, 6
