with

weights as (
    select * from {{ ref('scorecard_weights') }}
),

kpi_groups as (
    select
        scorecard,
        kpi_group,
        min(group_weight) as group_weight,
        max(group_weight) as other_group_weight,
        sum(kpi_weight) as kpi_weight
    from weights
    group by scorecard, kpi_group
)

select
    scorecard,
    kpi_group,
    'weights of the group are not one number, or those of its KPIs do not sum to 1' as failure
from kpi_groups
where group_weight <> other_group_weight or abs(kpi_weight - 1) > 0.000001

union all

select
    scorecard,
    'total' as kpi_group,
    'weights of the groups do not sum to 1' as failure
from kpi_groups
group by scorecard
having abs(sum(group_weight) - 1) > 0.000001

union all

select
    scorecard,
    kpi_id as kpi_group,
    'has neither worst and best nor a band with outer bounds' as failure
from weights
where (worst is null or best is null) = (band_low is null or band_high is null or outer_low is null or outer_high is null)
