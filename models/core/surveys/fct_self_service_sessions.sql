{#- Sessions with the customer's next contact: one sort per customer over sessions and contacts together. -#}
with

sessions as (
    select
        *,
        {{ row_identifiers('self_service_sessions') }}
    from {{ accepted(ref('int_self_service_sessions_judged')) }} as self_service_sessions
),

identified as (
    select
        {{ stable_id(['sessions.source_system', 'sessions.session_id']) }} as session_key,
        sessions.source_system,
        sessions.session_id,
        {{ matched_customer() }} as customer_id,
        sessions.topic,
        sessions.task,
        sessions.task_steps,
        sessions.pages_viewed,
        sessions.has_contact_intent,
        sessions.is_task_completed,
        sessions.is_process_succeeded,
        sessions.started_at,
        coalesce(sessions.ended_at, sessions.started_at) as ended_at
    from sessions
    {{ join_matched_customers('sessions') }}
),

moments as (
    select
        session_key,
        customer_id,
        {{ epoch_microseconds('started_at') }} as started_us,
        cast(null as bigint) as contacted_us
    from identified
    where customer_id is not null

    union all

    select
        cast(null as {{ dbt.type_string() }}) as session_key,
        customer_id,
        {{ epoch_microseconds('started_at') }} as started_us,
        {{ epoch_microseconds('started_at') }} as contacted_us
    from {{ ref('int_conversations_identified') }}
    where is_countable and customer_id is not null
),

looked_ahead as (
    select
        session_key,
        min(contacted_us) over (
            partition by customer_id
            order by started_us
            range between 1 following and unbounded following
        ) as next_contact_us
    from moments
)

select
    identified.session_key,
    identified.source_system,
    identified.session_id,
    identified.customer_id,
    identified.topic,
    identified.task,
    identified.task_steps,
    identified.pages_viewed,
    identified.has_contact_intent,
    identified.is_task_completed,
    identified.is_process_succeeded,
    {{ reporting_date('identified.started_at') }} as session_date,
    identified.started_at,
    identified.ended_at,
    {{ instant_from_microseconds('looked_ahead.next_contact_us') }} as next_contact_at
from identified
left join looked_ahead on looked_ahead.session_key = identified.session_key
