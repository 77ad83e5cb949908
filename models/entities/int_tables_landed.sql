{#- The landing tables that brought rows: a KPI without one of its sources has no value, and says so. -#}
{% for table_name in landing_keys() -%}
select '{{ table_name }}' as table_name
where exists (select 1 from {{ landed(table_name) }})
{{ 'union all' if not loop.last }}
{% endfor %}
