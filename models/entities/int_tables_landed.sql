{#- The landing tables that brought rows: a KPI without one of its sources has no value, and says so. -#}
{% for table_name in landing_keys() -%}
select '{{ table_name }}' as table_name
where exists (select landed.landed_line_number from {{ landed(table_name) }} as landed)
{{ 'union all' if not loop.last }}
{% endfor %}
