{#-
    Ratings of tickets, and answers of the new CSAT. Nothing lands of when the new CSAT was sent: it is sent when the ticket is solved.
-#}
with

tickets as (
    select
        source_system,
        ticket_id,
        max(customer_id) as customer_id,
        max(customer_email) as customer_email,
        max(customer_phone) as customer_phone,
        max(case when channel in ('chat', 'web_chat', 'whatsapp', 'messenger') then 'in_chat' else 'email' end) as mode,
        max(solved_at) as solved_at
    from {{ ref('stg_zendesk__tickets') }}
    group by source_system, ticket_id
),

scales as (
    select
        t.source_system,
        question_id,
        max(rating) as scale_max
    from {{ vendor_table('zendesk', 'csat_survey_rating_option') }} as t
    group by source_system, question_id
),

surveys as (
    select * from {{ ref('base_zendesk__ratings') }}

    union all

    select
        sent.source_system,
        sent.survey_response_id as survey_id,
        sent.ticket_id,
        least(tickets.solved_at, answers.created_at) as sent_at,
        coalesce(answers.updated_at, answers.created_at) as responded_at,
        answers.rating as score,
        1 as scale_min,
        coalesce(scales.scale_max, 5) as scale_max,
        coalesce(answers.loaded_at, sent.loaded_at) as loaded_at,
        coalesce(answers.landed_file_name, sent.landed_file_name) as landed_file_name,
        coalesce(answers.landed_line_number, sent.landed_line_number) as landed_line_number
    from {{ vendor_table('zendesk', 'ticket_csat_survey') }} as sent
    left join tickets
        on
            tickets.source_system = sent.source_system
            and tickets.ticket_id = sent.ticket_id
    left join {{ vendor_table('zendesk', 'csat_survey_answer') }} as answers
        on
            answers.source_system = sent.source_system
            and answers.survey_response_id = sent.survey_response_id
            and answers.answer_type = 'rating_scale'
    left join scales
        on
            scales.source_system = answers.source_system
            and scales.question_id = answers.question_id
)

select
    surveys.survey_id,
    surveys.source_system,
    'ticket' as conversation_type,
    surveys.ticket_id as conversation_id,
    cast(null as {{ dbt.type_string() }}) as conversation_source_system,
    tickets.customer_id,
    tickets.customer_email,
    tickets.customer_phone,
    'csat' as question,
    coalesce(tickets.mode, 'email') as mode,
    surveys.sent_at,
    cast(null as boolean) as delivered,
    surveys.responded_at,
    surveys.score,
    cast(surveys.scale_min as {{ type_double() }}) as scale_min,
    surveys.scale_max,
    true as higher_is_better,
    cast(null as bigint) as comment_length,
    surveys.loaded_at,
    surveys.landed_file_name,
    surveys.landed_line_number
from surveys
left join tickets
    on
        tickets.source_system = surveys.source_system
        and tickets.ticket_id = surveys.ticket_id
