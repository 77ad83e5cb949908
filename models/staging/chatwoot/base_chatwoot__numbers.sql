{#- Chatwoot's numbers of a conversation, one in each row; what is in business hours is a number of its own. -#}
with

durations as (
    select * from {{ ref('base_chatwoot__durations') }}
)

select
    landed_system,
    conversation_id,
    metric,
    calendar_seconds as vendor_value,
    landed_calendar_seconds as vendor_landed_value,
    landed_reason
from durations

union all

select
    landed_system,
    conversation_id,
    case
        when metric = 'first_response' then 'first_response_in_business_hours'
        when metric = 'reply_time' then 'reply_time_in_business_hours'
        else 'conversation_resolved_in_business_hours'
    end as metric,
    business_seconds as vendor_value,
    landed_business_seconds as vendor_landed_value,
    landed_business_reason as landed_reason
from durations

union all

-- The tool's time to resolution has the bot's in it; what people took of it is another number of ours.
select
    landed_system,
    conversation_id,
    'conversation_resolved_by_people' as metric,
    calendar_seconds as vendor_value,
    landed_calendar_seconds as vendor_landed_value,
    landed_reason
from durations
where metric = 'conversation_resolved'

union all

select
    landed_system,
    conversation_id,
    metric,
    vendor_value,
    vendor_landed_value,
    landed_reason
from {{ ref('base_chatwoot__counts') }}
