{#- What the customer came with next, about something else or after a rest: the issue that this one may have led to. -#}
with

issues as (
    select * from {{ ref('fct_issues') }}
)

select
    issue_id,
    lead(topic) over (partition by customer_id order by started_at, issue_id) as next_issue_topic,
    lead(started_at) over (partition by customer_id order by started_at, issue_id) as next_issue_started_at
from issues
