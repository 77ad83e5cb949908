{#-
    Self-service beside assisted contact (catalogue K13, K18, K19). Anchor: day of started_at. A session has a topic
    and no channel, team or responder; assisted contacts stand beside it in the same cells, so that shares compare.
-#}
{% set nowhere = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
with

sessions as (
    select
        session_date,
        {{ nowhere }} as channel,
        topic,
        {{ nowhere }} as team,
        {{ nowhere }} as responder,
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
        {{ nowhere }} as channel,
        topic,
        {{ nowhere }} as team,
        {{ nowhere }} as responder,
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
    from {{ ref('int_bot_conversations_classified') }}
    where is_countable and responder in ('human', 'hybrid')
)

select
    session_date as kpi_date,
    {{ kpi_dimensions() }},
    {{ count_if('is_session') }} as self_service_sessions,
    {{ count_if('is_session and is_identified') }} as self_service_identified,
    {{ count_if('is_deflectable and is_window_closed') }} as deflectable_sessions,
    {{ count_if('is_deflectable and is_window_closed and not is_followed_by_contact') }} as deflected_sessions,
    {{ count_if('is_deflectable and not is_window_closed') }} as deflection_pending,
    {{ count_if('is_session and not is_deflectable') }} as deflection_excluded,

    {{ count_if('is_task') }} as tasks_started,
    {{ count_if('is_task_done_alone') }} as tasks_done_alone,
    {{ count_if('is_session and not is_task') }} as sessions_without_task,
    {{ count_if('is_process_succeeded is not null') }} as processes_started,
    {{ count_if('is_process_succeeded') }} as processes_succeeded,
    {{ count_if('is_session and is_process_succeeded is null') }} as sessions_without_process,

    {{ count_if('is_judged and is_window_closed') }} as self_service_judged,
    {{ count_if('is_judged and is_window_closed and is_successful') }} as self_service_successes,
    {{ count_if('is_judged and not is_window_closed') }} as self_service_pending,
    {{ count_if('is_session and not is_judged') }} as self_service_unjudged,
    {{ count_if('is_window_closed and (is_assisted or (is_judged and is_successful))') }} as served_volume,
    {{ count_if('not is_window_closed and (is_assisted or is_judged)') }} as served_volume_pending,
    {{ count_if('is_session and is_window_closed and not (is_judged and is_successful)') }} as served_volume_excluded
from sessions
group by
    1,
    2,
    3,
    4,
    5
