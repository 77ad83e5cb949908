with

cutoff as (
    select as_of from {{ ref('stg_landing__as_of') }}
),

trimmed as (
    select
        {{ trimmed('landed.agent_id') }} as agent_id,
        coalesce({{ trimmed('landed.source_system') }}, 'default') as source_system,
        {{ trimmed('landed.team') }} as team,
        coalesce(landed.is_bot, false) as is_bot,
        landed.hired_at,
        {{ within_its_day('left_at', after=['hired_at']) }},
        landed.hourly_cost,
        landed.max_concurrent_chats,
        landed.landed_file_name,
        landed.landed_line_number,
        cutoff.as_of
    from {{ landed('agents') }} as landed
    cross join cutoff
    {{ join_days('agents', ['left_at']) | indent(4) }}
),

-- A row is refused for its first broken rule.
checked as (
    select
        *,
        case
            when agent_id is null then {{ defect('agent_id', 'missing') }}
        end as row_defect,
        {{ instant_defect('hired_at') }} as hired_at_defect,
        {{ instant_defect('left_at', not_before='hired_at', planned=true) }} as left_at_defect,
        {{ range_defect('hourly_cost', 0) }} as hourly_cost_defect,
        {{ range_defect('max_concurrent_chats', 0) }} as max_concurrent_chats_defect
    from trimmed
),

superseded as (
    {{ superseded_rows('agents', has_load_time=false) }}
)

select
    checked.agent_id,
    checked.source_system,
    checked.team,
    checked.is_bot,
    {{ sound('hired_at') }},
    {{ sound('left_at') }},
    {{ sound('hourly_cost') }},
    {{ sound('max_concurrent_chats') }},
    checked.landed_file_name,
    checked.landed_line_number,
    coalesce(checked.row_defect, superseded.row_defect) as row_defect,
    {{ value_defects(['hired_at', 'left_at', 'hourly_cost', 'max_concurrent_chats']) }},
    cast(null as {{ dbt.type_string() }}) as word_defects
from checked
left join superseded
    on
        superseded.landed_line_number = checked.landed_line_number
        and superseded.landed_file_name = checked.landed_file_name
