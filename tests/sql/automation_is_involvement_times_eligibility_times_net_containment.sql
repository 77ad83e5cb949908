{#-
    On one cohort, taken from the fact: countable conversations whose window has passed. A bot's outcome that were
    decided earlier or later than the contacts it is compared with would break the product.
-#}
with

cohort as (
    select
        cast({{ dbt.date_trunc('month', 'conversations.conversation_date') }} as date) as month_start_date,
        cast(count(*) as {{ type_double() }}) as countable_count,
        cast(count(conversations.bot_outcome) as {{ type_double() }}) as bot_involved_count,
        cast(count(case when tree.is_eligible then 1 end) as {{ type_double() }}) as eligible_count
    from {{ ref('fct_conversations') }} as conversations
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    left join {{ ref('bot_outcome_tree') }} as tree on tree.bot_outcome = conversations.bot_outcome
    where
        conversations.is_countable
        and cutoff.as_of >= {{ hours_after('conversations.ended_at', var('issue_window_hours')) }}
    group by 1
),

published as (
    select
        period_start,
        max(case when kpi_id = 'automation_rate' then value end) as automation_rate,
        max(case when kpi_id = 'containment_rate_net' then value end) as net_containment_rate
    from {{ ref('kpi_values') }}
    where kpi_id in ('automation_rate', 'containment_rate_net') and grain = 'month' and slice = 'all'
    group by 1
)

select
    published.period_start,
    published.automation_rate,
    cohort.bot_involved_count / cohort.countable_count * (cohort.eligible_count / cohort.bot_involved_count)
    * published.net_containment_rate as product
from published
inner join cohort on cohort.month_start_date = published.period_start
where
    published.automation_rate is not null
    and published.net_containment_rate is not null
    and abs(
        published.automation_rate
        - cohort.bot_involved_count / cohort.countable_count * (cohort.eligible_count / cohort.bot_involved_count)
        * published.net_containment_rate
    ) > 1e-9
