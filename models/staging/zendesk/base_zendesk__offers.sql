{#- Offers to rate a ticket, as its history has them: a mark belongs to the offer before it, and the last one counts. -#}
with

marks as (
    select
        *,
        greatest(sum(case when new_value = 'offered' then 1 else 0 end) over (
            partition by source_system, ticket_id
            order by changed_at, landed_file_name, landed_line_number
        ), 1) as offer_number
    from {{ ref('base_zendesk__changes') }}
    where field_name = 'satisfaction_score' and new_value in ('offered', 'good', 'bad')
),

ranked as (
    select
        *,
        case when new_value in ('good', 'bad') then changed_at end as marked_at,
        row_number() over (
            partition by source_system, ticket_id, offer_number
            order by changed_at, landed_file_name, landed_line_number
        ) as mark_rank
    from marks
)

select
    source_system,
    ticket_id,
    cast(offer_number as integer) as offer_number,
    min(changed_at) as sent_at,
    max(marked_at) as responded_at,
    {{ value_at_latest("case when marked_at is not null then new_value end", "marked_at") }} as score,
    max(loaded_at) as loaded_at,
    max(case when mark_rank = 1 then landed_file_name end) as landed_file_name,
    max(case when mark_rank = 1 then landed_line_number end) as landed_line_number
from ranked
group by source_system, ticket_id, offer_number
