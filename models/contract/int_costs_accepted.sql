with

valid as (
    select *
    from {{ ref('stg_landing__costs') }}
    where row_defect is null
)

select
    valid.cost_month,
    {{ our_word('pool', as_column='cost_pool') }},
    valid.pool as landed_pool,
    valid.team,
    {{ our_word('channel') }},
    valid.amount,
    valid.currency,
    valid.loaded_at,
    valid.landed_file_name,
    valid.landed_line_number,
    valid.value_defects,
    {{ word_defects(['pool', 'channel']) }}
from valid
{{ join_words('pool', 'cost_pool') }}
{{ join_words('channel', 'channel') }}
where {{ not_refused('costs') }}
