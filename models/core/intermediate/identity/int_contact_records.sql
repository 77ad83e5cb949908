{#-
    Tickets that a telephone or chat tool writes about a contact: records of it, no contacts of their own. The ticket names it;
    else it is the same customer's in the same channel, and the ticket was made while it went on or soon after its end.
-#}
with

contacts as (
    select
        source_system,
        'call' as source_type,
        root_call_id as source_conversation_id,
        'call:' || call_id as contact_key,
        'phone' as channel,
        {{ row_identifiers('calls') }},
        min(started_at) over (partition by source_system, root_call_id) as started_at,
        max(coalesce(ended_at, greatest(started_at, ivr_started_at, ivr_ended_at, queued_at, answered_at)))
            over (partition by source_system, root_call_id)
        as ended_at,
        direction = 'inbound' as is_inbound
    from {{ accepted(ref('int_calls_judged')) }} as calls
    union all
    select
        source_system,
        'chat' as source_type,
        chat_id as source_conversation_id,
        'chat:' || chat_id as contact_key,
        coalesce(channel, 'chat') as channel,
        {{ row_identifiers('chats') }},
        started_at,
        left_at as ended_at,
        not is_begun_by_us as is_inbound
    from {{ ref('int_chats_known') }} as chats
),

tickets as (
    select
        tickets.source_system,
        tickets.ticket_id,
        coalesce('call:' || tickets.call_id, 'chat:' || tickets.chat_id) as contact_key,
        tickets.channel,
        {{ row_identifiers('tickets') }},
        coalesce(tickets.merged_into_ticket_id, tickets.ticket_id) = tickets.ticket_id as is_unmerged,
        tickets.topic,
        tickets.subtopic,
        tickets.team,
        tickets.created_at,
        case
            when last_turns.ticket_id is not null then last_turns.is_solve
            when coalesce(tickets.ticket_status, 'closed') <> 'closed' then statuses.is_solved
            else false
        end as is_solved,
        case when last_turns.is_solve then last_turns.occurred_at end as solved_at
    from {{ accepted(ref('int_tickets_judged')) }} as tickets
    left join {{ ref('ticket_statuses') }} as statuses on statuses.ticket_status = tickets.ticket_status
    left join {{ ref('int_ticket_turns') }} as last_turns
        on
            last_turns.source_system = tickets.source_system
            and last_turns.ticket_id = tickets.ticket_id
            and last_turns.next_turn_at is null
    where
        statuses.exclusion_reason is null
        and (
            coalesce(tickets.call_id, tickets.chat_id) is not null
            or tickets.channel in ('phone', 'chat', 'web_chat', 'whatsapp', 'messenger', 'in_app', 'voice_bot')
        )
),

{% for relation in ['contacts', 'tickets'] -%}
{{ relation }}_of_customers as (
    select
        {{ relation }}.*,
        {{ matched_customer() }} as customer_id
    from {{ relation }}
    {{ join_matched_customers(relation) }}
),

{% endfor -%}
found as (
    {% for key in ['contact_key', 'customer_id'] -%}
    select
        tickets.source_system as ticket_system,
        tickets.ticket_id,
        tickets.created_at,
        '{{ "named" if key == "contact_key" else "matched" }}' as evidence,
        tickets.topic as record_topic,
        tickets.subtopic as record_subtopic,
        tickets.team as record_team,
        tickets.is_solved as is_record_solved,
        tickets.solved_at as record_solved_at,
        contacts.source_system,
        contacts.source_type,
        contacts.source_conversation_id,
        contacts.started_at,
        contacts.ended_at
    from tickets_of_customers as tickets
    inner join contacts_of_customers as contacts
        on
            contacts.{{ key }} = tickets.{{ key }}
            {%- if key != 'contact_key' %}
            and tickets.is_unmerged
            and contacts.is_inbound
            and contacts.started_at <= tickets.created_at
            and tickets.created_at <= {{ dbt.dateadd('minute', var('record_match_minutes'), 'contacts.ended_at') }}
    where
        tickets.contact_key is null
        and (
            tickets.channel = contacts.channel
            or (contacts.source_type = 'chat' and 'chat' in (tickets.channel, contacts.channel) and tickets.channel <> 'phone')
        )
        {%- for system in var('systems_without_records') %}
        and tickets.source_system <> '{{ system }}'
        {%- endfor %}
            {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Of a named id the ticket's own tool comes first, and one that several other tools have names none of theirs. Of the
-- customer's contacts that fit, the latest.
chosen as (
    select
        *,
        row_number() over (
            partition by ticket_system, ticket_id
            order by
                case when evidence = 'named' and source_system <> ticket_system then 1 else 0 end asc,
                started_at desc, ended_at desc, source_conversation_id desc, source_type asc, source_system asc
        ) as preference,
        min(source_system) over (partition by ticket_system, ticket_id)
        = max(source_system) over (partition by ticket_system, ticket_id) as is_of_one_system
    from found
)

select
    ticket_system,
    ticket_id,
    source_system,
    source_type,
    source_conversation_id,
    record_topic,
    record_subtopic,
    record_team,
    is_record_solved,
    record_solved_at,
    row_number() over (
        partition by source_system, source_type, source_conversation_id
        order by created_at, ticket_system, ticket_id
    ) as record_rank
from chosen
where preference = 1 and (source_system = ticket_system or is_of_one_system or evidence = 'matched')
