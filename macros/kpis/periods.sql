{#
    A daily run builds only the periods that changed. int_period_versions tells all that a period's KPIs rest on in one
    number, int_periods_changed holds those whose number is not what it was when all was built last.
#}

{# The grains that a KPI is valued at. #}
{% macro grains() -%}
    {{ return(['day', 'week', 'month']) }}
{%- endmacro %}

{# What an incremental model builds: every period, or those that changed, each with its days. #}
{% macro periods_to_build() -%}
    {%- set every, changed = ref('int_periods'), ref('int_periods_changed') -%}
    {{ return(changed if is_incremental() else every) }}
{%- endmacro %}

{# Whether a row's period is to be built. `changed` is the model that lists the changed ones. #}
{% macro is_period_to_build(relation, changed='int_periods_changed') -%}
    {%- set listed = ref(changed) -%}
    {%- if is_incremental() -%}
    exists (
        select 1
        from {{ listed }} as to_build
        where
            to_build.grain = {{ relation }}.grain
            and to_build.period_start = {{ relation }}.period_start
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# Before an incremental model adds the changed periods, their old rows go. #}
{% macro forget_changed_periods(changed='int_periods_changed') -%}
    {%- if is_incremental() -%}
    delete from {{ this }} where {{ is_period_to_build(this.identifier, changed) }}
    {%- endif -%}
{%- endmacro %}

{# What a week or month is compared with, and how far that lies back. #}
{% macro comparisons() -%}
    {{ return({
        'period_before': {'week': ('day', 7), 'month': ('month', 1)},
        'year_before': {'week': ('day', 364), 'month': ('month', 12)},
    }) }}
{%- endmacro %}

{# The period that a row's own is compared with, from the earlier one's side. #}
{% macro compared_period(comparison) -%}
    cast(case grain
        {%- for grain, (part, count) in comparisons()[comparison].items() %}
        when '{{ grain }}' then {{ dbt.dateadd(part, count, 'period_start') }}
        {%- endfor %}
    end as date)
{%- endmacro %}
