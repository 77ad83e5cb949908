{#-
    Changes of fields as they landed: Fivetran's history, the updates of the API, or dlt's. A view: the longest table is written once,
    by its reader.
-#}
{{ config(materialized='view') }}
{% set by_whom_and_when -%}
    author_id,
    via_channel,
    changed_at,
    loaded_at,
    landed_file_name,
    landed_line_number
{%- endset -%}
select
    t.source_system,
    ticket_id,
    field_name,
    new_value,
    cast(null as {{ dbt.type_string() }}) as landed_previous_value,
    cast(null as {{ dbt.type_string() }}) as event_id,
    {{ by_whom_and_when }}
from {{ vendor_table('zendesk', 'ticket_field_history') }} as t

union all

select
    t.source_system,
    ticket_id,
    field_name,
    new_value,
    previous_value as landed_previous_value,
    event_id,
    {{ by_whom_and_when }}
from {{ vendor_table('zendesk', 'ticket_audits__events') }} as t
where event_type in ('Create', 'Change')

-- dlt's events have a column for each field; those with a value are the fields that were set.
{% for field in ['status', 'assignee_id', 'group_id', 'priority', 'requester_id', 'satisfaction_score'] %}
union all

select
    t.source_system,
    ticket_id,
    '{{ field }}' as field_name,
    {{ field }} as new_value,
    previous_value as landed_previous_value,
    event_id,
    {{ by_whom_and_when }}
from {{ vendor_table('zendesk', 'ticket_events__child_events') }} as t
where {{ field }} is not null
{% endfor -%}
