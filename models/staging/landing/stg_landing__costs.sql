with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        landed.cost_month,
        {{ trimmed('landed.pool') }} as pool,
        {{ trimmed('landed.team') }} as team,
        {{ trimmed('landed.channel') }} as channel,
        landed.amount,
        {{ trimmed('landed.currency') }} as currency,
        landed.loaded_at,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ source('landing', 'costs') }} as landed
    cross join cutoff
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when cost_month is null then {{ defect('cost_month', 'missing') }}
            when pool is null then {{ defect('pool', 'missing') }}
            when amount is null then {{ defect('amount', 'missing') }}
            when cost_month < date '1990-01-01' then {{ defect('cost_month', 'before_1990') }}
            when cost_month > as_of then {{ defect('cost_month', 'after_cutoff') }}
        end as row_defect
    from trimmed
)

select
    cost_month,
    pool,
    team,
    channel,
    amount,
    currency,
    loaded_at,
    landed_file_name,
    landed_line_number,
    row_defect,
    cast(null as {{ dbt.type_string() }}) as value_defects
from checked
