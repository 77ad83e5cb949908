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
    from {{ landed('costs') }} as landed
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
),

superseded as (
    {{ superseded_rows('costs') }}
)

select
    checked.cost_month,
    {{ our_word('pool', as_column='cost_pool') }},
    checked.pool as landed_pool,
    checked.team,
    {{ our_word('channel') }},
    checked.amount,
    checked.currency,
    checked.loaded_at,
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(checked.row_defect, superseded.row_defect) as row_defect,
    cast(null as {{ dbt.type_string() }}) as value_defects,
    {{ word_defects(['pool', 'channel']) }}
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
{{ join_words('pool', 'cost_pool') }}
{{ join_words('channel', 'channel') }}
