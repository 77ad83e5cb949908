{{ config(materialized='view') }}
{#- Whether the customer's next issue, about another topic, followed within next_issue_days. -#}
with

issues as (
    select * from {{ ref('fct_issues') }}
),

-- The customer's next issue.
next_issues as (
    select
        issue_id,
        lead(topic) over (partition by customer_id order by started_at, issue_id) as next_issue_topic,
        lead(started_at) over (partition by customer_id order by started_at, issue_id) as next_issue_started_at
    from issues
)

select
    issues.issue_id,
    issues.topic,
    next_issues.next_issue_topic,
    -- Of a phone number that a family shares, it is not known whose the next issue is.
    customers.identity_evidence <> 'phone'
    and issues.topic is not null
    and cutoff.as_of >= {{ dbt.dateadd('day', var('next_issue_days'), 'issues.ended_at') }} as is_follow_counted,
    coalesce(
        next_issues.next_issue_topic <> issues.topic
        and next_issues.next_issue_started_at <= {{ dbt.dateadd('day', var('next_issue_days'), 'issues.ended_at') }}, false
    ) as is_followed
from issues
cross join {{ ref('stg_landing__as_of') }} as cutoff
inner join next_issues on next_issues.issue_id = issues.issue_id
inner join {{ ref('dim_customers') }} as customers on customers.customer_id = issues.customer_id
