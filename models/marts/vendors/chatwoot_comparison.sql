{#-
    Why Chatwoot's numbers and ours differ, conversation by conversation: the first reason of the seed chatwoot_differences that is true.
    A difference in business hours has the reason of the same difference by the calendar, if there is one, and else that the opening
    hours are other ones.
-#}
with

numbers as (
    select * from {{ ref('chatwoot_numbers') }}
),

undelivered as (
    select distinct
        landed_system,
        conversation_id
    from {{ ref('base_chatwoot__messages') }}
    where is_failed and is_human_reply
),

automatic as (
    select distinct
        landed_system,
        conversation_id
    from {{ ref('base_chatwoot__messages') }}
    where is_automated and sender_word = 'customer'
),

-- What is asked of a conversation to find the reason.
facts as (
    select
        conversations.landed_system,
        conversations.conversation_id,
        conversations.source_system,
        conversations.conversation_number,
        conversations.created_at,
        conversations.is_ticket,
        conversations.status,
        coalesce(inboxes.has_working_hours, false) as has_working_hours,
        lives.is_turned_away,
        coalesce(lives.is_begun_by_us, false) as is_begun_by_us,
        lives.first_human_word_at,
        lives.handed_over_at,
        ours.conversation_id is not null as is_accepted,
        coalesce(ours.reply_count, 0) as reply_count,
        ours.human_clock_started_at,
        ours.is_resolved,
        ours.has_bot_answers,
        undelivered.conversation_id is not null as has_undelivered_replies,
        automatic.conversation_id is not null as has_automatic_mails
    from {{ ref('base_chatwoot__conversations') }} as conversations
    left join {{ ref('base_chatwoot__inboxes') }} as inboxes
        on
            inboxes.landed_system = conversations.landed_system
            and inboxes.inbox_id = conversations.inbox_id
    inner join {{ ref('base_chatwoot__lives') }} as lives
        on
            lives.landed_system = conversations.landed_system
            and lives.conversation_id = conversations.conversation_id
    left join {{ ref('chatwoot_ours') }} as ours
        on
            ours.landed_system = conversations.landed_system
            and ours.conversation_id = conversations.conversation_id
    left join undelivered
        on
            undelivered.landed_system = conversations.landed_system
            and undelivered.conversation_id = conversations.conversation_id
    left join automatic
        on
            automatic.landed_system = conversations.landed_system
            and automatic.conversation_id = conversations.conversation_id
)

select
    facts.source_system,
    numbers.conversation_id as source_conversation_id,
    facts.conversation_number,
    cast({{ dbt.date_trunc('month', 'facts.created_at') }} as date) as month,
    numbers.metric,
    numbers.unit,
    numbers.vendor_value,
    numbers.vendor_landed_value,
    numbers.our_value,
    numbers.difference,
    case
        when abs(numbers.difference) < 0.001 then null
        when numbers.unit = 'seconds' and abs(numbers.difference) <= 1 then 'rounding'
        when facts.is_turned_away then 'blocked_contact'
        when not facts.is_accepted then 'not_accepted'
        when numbers.metric like '%in_business_hours' and numbers.difference is not null and not facts.has_working_hours
            then 'working_hours_off'
        when numbers.metric like '%in_business_hours' and abs(numbers.calendar_difference) <= 1 then 'other_opening_hours'
        when numbers.metric like 'first_response%'
            then case
                when facts.is_begun_by_us then 'company_wrote_first'
                when numbers.interval_count = 0 then 'message_gone'
                when numbers.first_ended_at < coalesce(facts.first_human_word_at, timestamp '9999-12-31 00:00:00')
                    then 'reply_not_delivered'
                when numbers.first_started_at < facts.human_clock_started_at then 'customer_wrote_later'
                when numbers.first_started_at > coalesce(facts.handed_over_at, facts.created_at) then 'counted_from_last_opening'
                else 'clocks_differ'
            end
        when numbers.metric like 'reply_time%'
            then case
                when facts.has_undelivered_replies then 'reply_not_delivered'
                when numbers.interval_count = 0 and facts.reply_count = 0 then 'message_gone'
                when facts.is_begun_by_us and facts.reply_count < numbers.interval_count then 'first_answer_here'
                when facts.has_automatic_mails then 'automatic_mail_waits'
                when numbers.interval_count < facts.reply_count then 'resolve_ends_wait'
                when facts.handed_over_at is not null then 'handover_starts_wait'
                else 'clocks_differ'
            end
        when numbers.metric = 'conversation_resolved_by_people' then 'bot_time_included'
        when numbers.metric like 'conversation_resolved%'
            then case
                when facts.is_resolved and facts.status <> 'solved' then 'nobody_resolves'
                when not facts.is_resolved and facts.status <> 'solved' then 'open_again'
                when not facts.is_resolved then 'resolved_unanswered'
                when numbers.interval_count = 0 then 'resolve_not_recorded'
                when numbers.interval_count > 1 then 'repeated_resolves'
                else 'clocks_differ'
            end
        when numbers.metric = 'conversation_opened'
            then case when facts.is_ticket then 'nobody_had_to_answer' else 'chat_stays_one' end
        when numbers.metric = 'conversation_bot_resolved'
            then case
                when coalesce(numbers.vendor_value, 0) = 0 then 'bot_left_inbox'
                when numbers.vendor_value > 1 then 'repeated_resolves'
                when facts.status <> 'solved' then 'open_again'
                when facts.first_human_word_at is not null then 'person_answered_later'
                when not facts.has_bot_answers then 'bot_said_nothing'
                else 'resolved_unanswered'
            end
        when numbers.metric = 'conversation_bot_handoff'
            then case
                when numbers.vendor_value is null then 'taken_over_unasked'
                when facts.is_ticket then 'ticket_without_handover'
                else 'customer_said_nothing'
            end
        else 'rating_unattributed'
    end as reason,
    numbers.landed_reason
from numbers
inner join facts
    on
        facts.landed_system = numbers.landed_system
        and facts.conversation_id = numbers.conversation_id
