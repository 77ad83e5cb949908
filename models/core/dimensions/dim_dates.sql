with

-- The calendar begins with whatever landed first. A ticket's messages and events do not begin before it.
starts as (
    select created_at as started_at from {{ accepted(ref('int_tickets_judged')) }} as tickets
    union all
    select started_at from {{ accepted(ref('int_chats_judged')) }} as chats
    union all
    select started_at from {{ accepted(ref('int_calls_judged')) }} as calls
    union all
    select sent_at as started_at from {{ accepted(ref('int_surveys_judged')) }} as surveys
    union all
    select started_at from {{ accepted(ref('int_self_service_sessions_judged')) }} as self_service_sessions
    union all
    select started_at from {{ accepted(ref('int_agent_shifts_judged')) }} as agent_shifts
    union all
    select assigned_at as started_at from {{ accepted(ref('int_agent_training_judged')) }} as agent_training
    union all
    select cast(cost_month as timestamp) as started_at from {{ accepted(ref('int_costs_judged')) }} as costs
),

bounds as (
    select
        cast(min(starts.started_at) as date) as first_date,
        max(cast(cutoff.as_of as date)) as last_date,
        {{ reporting_date('min(starts.started_at)') }} as first_reported_date,
        {{ reporting_date('max(cutoff.as_of)') }} as last_reported_date
    from starts
    cross join {{ ref('stg_landing__as_of') }} as cutoff
    where starts.started_at <= cutoff.as_of
),

-- Numbers 1 to 32768: ninety years of days.
numbers as (
    {{ whole_numbers(32768) }}
),

-- One day more on either side: a zone's day reaches beyond that of UTC.
dates as (
    select
        cast({{ dbt.dateadd('day', 'numbers.generated_number - 2', 'bounds.first_date') }} as date) as date_day,
        bounds.first_reported_date,
        bounds.last_reported_date
    from numbers
    inner join bounds
        on {{ dbt.dateadd('day', 'numbers.generated_number - 2', 'bounds.first_date') }}
            <= {{ dbt.dateadd('day', 1, 'bounds.last_date') }}
)

select
    date_day,
    {{ reporting_midnight('date_day') }} as starts_at,
    cast({{ dbt.date_trunc('week', 'date_day') }} as date) as week_start_date,
    cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month_start_date,
    cast({{ dbt.date_trunc('quarter', 'date_day') }} as date) as quarter_start_date,
    {{ iso_weekday('date_day') }} as iso_weekday,
    {{ iso_weekday('date_day') }} >= 6 as is_weekend,
    date_day >= first_reported_date and date_day <= last_reported_date as is_reported
from dates
