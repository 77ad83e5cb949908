{#- A conversation with its inbox, team and contact, in our words. An e-mail inbox makes tickets, every other one chats. -#}
with

words as (
    select * from {{ ref('chatwoot_words') }}
)

select
    t.source_system as landed_system,
    accounts.source_system,
    t.id as conversation_id,
    t.display_id as conversation_number,
    t.inbox_id,
    t.customer_id,
    contacts.customer_email,
    contacts.customer_phone,
    t.assignee_id,
    coalesce('agent_bot_' || t.assignee_agent_bot_id, inboxes.bot_id) as awaited_bot_id,
    t.campaign_id,
    inboxes.channel,
    coalesce(status_words.word, t.status) as status,
    coalesce(priority_words.word, t.priority) as priority,
    {{ trimmed(dbt.split_part('t.cached_label_list', "','", 1)) }} as topic,
    teams.name as team,
    t.conversation_language as language,
    inboxes.bot_id is not null as has_inbox_bot,
    coalesce(contacts.blocked, false) as is_blocked,
    coalesce(inboxes.channel = 'email', false) as is_ticket,
    t.created_at,
    t.updated_at,
    t.loaded_at,
    t.landed_file_name,
    t.landed_line_number
from {{ vendor_table('chatwoot', 'conversations') }} as t
left join {{ ref('base_chatwoot__accounts') }} as accounts
    on
        accounts.landed_system = t.source_system
        and accounts.account_id = coalesce(t.account_id, '')
left join {{ ref('base_chatwoot__inboxes') }} as inboxes
    on
        inboxes.landed_system = t.source_system
        and inboxes.inbox_id = t.inbox_id
left join {{ vendor_table('chatwoot', 'contacts') }} as contacts
    on
        contacts.source_system = t.source_system
        and contacts.id = t.contact_id
left join {{ vendor_table('chatwoot', 'teams') }} as teams
    on
        teams.source_system = t.source_system
        and teams.id = t.team_id
left join words as status_words
    on
        status_words.vocabulary = 'chatwoot_status'
        and status_words.landed_word = lower(t.status)
left join words as priority_words
    on
        priority_words.vocabulary = 'chatwoot_priority'
        and priority_words.landed_word = lower(t.priority)
