{#-
    One row per agent that talked in a call, and one per call in which nobody did. The first row has the call's own id, as the ticket
    that the telephone wrote of it does.
-#}
with

calls as (
    select * from {{ ref('base_zendesk__calls') }}
),

landed_legs as (
    {% for table in ['call_leg', 'call_legs'] -%}
    select
        t.source_system,
        leg_id,
        call_id,
        agent_id,
        duration,
        talk_time,
        hold_time,
        wrap_up_time,
        created_at,
        loaded_at,
        landed_file_name,
        landed_line_number
    from {{ vendor_table('zendesk', table) }} as t
    where leg_type = 'agent' and talk_time > 0
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

newest_legs as (
    select
        *,
        row_number() over (
            partition by source_system, leg_id
            order by loaded_at desc nulls last, landed_file_name desc, landed_line_number desc
        ) as recency_rank
    from landed_legs
),

legs as (
    select
        *,
        row_number() over call_legs as leg_rank,
        lead(created_at) over call_legs as next_leg_at
    from newest_legs
    where recency_rank = 1
    window call_legs as (partition by source_system, call_id order by created_at, length(leg_id), leg_id)
),

tickets as (
    select * from {{ ref('base_zendesk__tickets') }}
    where is_current
),

joined as (
    select
        calls.*,
        coalesce(legs.leg_rank, 1) as leg_rank,
        legs.leg_id,
        legs.next_leg_at,
        legs.created_at as leg_created_at,
        legs.duration as leg_duration,
        legs.talk_time as leg_talk_time,
        coalesce(legs.agent_id, calls.agent_id) as leg_agent_id,
        coalesce(legs.hold_time, calls.hold_time) as leg_hold_time,
        coalesce(legs.wrap_up_time, calls.wrap_up_time) as leg_wrap_up_time,
        coalesce(legs.loaded_at, calls.loaded_at) as leg_loaded_at,
        coalesce(legs.landed_file_name, calls.landed_file_name) as leg_file_name,
        coalesce(legs.landed_line_number, calls.landed_line_number) as leg_line_number,
        coalesce(legs.talk_time, calls.talk_time, 0) > 0 as is_answered,
        {{ dbt.dateadd('second', 'cast(coalesce(calls.duration, 0) as bigint)', 'calls.created_at') }} as call_ended_at
    from calls
    left join legs
        on
            legs.source_system = calls.source_system
            and legs.call_id = calls.call_id
            and calls.is_current
),

-- A leg is answered when its talk begins; the call has the first answer's second.
timed as (
    select
        *,
        case when leg_rank = 1 then created_at else leg_created_at end as started_at,
        case
            when not is_answered then null
            when leg_rank = 1 and time_to_answer is not null
                then {{ dbt.dateadd('second', 'cast(time_to_answer as bigint)', 'created_at') }}
            when leg_created_at is not null then {{ dbt.dateadd(
                'second', 'cast(greatest(coalesce(leg_duration, leg_talk_time) - leg_talk_time, 0) as bigint)', 'leg_created_at'
            ) }}
            when duration is not null
                then {{ dbt.dateadd('second', 'cast(greatest(duration - talk_time, 0) as bigint)', 'created_at') }}
        end as answered_at,
        case
            when duration is null then null
            when next_leg_at is not null then least(next_leg_at, call_ended_at)
            else call_ended_at
        end as ended_at
    from joined
)

select
    case when timed.leg_rank = 1 then timed.call_id else timed.leg_id end as call_id,
    timed.source_system,
    timed.call_id as root_call_id,
    timed.direction,
    tickets.customer_id,
    users.customer_email,
    coalesce(tickets.customer_phone, users.customer_phone) as customer_phone,
    cast(null as {{ dbt.type_string() }}) as topic,
    cast(null as {{ dbt.type_string() }}) as subtopic,
    timed.started_at,
    case when timed.leg_rank = 1 and timed.ivr_time_spent > 0 then timed.created_at end as ivr_started_at,
    case when timed.leg_rank = 1 and timed.ivr_time_spent > 0 then {{ dbt.dateadd(
        'second', 'cast(timed.ivr_time_spent as bigint)', 'timed.created_at'
    ) }} end as ivr_ended_at,
    case when timed.leg_rank = 1 then cast(timed.ivr_hops as bigint) end as ivr_inputs,
    case when timed.leg_rank = 1 and coalesce(timed.direction, 'inbound') = 'inbound' then {{ dbt.dateadd(
        'second', 'cast(coalesce(timed.ivr_time_spent, 0) as bigint)', 'timed.created_at'
    ) }} end as queued_at,
    case when timed.answered_at > timed.ended_at then timed.ended_at else timed.answered_at end as answered_at,
    timed.ended_at,
    case when timed.is_answered then timed.leg_hold_time end as hold_seconds,
    case when timed.is_answered then timed.leg_wrap_up_time end as wrap_seconds,
    case when timed.is_answered then 'answered' else timed.outcome end as outcome,
    cast(null as boolean) as resolved,
    case when timed.is_answered then timed.leg_agent_id end as agent_id,
    groups.name as team,
    timed.leg_loaded_at as loaded_at,
    timed.leg_file_name as landed_file_name,
    timed.leg_line_number as landed_line_number
from timed
left join tickets
    on
        tickets.source_system = timed.source_system
        and tickets.ticket_id = timed.ticket_id
left join {{ ref('base_zendesk__users') }} as users
    on
        users.source_system = tickets.source_system
        and users.user_id = tickets.requester_id
left join {{ ref('base_zendesk__names') }} as groups
    on
        groups.source_system = timed.source_system
        and groups.kind = 'group'
        and groups.name_id = timed.call_group_id
