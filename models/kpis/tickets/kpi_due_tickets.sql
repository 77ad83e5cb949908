{#- Tickets completed by their due date. Anchor: the due date; open and overdue is a miss. -#}
with

tickets as (
    select * from {{ ref('int_tickets_classified') }}
    where due_at is not null
)

select
    {{ reporting_date('due_at') }} as kpi_date,
    {{ kpi_dimensions() }},
    count(case when is_due then 1 end) as due_ticket_count,
    count(case when is_due and is_completed_by_due_date then 1 end) as completed_by_due_date_count,
    count(case when is_not_yet_due then 1 end) as not_yet_due_count,
    count(case when not is_due and not is_not_yet_due then 1 end) as due_excluded_count
from tickets
group by 1, 2, 3, 4, 5, 6
