{#-
    Ratings: as Zendesk keeps them, where it does; of other tickets as their history has it, one for each offer; and the answers of the
    new CSAT. The last mark counts. Nothing lands of when the new CSAT was sent: it is sent when the ticket is solved.
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

offers as (
    select * from {{ ref('base_zendesk__offers') }}
),

offered_tickets as (
    select
        source_system,
        ticket_id,
        min(sent_at) as sent_at,
        max(responded_at) as responded_at
    from offers
    group by source_system, ticket_id
),

ratings as (
    {% for table in ['satisfaction_rating', 'satisfaction_ratings'] -%}
    select source_system, rating_id, ticket_id, score, created_at, updated_at, loaded_at, landed_file_name, landed_line_number
    from {{ vendor_table('zendesk', table) }} as t
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

rated_tickets as (
    select distinct source_system, ticket_id from ratings
),

scales as (
    select
        source_system,
        question_id,
        max(rating) as scale_max
    from {{ vendor_table('zendesk', 'csat_survey_rating_option') }} as t
    group by source_system, question_id
),

surveys as (
    select
        ratings.source_system,
        ratings.rating_id as survey_id,
        ratings.ticket_id,
        least(coalesce(offered_tickets.sent_at, ratings.created_at), ratings.created_at) as sent_at,
        case
            when score_words.word in ('good', 'bad') then coalesce(offered_tickets.responded_at, ratings.updated_at)
        end as responded_at,
        cast(case score_words.word when 'good' then 1 when 'bad' then 0 end as {{ type_double() }}) as score,
        0 as scale_min,
        cast(1 as {{ type_double() }}) as scale_max,
        ratings.loaded_at,
        ratings.landed_file_name,
        ratings.landed_line_number
    from ratings
    left join offered_tickets
        on
            offered_tickets.source_system = ratings.source_system
            and offered_tickets.ticket_id = ratings.ticket_id
    {{ join_vendor_words('zendesk_words', 'zendesk_score', 'ratings.score', 'score_words') | indent(4) }}
    where coalesce(score_words.word, '') <> 'unoffered'

    union all

    select
        offers.source_system,
        offers.ticket_id || ':csat:' || cast(offers.offer_number as {{ dbt.type_string() }}) as survey_id,
        offers.ticket_id,
        offers.sent_at,
        offers.responded_at,
        cast(case offers.score when 'good' then 1 when 'bad' then 0 end as {{ type_double() }}) as score,
        0 as scale_min,
        cast(1 as {{ type_double() }}) as scale_max,
        offers.loaded_at,
        offers.landed_file_name,
        offers.landed_line_number
    from offers
    left join rated_tickets
        on
            rated_tickets.source_system = offers.source_system
            and rated_tickets.ticket_id = offers.ticket_id
    where rated_tickets.ticket_id is null

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
