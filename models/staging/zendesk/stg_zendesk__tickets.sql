{#-
    Tickets with what their history, their messages and other tickets say of them. Older versions of a ticket stay as they landed, so
    that the judge refuses them as superseded.
-#}
with

tickets as (
    select * from {{ ref('base_zendesk__tickets') }}
),

numbers as (
    {{ whole_numbers(200) }}
),

-- Fivetran's list on the original, for follow-ups that do not name it.
follow_ups as (
    select
        tickets.source_system,
        split_part(tickets.followup_ids, ',', cast(numbers.generated_number as integer)) as ticket_id,
        min(tickets.ticket_id) as original_id
    from tickets
    inner join numbers on numbers.generated_number <= {{ list_length('tickets.followup_ids') }}
    where tickets.is_current and tickets.followup_ids is not null
    group by tickets.source_system, split_part(tickets.followup_ids, ',', cast(numbers.generated_number as integer))
),

metrics as (
    select
        t.source_system,
        ticket_id,
        max(solved_at) as solved_at
    from {{ vendor_table('zendesk', 'ticket_metrics') }} as t
    group by source_system, ticket_id
),

people as (
    select
        tickets.*,
        coalesce(roles.is_agent, requesting_agents.user_id is not null) as is_from_agent,
        submitting_agents.user_id is not null and tickets.submitter_id <> tickets.requester_id as is_made_by_agent,
        users.customer_email,
        users.customer_phone as user_phone,
        users.locale as language,
        users.loaded_at as user_loaded_at
    from tickets
    left join {{ ref('base_zendesk__users') }} as users
        on
            users.source_system = tickets.source_system
            and users.user_id = tickets.requester_id
    left join {{ ref('base_zendesk__agents') }} as requesting_agents
        on
            requesting_agents.source_system = tickets.source_system
            and requesting_agents.user_id = tickets.requester_id
    left join {{ ref('base_zendesk__agents') }} as submitting_agents
        on
            submitting_agents.source_system = tickets.source_system
            and submitting_agents.user_id = tickets.submitter_id
    left join {{ ref('base_zendesk__role_spells') }} as roles
        on
            roles.source_system = tickets.source_system
            and roles.user_id = tickets.requester_id
            and roles.held_from <= tickets.created_at
            and roles.held_until > tickets.created_at
)

select
    people.ticket_id,
    people.source_system,
    people.customer_id,
    people.customer_email,
    coalesce(people.customer_phone, people.user_phone) as customer_phone,
    -- What an agent types in for a customer came by no web form.
    case when people.channel = 'web_form' and people.is_made_by_agent then 'other' else people.channel end as channel,
    forms.name as topic,
    cast(null as {{ dbt.type_string() }}) as subtopic,
    people.priority,
    people.ticket_status as status,
    people.created_at,
    people.updated_at,
    -- The solve of a merged ticket is nobody's work. Without a history, Zendesk's own number counts, or the last change.
    case
        when people.landed_status not in ('solved', 'closed') or merged.ticket_id is not null then null
        when summed.last_solved_at is not null then summed.last_solved_at
        when metrics.solved_at is not null then metrics.solved_at
        when people.landed_status = 'solved' then people.updated_at
    end as solved_at,
    case when people.landed_status = 'closed' then coalesce(summed.closed_at, people.updated_at) end as closed_at,
    people.due_at,
    people.assignee_id as assigned_agent_id,
    groups.name as team,
    merged.merged_into_ticket_id,
    coalesce(people.via_followup_source_id, follow_ups.original_id) as follow_up_of_ticket_id,
    calls.call_id,
    cast(null as {{ dbt.type_string() }}) as chat_id,
    -- An agent who begins with a public word asked; one who logs a call did not. Without messages nobody knows.
    case
        when people.is_from_agent or people.is_side_conversation then true
        when people.via_channel = 'voice' then coalesce(people.via_source_rel = 'outbound', false)
        when not people.is_made_by_agent then false
        when summed.has_messages
            then coalesce(summed.first_agent_at < coalesce(summed.first_customer_at, timestamp '9999-12-31 00:00:00'), false)
    end as is_outbound,
    people.language,
    brands.name as brand,
    -- A ticket changes as well when only its history, its messages or its customer did.
    case
        when people.is_current then greatest(people.loaded_at, summed.loaded_at, people.user_loaded_at) else people.loaded_at
    end as loaded_at,
    people.landed_file_name,
    people.landed_line_number
from people
left join {{ ref('base_zendesk__tickets_summed') }} as summed
    on
        summed.source_system = people.source_system
        and summed.ticket_id = people.ticket_id
left join metrics
    on
        metrics.source_system = people.source_system
        and metrics.ticket_id = people.ticket_id
left join {{ ref('base_zendesk__merges') }} as merged
    on
        merged.source_system = people.source_system
        and merged.ticket_id = people.ticket_id
left join follow_ups
    on
        follow_ups.source_system = people.source_system
        and follow_ups.ticket_id = people.ticket_id
-- The ticket that the telephone wrote of a call: the call counts, the ticket does not.
left join {{ ref('base_zendesk__calls') }} as calls
    on
        calls.source_system = people.source_system
        and calls.ticket_id = people.ticket_id
        and calls.is_current
        and calls.ticket_call_rank = 1
        and people.via_channel = 'voice'
{% for kind, key in [('group', 'group_id'), ('brand', 'brand_id'), ('form', 'ticket_form_id')] -%}
left join {{ ref('base_zendesk__names') }} as {{ kind }}s
    on
        {{ kind }}s.source_system = people.source_system
        and {{ kind }}s.kind = '{{ kind }}'
        and {{ kind }}s.name_id = people.{{ key }}
{% endfor -%}
