{#- Tickets completed by their due date (catalogue K06). Anchor: the due date; open and overdue is a miss. -#}
with

tickets as (
    select * from {{ ref('int_tickets_classified') }}
    where due_at is not null
)

select
    {{ reporting_date('due_at') }} as kpi_date,
    {{ kpi_dimensions() }},
    {{ count_if('is_due') }} as due_ticket_count,
    {{ count_if('is_due and is_completed_by_due_date') }} as completed_by_due_date_count,
    {{ count_if('is_not_yet_due') }} as not_yet_due_count,
    {{ count_if('not is_due and not is_not_yet_due') }} as due_excluded_count
from tickets
group by
    1,
    2,
    3,
    4,
    5
