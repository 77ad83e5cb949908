{#- Names of groups, brands and ticket forms; deleted ones keep theirs, since tickets keep them. The newest version of each. -#}
with

landed as (
    {%- for table, kind, key in [
        ('group', 'group', 'group_id'), ('groups', 'group', 'group_id'), ('brand', 'brand', 'brand_id'), ('brands', 'brand', 'brand_id'),
    ] %}
    select
        t.source_system,
        '{{ kind }}' as kind,
{{ key }} as name_id,
        name,
        loaded_at as changed_at
    from {{ vendor_table('zendesk', table) }} as t

    union all
    {% endfor %}

    select
        t.source_system,
        'form' as kind,
        ticket_form_id as name_id,
        name,
        updated_at as changed_at
    from {{ vendor_table('zendesk', 'ticket_form_history') }} as t

    union all

    select
        t.source_system,
        'form' as kind,
        ticket_form_id as name_id,
        name,
        updated_at as changed_at
    from {{ vendor_table('zendesk', 'ticket_forms') }} as t
)

select
    source_system,
    kind,
    name_id,
    coalesce({{ value_at_latest('name', 'changed_at') }}, max(name)) as name
from landed
group by source_system, kind, name_id
