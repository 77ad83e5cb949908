{#- Days on which a holiday of any calendar falls, or that a promotion covers. -#}
with

holidays as (
    select * from {{ ref('business_holidays') }}
),

promotions as (
    select * from {{ ref('promotions') }}
),

-- A holiday of one country is another event than a holiday of two: named by its first and last calendar.
holiday_days as (
    select
        holiday_date as date_day,
        'holiday:' || min(calendar_id) || '-' || max(calendar_id) as event_key
    from holidays
    group by holiday_date
),

numbers as (
    {{ whole_numbers(400) }}
),

promotion_days as (
    select distinct
        cast({{ dbt.dateadd('day', 'numbers.generated_number - 1', 'promotions.first_date') }} as date) as date_day,
        promotions.promotion_id
    from promotions
    inner join numbers
        on {{ dbt.dateadd('day', 'numbers.generated_number - 1', 'promotions.first_date') }} <= promotions.last_date
)

select
    coalesce(promotion_days.date_day, holiday_days.date_day) as date_day,
    coalesce(holiday_days.event_key, 'promotion') as event_key,
    min(promotion_days.promotion_id) as promotion_id
from holiday_days
full outer join promotion_days on promotion_days.date_day = holiday_days.date_day
group by
    coalesce(promotion_days.date_day, holiday_days.date_day),
    coalesce(holiday_days.event_key, 'promotion')
