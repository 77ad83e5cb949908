{#- The comparison by month of creation and metric, over tickets of which both have a number; how many differ, and by what. -#}
{% set reasons = [
    'rounding', 'no_number_of_ours', 'not_counted', 'not_landed', 'not_by_definition', 'begun_by_agent',
    'customer_wrote_later', 'unanswered_by_us', 'new_conversation', 'solve_that_lasted', 'not_solved_for_us',
    'still_waiting', 'hours_in_force', 'several_schedules', 'chat_is_one_reply', 'opening_comment',
    'reopened_by_rule_of_a_day', 'zero_replies', 'other_rule',
] -%}
with

compared as (
    select
        *,
        coalesce(vendor_landed_value, vendor_value) as vendor_number
    from {{ ref('zendesk_comparison') }}
)

select
    source_system,
    month,
    metric,
    unit,
    count(*) as ticket_count,
    count(vendor_number) as vendor_count,
    count(our_value) as our_count,
    avg(vendor_number) as vendor_mean,
    {{ percentile('vendor_number', 0.5) }} as vendor_median,
    avg(our_value) as our_mean,
    {{ percentile('our_value', 0.5) }} as our_median,
    count(case when vendor_landed_value is not null then 1 end) as landed_count,
    count(case when abs(vendor_landed_value - vendor_value) > case when unit = 'minutes' then 1.5 else 0 end then 1 end)
    as landed_otherwise_count,
    count(case when reason is null and difference is not null then 1 end) as equal_count,
    {% for reason in reasons -%}
    count(case when reason = '{{ reason }}' then 1 end) as {{ reason }}_count{{ ',' if not loop.last }}
    {% endfor -%}
from compared
group by source_system, month, metric, unit
