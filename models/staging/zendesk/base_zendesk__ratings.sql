{#-
    Ratings of tickets: as Zendesk keeps them, where it does; of other tickets as their history has it, one for each offer. The last mark
    counts.
-#}
with

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
    select
        t.source_system,
        rating_id,
        ticket_id,
        score,
        created_at,
        updated_at,
        loaded_at,
        landed_file_name,
        landed_line_number
    from {{ vendor_table('zendesk', table) }} as t
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

rated_tickets as (
    select distinct
        source_system,
        ticket_id
from ratings
)

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
