{#-
    Calls as landed; a telephone conversation whose call did not land is a call of which only the beginning is known. A call within a
    chat or a ticket is part of that contact, and no second one.
-#}
with

calls as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by source_system, call_id
                order by loaded_at desc nulls last, landed_file_name desc, landed_line_number desc
            ) as recency_rank
        from (
            {% for table in ['call', 'calls'] %}
            select t.* from {{ vendor_table('intercom', table) }} as t
            {{ 'union all' if not loop.last }}
            {% endfor %}
        ) as landed
    ) as ranked
    where recency_rank = 1
),

conversations as (
    select
        conversations.source_system,
        conversations.conversation_id,
        conversations.entity,
        conversations.created_at,
        conversations.is_company_begun,
        conversations.is_deleted,
        conversations.landed_file_name,
        conversations.landed_line_number,
        facts.customer_id,
        facts.customer_email,
        facts.customer_phone,
        facts.topic,
        facts.admin_id,
        facts.team,
        greatest(conversations.loaded_at, facts.loaded_at) as loaded_at
    from {{ ref('base_intercom__conversations') }} as conversations
    inner join {{ ref('base_intercom__facts') }} as facts
        on
            facts.source_system = conversations.source_system
            and facts.conversation_id = conversations.conversation_id
),

joined as (
    select
        coalesce(calls.call_id, conversations.conversation_id) as call_id,
        coalesce(calls.source_system, conversations.source_system) as source_system,
        coalesce(
            directions.word, calls.direction, case when conversations.is_company_begun then 'outbound' else 'inbound' end
        ) as direction,
        coalesce(calls.customer_id, conversations.customer_id) as customer_id,
        conversations.customer_email,
        coalesce(calls.customer_phone, conversations.customer_phone) as customer_phone,
        conversations.topic,
        coalesce(calls.initiated_at, conversations.created_at) as started_at,
        calls.answered_at,
        calls.ended_at,
        case
            when calls.answered_at is not null then 'answered'
            when calls.ended_reason is not null then coalesce(reasons.word, calls.ended_reason)
            when calls.ended_at is not null then 'abandoned'
        end as outcome,
        coalesce(nullif(calls.admin_id, '0'), conversations.admin_id) as agent_id,
        conversations.team,
        greatest(calls.loaded_at, conversations.loaded_at) as loaded_at,
        coalesce(calls.landed_file_name, conversations.landed_file_name) as landed_file_name,
        coalesce(calls.landed_line_number, conversations.landed_line_number) as landed_line_number
    from calls
    full outer join conversations
        on
            conversations.source_system = calls.source_system
            and conversations.conversation_id = calls.conversation_id
    left join {{ ref('intercom_words') }} as directions
        on
            directions.vocabulary = 'intercom_call_direction'
            and directions.landed_word = lower(calls.direction)
    left join {{ ref('intercom_words') }} as reasons
        on
            reasons.vocabulary = 'intercom_call_ended_reason'
            and reasons.landed_word = lower(calls.ended_reason)
    where coalesce(conversations.entity, 'call') = 'call' and not coalesce(conversations.is_deleted, false)
)

select
    call_id,
    source_system,
    cast(null as {{ dbt.type_string() }}) as root_call_id,
    direction,
    customer_id,
    customer_email,
    customer_phone,
    topic,
    cast(null as {{ dbt.type_string() }}) as subtopic,
    started_at,
    cast(null as timestamp) as ivr_started_at,
    cast(null as timestamp) as ivr_ended_at,
    cast(null as bigint) as ivr_inputs,
    cast(null as timestamp) as queued_at,
    answered_at,
    ended_at,
    cast(null as {{ type_double() }}) as hold_seconds,
    cast(null as {{ type_double() }}) as wrap_seconds,
    outcome,
    cast(null as boolean) as resolved,
    agent_id,
    team,
    loaded_at,
    landed_file_name,
    landed_line_number
from joined
