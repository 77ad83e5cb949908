{#-
    Decides what a conversation becomes: an Intercom ticket is a ticket, all else as the seed `intercom_entities` says of its kind.
    A ticket has the id of its conversation; one without a conversation is its own.
-#}
with

-- The version in force; where history mode keeps none in force, the conversation is gone at the source.
{% for name, tables in [
    ('conversations', ['conversation_history', 'conversations']), ('tickets', ['ticket_history', 'tickets'])
] %}
{{ name }} as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by source_system, conversation_id
                order by
                    case when coalesce(is_active, true) then 0 else 1 end,
                    version_at desc nulls last, loaded_at desc nulls last, landed_file_name desc, landed_line_number desc
            ) as recency_rank
        from (
            {% for table in tables %}
            select t.* from {{ vendor_table('intercom', table) }} as t
            {{ 'union all' if not loop.last }}
            {% endfor %}
        ) as versions
    ) as ranked
    where recency_rank = 1
),

{% endfor %}
joined as (
    select
        conversations.*,
        tickets.category,
        coalesce(tickets.ticket_state, tickets.ticket_state_category) as ticket_state,
        coalesce(tickets.source_system, conversations.source_system) as known_in,
        coalesce(tickets.conversation_id, conversations.conversation_id) as known_as,
        tickets.conversation_id is not null as is_ticket,
        conversations.conversation_id is null as is_ticket_alone,
        coalesce(conversations.created_at, tickets.created_at) as began_at,
        greatest(conversations.updated_at, tickets.updated_at) as changed_at,
        coalesce(nullif(conversations.assignee_id, '0'), nullif(tickets.assignee_id, '0')) as admin_id,
        coalesce(nullif(conversations.team_assignee_id, '0'), nullif(tickets.team_assignee_id, '0')) as team_id,
        not coalesce(conversations.is_active, tickets.is_active, true) as is_deleted,
        greatest(conversations.loaded_at, tickets.loaded_at) as last_loaded_at,
        coalesce(conversations.landed_file_name, tickets.landed_file_name) as file_name,
        coalesce(conversations.landed_line_number, tickets.landed_line_number) as line_number
    from conversations
    full outer join tickets
        on
            tickets.source_system = conversations.source_system
            and tickets.conversation_id = conversations.conversation_id
),

-- What a teammate sends where only a bot could have is the bot's. An internal ticket is a teammate's; one of a customer is
-- the customer's first message.
worded as (
    select
        joined.*,
        begun.word as begun_by,
        case
            when joined.is_ticket_alone then case when categories.word = 'internal' then 'agent' else 'customer' end
            when begun.word = 'bot' and authors.word = 'agent' then 'bot'
            else coalesce(authors.word, joined.source_author_type)
        end as source_sender_type,
        case
            when joined.is_ticket then 'ticket'
            else coalesce(entities.entity, 'chat')
        end as entity,
        coalesce(channels.word, joined.source_type) as channel,
        coalesce(priorities.word, joined.priority) as our_priority,
        coalesce(states.word, joined.state) as status,
        coalesce(ticket_states.word, joined.ticket_state) as ticket_status,
        coalesce(resolutions.word, joined.ai_agent_resolution_state) as ai_resolution,
        coalesce(begun.word in ('company', 'campaign'), false) or coalesce(categories.word = 'internal', false)
        as is_company_begun,
        -- Teammates who try out the AI agent are nobody's customers.
        coalesce(joined.has_ai_agent, false)
        and coalesce(lower(joined.ai_agent_source_type) not like '%preview%', true) as is_ai_agent_involved
    from joined
    left join {{ ref('intercom_entities') }} as entities on entities.source_type = lower(joined.source_type)
    {% for alias, vocabulary, column in [
        ('begun', 'intercom_delivered_as', 'delivered_as'), ('authors', 'intercom_author_type', 'source_author_type'),
        ('channels', 'intercom_source_type', 'source_type'), ('priorities', 'intercom_priority', 'priority'),
        ('states', 'intercom_state', 'state'), ('ticket_states', 'intercom_ticket_state', 'ticket_state'),
        ('resolutions', 'intercom_resolution_state', 'ai_agent_resolution_state'),
        ('categories', 'intercom_ticket_category', 'category')
    ] %}
    left join {{ ref('intercom_words') }} as {{ alias }}
        on
            {{ alias }}.vocabulary = '{{ vocabulary }}'
            and lower({{ alias }}.landed_word) = lower(joined.{{ column }})
    {% endfor %}
)

select
    worded.known_in as source_system,
    worded.known_as as conversation_id,
    worded.entity,
    worded.source_type,
    worded.channel,
    worded.begun_by,
    worded.source_sender_type,
    worded.source_author_id,
    worded.customer_id as source_author_hash,
    worded.our_priority as priority,
    worded.status,
    worded.ticket_status,
    worded.admin_id,
    worded.team_id,
    worded.topic,
    worded.ai_resolution,
    worded.rating,
    worded.ai_agent_rating,
    worded.stated_time_to_reply,
    worded.stated_time_to_assignment,
    worded.stated_time_to_first_close,
    worded.stated_time_to_last_close,
    worded.stated_median_time_to_reply,
    worded.stated_handling_time,
    worded.stated_reopens,
    worded.stated_assignments,
    worded.stated_parts,
    worded.is_ticket,
    worded.is_company_begun,
    worded.is_ai_agent_involved,
    worded.is_ai_agent_involved and worded.ai_agent_last_answer_type is not null as has_ai_answer,
    worded.is_deleted,
    worded.began_at as created_at,
    worded.changed_at as updated_at,
    worded.first_contact_reply_created_at,
    worded.rating_created_at,
    worded.stated_first_contact_at,
    worded.stated_first_reply_at,
    worded.stated_last_close_at,
    worded.last_loaded_at as loaded_at,
    worded.file_name as landed_file_name,
    worded.line_number as landed_line_number
from worded
