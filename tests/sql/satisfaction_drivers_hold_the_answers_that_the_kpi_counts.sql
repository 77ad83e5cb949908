-- The drivers leave out only answers without a conversation.
with

kpi as (
    select
        sum(csat_5_responses) as n,
        sum(csat_5_top_box) as top_box_count
    from {{ ref('kpi_experience') }}
),

drivers as (
    select
        count(*) as n,
        count(case when is_top_box then 1 end) as top_box_count
    from {{ ref('int_csat_driver_levels') }}
    where driver = 'channel'
),

without_conversation as (
    select count(*) as n
    from {{ ref('int_responses_classified') }}
    where is_response_counted and scale = 'csat_5' and conversation_id is null
)

select
    kpi.n as kpi_n,
    drivers.n as driver_n,
    without_conversation.n as left_out_n,
    kpi.top_box_count,
    drivers.top_box_count as driver_top_box_count
from kpi
cross join drivers
cross join without_conversation
where
    coalesce(kpi.n, 0) - drivers.n <> without_conversation.n
    or coalesce(kpi.top_box_count, 0) - drivers.top_box_count not between 0 and without_conversation.n
