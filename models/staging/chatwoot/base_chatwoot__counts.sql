{#-
    What Chatwoot's reports count or rate of a conversation, by the published definition and as it landed. A reopening is an opening
    after a resolve; a bot's resolve is one in an inbox where a bot answers, before any word or note of a person; a hand-over counts once.
-#}
with

conversations as (
    select * from {{ ref('base_chatwoot__conversations') }}
),

first_words as (
    select
        landed_system,
        conversation_id,
        min(sent_at) as first_user_word_at
    from {{ ref('base_chatwoot__messages') }}
    where is_by_user
    group by landed_system, conversation_id
),

changes as (
    select
        changes.*,
        changes.to_status = 'open' and changes.from_status = 'solved' as is_reopening,
        changes.to_status = 'solved'
        and conversations.has_inbox_bot
        and coalesce(first_words.first_user_word_at > changes.occurred_at, true) as is_bot_resolve
    from {{ ref('base_chatwoot__status_changes') }} as changes
    inner join conversations
        on
            conversations.landed_system = changes.landed_system
            and conversations.conversation_id = changes.conversation_id
    left join first_words
        on
            first_words.landed_system = changes.landed_system
            and first_words.conversation_id = changes.conversation_id
),

counted as (
    select
        landed_system,
        conversation_id,
        'conversation_opened' as metric,
        count(*) as vendor_count
    from changes
    where is_reopening
    group by landed_system, conversation_id

    union all

    select
        landed_system,
        conversation_id,
        'conversation_bot_resolved' as metric,
        count(*) as vendor_count
    from changes
    where is_bot_resolve
    group by landed_system, conversation_id
),

landed as (
    select
        landed_system,
        conversation_id,
        event_name as metric,
        count(*) as landed_count,
        count(case when copy_number = 1 then 1 end) as event_count
    from {{ ref('base_chatwoot__events') }}
    where
        event_name in ('conversation_bot_resolved', 'conversation_bot_handoff')
        or (event_name = 'conversation_opened' and calendar_seconds > 0)
    group by landed_system, conversation_id, event_name
),

compared as (
    select
        coalesce(counted.landed_system, landed.landed_system) as landed_system,
        coalesce(counted.conversation_id, landed.conversation_id) as conversation_id,
        coalesce(counted.metric, landed.metric) as metric,
        case
            when coalesce(counted.metric, landed.metric) = 'conversation_bot_handoff' then 1
            else coalesce(counted.vendor_count, 0)
        end as vendor_count,
        coalesce(landed.landed_count, 0) as landed_count,
        coalesce(landed.event_count, 0) as event_count
    from counted
    full join landed
        on
            landed.landed_system = counted.landed_system
            and landed.conversation_id = counted.conversation_id
            and landed.metric = counted.metric
)

select
    landed_system,
    conversation_id,
    metric,
    cast(vendor_count as {{ type_double() }}) as vendor_value,
    cast(landed_count as {{ type_double() }}) as vendor_landed_value,
    case
        when landed_count = vendor_count then null
        when landed_count > event_count then 'job_retried'
        when metric = 'conversation_bot_handoff' then 'handed_over_again'
        when landed_count < vendor_count then 'not_recorded'
        when metric = 'conversation_bot_resolved' then 'bot_left_inbox'
        else 'other_version'
    end as landed_reason
from compared

union all

select
    t.source_system as landed_system,
    t.conversation_id,
    'csat' as metric,
    {{ value_at_latest('t.rating', 't.created_at') }} as vendor_value,
    {{ value_at_latest('t.rating', 't.created_at') }} as vendor_landed_value,
    cast(null as {{ dbt.type_string() }}) as landed_reason
from {{ vendor_table('chatwoot', 'csat_survey_responses') }} as t
group by t.source_system, t.conversation_id
