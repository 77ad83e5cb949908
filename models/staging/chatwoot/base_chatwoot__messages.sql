{#-
    Who wrote a message, and who reads it. Lines of activity are left out: they are sentences in the language of the account, and no
    message. Ids of people and bots are those of different tables; a bot's says of which.
-#}
with

words as (
    select * from {{ ref('chatwoot_words') }}
),

worded as (
    select
        t.*,
        coalesce(type_words.word, t.message_type) as kind,
        coalesce(sender_words.word, t.sender_type) as sender,
        coalesce(content_words.word, '') = 'input_csat' as is_survey,
        coalesce(status_words.word, '') = 'failed' as is_failed,
        coalesce(t.automation_rule_id, t.campaign_id) is not null as is_by_rule
    from {{ vendor_table('chatwoot', 'messages') }} as t
    left join words as type_words
        on
            type_words.vocabulary = 'chatwoot_message_type'
            and type_words.landed_word = lower(t.message_type)
    left join words as sender_words
        on
            sender_words.vocabulary = 'chatwoot_sender_type'
            and sender_words.landed_word = lower(t.sender_type)
    left join words as content_words
        on
            content_words.vocabulary = 'chatwoot_content_type'
            and content_words.landed_word = lower(t.content_type)
    left join words as status_words
        on
            status_words.vocabulary = 'chatwoot_message_status'
            and status_words.landed_word = lower(t.status)
    where coalesce(type_words.word, '') <> 'activity'
),

-- An outgoing message without a sender is an automation's, unless a person wrote it in the channel's own app.
sent as (
    select
        *,
        case
            when kind = 'incoming' then 'customer'
            when kind = 'template' then 'system'
            when kind <> 'outgoing' then kind
            when is_by_rule then 'system'
            when sender is not null then sender
            when external_echo then 'agent'
            else 'system'
        end as sender_word
    from worded
)

select
    sent.source_system as landed_system,
    coalesce(conversations.source_system, sent.source_system) as source_system,
    sent.conversation_id,
    sent.id as message_id,
    sent.sender_word,
    case
        when sent.sender_word = 'agent' then sent.author_id
        when sent.sender_word = 'bot' and lower(sent.sender_type) = 'agentbot' then 'agent_bot_' || sent.author_id
        when sent.sender_word = 'bot' then 'captain_' || sent.author_id
    end as sender_id,
    coalesce(conversations.is_ticket, false) as is_ticket,
    coalesce(sent.private, false) as is_note,
    sent.is_failed,
    sent.is_survey,
    sent.sender_word = 'system' or coalesce(sent.is_auto_reply, false) as is_automated,
    sent.sender_word = 'agent' and not coalesce(sent.private, false) as is_human_reply,
    sent.sender_word = 'bot' and not coalesce(sent.private, false) as is_bot_reply,
    sent.kind = 'outgoing' and lower(sent.sender_type) = 'user' as is_by_user,
    sent.created_at as sent_at,
    sent.loaded_at,
    sent.landed_file_name,
    sent.landed_line_number
from sent
left join {{ ref('base_chatwoot__conversations') }} as conversations
    on
        conversations.landed_system = sent.source_system
        and conversations.conversation_id = sent.conversation_id
