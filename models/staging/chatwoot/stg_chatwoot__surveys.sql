{#- Requests for a rating with their answers; a rating whose request did not land is a row of its own. -#}
with

responses as (
    select t.* from {{ vendor_table('chatwoot', 'csat_survey_responses') }} as t
),

asked as (
    select
        messages.landed_system,
        messages.conversation_id,
        messages.message_id as survey_id,
        responses.customer_id,
        responses.rating,
        not messages.is_failed as delivered,
        messages.sent_at,
        responses.created_at as responded_at,
        greatest(messages.loaded_at, responses.loaded_at) as loaded_at,
        messages.landed_file_name,
        messages.landed_line_number
    from {{ ref('base_chatwoot__messages') }} as messages
    left join responses
        on
            responses.source_system = messages.landed_system
            and responses.message_id = messages.message_id
    where messages.is_survey
),

all_surveys as (
    select * from asked

    union all

    select
        responses.source_system as landed_system,
        responses.conversation_id,
        'response_' || responses.id as survey_id,
        responses.customer_id,
        responses.rating,
        true as delivered,
        responses.created_at as sent_at,
        responses.created_at as responded_at,
        responses.loaded_at,
        responses.landed_file_name,
        responses.landed_line_number
    from responses
    left join asked
        on
            asked.landed_system = responses.source_system
            and asked.survey_id = responses.message_id
    where asked.survey_id is null
)

select
    surveys.survey_id,
    coalesce(conversations.source_system, surveys.landed_system) as source_system,
    case when coalesce(conversations.is_ticket, false) then 'ticket' else 'chat' end as conversation_type,
    surveys.conversation_id,
    cast(null as {{ dbt.type_string() }}) as conversation_source_system,
    coalesce(surveys.customer_id, conversations.customer_id) as customer_id,
    conversations.customer_email,
    conversations.customer_phone,
    'csat' as question,
    case when coalesce(conversations.is_ticket, false) then 'email' else 'in_chat' end as mode,
    surveys.sent_at,
    surveys.delivered,
    surveys.responded_at,
    surveys.rating as score,
    cast(1 as {{ type_double() }}) as scale_min,
    cast(5 as {{ type_double() }}) as scale_max,
    true as higher_is_better,
    cast(null as bigint) as comment_length,
    surveys.loaded_at,
    surveys.landed_file_name,
    surveys.landed_line_number
from all_surveys as surveys
left join {{ ref('base_chatwoot__conversations') }} as conversations
    on
        conversations.landed_system = surveys.landed_system
        and conversations.conversation_id = surveys.conversation_id
