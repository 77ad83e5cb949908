{#-
    What other tables say of a conversation: its customer, its topic by tag, its team, and the assigned teammate, who is not a bot.
    Of several contacts the customer is the author of the first message, else the first by id. A contact whose own row is gone,
    merged or deleted, is still who wrote.
-#}
with

conversations as (
    select * from {{ ref('base_intercom__conversations') }}
),

contacts as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by source_system, contact_id
                order by
                    case when coalesce(is_active, true) then 0 else 1 end,
                    version_at desc nulls last, loaded_at desc nulls last, landed_file_name desc, landed_line_number desc
            ) as recency_rank
        from (
            {% for table in ['contact_history', 'contacts'] %}
            select t.* from {{ vendor_table('intercom', table) }} as t
            {{ 'union all' if not loop.last }}
            {% endfor %}
        ) as versions
    ) as ranked
    where recency_rank = 1
),

links as (
    {% for table in [
        'conversation_contact_history', 'conversation_contacts', 'ticket_contact_history', 'ticket_contacts'
    ] %}
    select
        t.source_system,
        t.conversation_id,
        t.contact_id,
        t.customer_id
    from {{ vendor_table('intercom', table) }} as t
    where coalesce(t.is_active, true)
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- The author of the first message is a contact, too, where no list of contacts landed.
candidates as (
    select
        source_system,
        conversation_id,
        source_author_id as contact_id,
        source_author_hash as customer_id,
        0 as candidate_rank
    from conversations
    where source_sender_type = 'customer' and source_author_id is not null

    union all

    select
        source_system,
        conversation_id,
        contact_id,
        customer_id,
        1 as candidate_rank
    from links
),

chosen as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by source_system, conversation_id order by candidate_rank, contact_id, customer_id
            ) as choice_rank
        from candidates
    ) as ranked
    where choice_rank = 1
),

{% set prefix = var('intercom_topic_tag_prefix', 'topic:') %}
topic_tags as (
    select
        source_system,
        conversation_id,
        min(topic) as topic
    from (
        {% for table, tag_table in [('conversation_tag_history', 'tag'), ('conversation_tags', 'tags')] %}
        select
            t.source_system,
            t.conversation_id,
            substr(tags.tag_name, {{ prefix | length + 1 }}) as topic
        from {{ vendor_table('intercom', table) }} as t
        inner join {{ vendor_table('intercom', tag_table) }} as tags
            on
                tags.source_system = t.source_system
                and tags.tag_id = t.tag_id
        where coalesce(t.is_active, true) and lower(tags.tag_name) like '{{ prefix | lower }}%'
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as tagged
    group by source_system, conversation_id
)

select
    conversations.source_system,
    conversations.conversation_id,
    coalesce(contacts.customer_id, chosen.customer_id) as customer_id,
    contacts.customer_email,
    contacts.customer_phone,
    coalesce(conversations.topic, topic_tags.topic) as topic,
    teams.team,
    case when not coalesce(admins.is_bot, false) then conversations.admin_id end as admin_id,
    contacts.loaded_at
from conversations
left join chosen
    on
        chosen.source_system = conversations.source_system
        and chosen.conversation_id = conversations.conversation_id
left join contacts
    on
        contacts.source_system = conversations.source_system
        and contacts.contact_id = chosen.contact_id
left join topic_tags
    on
        topic_tags.source_system = conversations.source_system
        and topic_tags.conversation_id = conversations.conversation_id
left join {{ ref('base_intercom__teams') }} as teams
    on
        teams.source_system = conversations.source_system
        and teams.team_id = conversations.team_id
left join {{ ref('base_intercom__admins') }} as admins
    on
        admins.source_system = conversations.source_system
        and admins.admin_id = conversations.admin_id
