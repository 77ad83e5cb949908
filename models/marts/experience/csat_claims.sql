with

-- Weeks as a whole, and topics within months.
kpis as (
    select * from {{ ref('kpi_values') }}
    where
        kpi_id in ('csat_top_box', 'fcr_issue_48h')
        and value is not null
        and not is_small_n
        and ((grain = 'week' and slice = 'all') or (grain = 'month' and slice = 'topic'))
),

drivers as (
    select * from {{ ref('csat_drivers') }}
),

-- Each pair of a period's CSAT and FCR.
pairs as (
    select
        case csat.slice when 'all' then 'weeks' else 'topics and months' end as compared,
        fcr.value as x,
        csat.value as y
    from kpis as csat
    inner join kpis as fcr
        on
            fcr.kpi_id = 'fcr_issue_48h'
            and fcr.grain = csat.grain
            and fcr.period_start = csat.period_start
            and fcr.slice = csat.slice
            and coalesce(fcr.topic, '') = coalesce(csat.topic, '')
    where csat.kpi_id = 'csat_top_box'
),

sums as (
    select
        compared,
        count(*) as n,
        {{ exact_sum_as_double('x') }} as sum_x,
        {{ exact_sum_as_double('y') }} as sum_y,
        {{ exact_sum_as_double('x * x') }} as sum_xx,
        {{ exact_sum_as_double('y * y') }} as sum_yy,
        {{ exact_sum_as_double('x * y') }} as sum_xy
    from pairs
    group by compared
    having count(*) >= 10
),

squares as (
    select
        compared,
        n,
        sum_xx - sum_x * sum_x / n as s_xx,
        sum_yy - sum_y * sum_y / n as s_yy,
        sum_xy - sum_x * sum_y / n as s_xy
    from sums
),

slopes as (
    select
        compared,
        n,
        s_xy / nullif(s_xx, 0) as slope,
        sqrt(greatest(s_yy - s_xy * s_xy / nullif(s_xx, 0), 0.0) / (n - 2) / nullif(s_xx, 0)) as slope_error
    from squares
),

leaving as (
    select
        {{ count_if('is_satisfied') }} as n,
        {{ rate(count_if('is_satisfied and is_leaving'), count_if('is_satisfied')) }} as satisfied_rate,
        {{ rate(count_if('not is_satisfied and is_leaving'), count_if('not is_satisfied')) }} as other_rate,
        {{ count_if('not is_satisfied') }} as other_n
    from {{ ref('int_leaving_after_answers') }}
),

stayed as (
    select
        n,
        satisfied_rate - other_rate as effect,
        {{ z_95() }} * sqrt(
            satisfied_rate * (1 - satisfied_rate) / nullif(n, 0) + other_rate * (1 - other_rate) / nullif(other_n, 0)
        ) as half_width
    from leaving
),

measured as (
    select
        'one_point_fcr_is_one_point_csat' as claim_id,
        'One point more first contact resolution is one point more satisfaction' as claim,
        compared,
        n,
        1.0 as claimed_effect,
        slope as effect,
        slope - {{ z_95() }} * slope_error as ci_low,
        slope + {{ z_95() }} * slope_error as ci_high
    from slopes

    union all

    -- An answer's own FCR instead of a period's: what resolving one contact is worth.
    select
        case driver
            when 'first_contact_resolution' then 'one_point_fcr_is_one_point_csat'
            else 'satisfaction_drops_after_10_minutes'
        end as claim_id,
        case driver
            when 'first_contact_resolution' then 'One point more first contact resolution is one point more satisfaction'
            else 'Satisfaction drops when the first response takes more than 10 minutes'
        end as claim,
        'answers' as compared,
        n,
        case driver when 'first_contact_resolution' then 1.0 end as claimed_effect,
        adjusted_difference as effect,
        adjusted_difference_ci_low as ci_low,
        adjusted_difference_ci_high as ci_high
    from drivers
    where
        (driver = 'first_contact_resolution' and level = 'yes')
        or (driver = 'expected_response' and level = 'over 10 min')

    union all

    select
        'satisfied_customers_stay' as claim_id,
        'Satisfied customers ask to cancel less often afterwards' as claim,
        'answers' as compared,
        n,
        cast(null as {{ type_double() }}) as claimed_effect,
        effect,
        effect - half_width as ci_low,
        effect + half_width as ci_high
    from stayed
    where effect is not null
)

-- A claim of a size holds if the interval holds the size and not 0; a claim of a drop, if it lies wholly below 0.
select
    *,
    case
        when claimed_effect is null and ci_high < 0 then 'supported'
        when claimed_effect is null and ci_low > 0 then 'contradicted'
        when ci_low > claimed_effect or ci_high < claimed_effect then 'contradicted'
        when ci_low > 0 then 'supported'
        else 'undecided'
    end as verdict
from measured
