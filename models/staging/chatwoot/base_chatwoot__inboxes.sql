{#- What an inbox says of its conversations: channel, the bot that answers in it, and its week. -#}
with

words as (
    select * from {{ ref('chatwoot_words') }}
),

-- One interval a day; a closed day keeps its old hours. Where an inbox is open all day, the tool stores 0:00 to 23:59.
open_days as (
    select
        days.source_system,
        days.inbox_id,
        days.day_of_week,
        days.open_hour * 3600 + days.open_minutes * 60 as opens,
        days.close_hour * 3600 + days.close_minutes * 60 as closes
    from {{ vendor_table('chatwoot', 'working_hours') }} as days
    where not coalesce(days.closed_all_day, false)
),

-- An inbox whose days are all closed has no week.
weeks as (
    select
        source_system,
        inbox_id
        {%- for day in range(7) %},
        coalesce(max(case when day_of_week = {{ day }} then opens end), 0) as opens_{{ day }},
        coalesce(max(case when day_of_week = {{ day }} then closes end), 0) as closes_{{ day }}
        {%- endfor %}
    from open_days
    group by source_system, inbox_id
),

bots as (
    select
        source_system,
        inbox_id,
        max(bot_id) as bot_id
    from (
        select
            t.source_system,
            t.inbox_id,
            'agent_bot_' || t.agent_bot_id as bot_id
        from {{ vendor_table('chatwoot', 'agent_bot_inboxes') }} as t
        left join words on words.vocabulary = 'chatwoot_bot_status' and words.landed_word = lower(t.status)
        where coalesce(words.word, 'active') = 'active'

        union all

        select
            t.source_system,
            t.inbox_id,
            'captain_' || t.captain_assistant_id as bot_id
        from {{ vendor_table('chatwoot', 'captain_inboxes') }} as t
    ) as all_bots
    group by source_system, inbox_id
)

select
    t.source_system as landed_system,
    t.id as inbox_id,
    -- WhatsApp by way of Twilio is an inbox of the type TwilioSms.
    case
        when channel_words.word = 'other' and media.word = 'whatsapp' then 'whatsapp'
        else coalesce(channel_words.word, t.channel_type)
    end as channel,
    bots.bot_id,
    t.timezone,
    coalesce(t.working_hours_enabled, false) and weeks.inbox_id is not null as has_working_hours
    {%- for day in range(7) %},
    coalesce(weeks.opens_{{ day }}, 0) as opens_{{ day }},
    greatest(coalesce(weeks.closes_{{ day }}, 0), coalesce(weeks.opens_{{ day }}, 0)) as closes_{{ day }}
    {%- endfor %}
from {{ vendor_table('chatwoot', 'inboxes') }} as t
left join words as channel_words
    on
        channel_words.vocabulary = 'chatwoot_channel_type'
        and channel_words.landed_word = lower(t.channel_type)
left join {{ vendor_table('chatwoot', 'channel_twilio_sms') }} as twilio
    on
        twilio.source_system = t.source_system
        and twilio.id = t.channel_id
        and lower(t.channel_type) = 'channel::twiliosms'
left join words as media
    on
        media.vocabulary = 'chatwoot_twilio_medium'
        and media.landed_word = lower(twilio.medium)
left join weeks
    on
        weeks.source_system = t.source_system
        and weeks.inbox_id = t.id
left join bots
    on
        bots.source_system = t.source_system
        and bots.inbox_id = t.id
