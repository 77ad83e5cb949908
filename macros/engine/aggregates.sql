{# The value known last: where the sort key is greatest, of rows that have both; ties go to the greatest value. #}
{% macro value_at_latest(value, sort_key) -%}
    {{ return(adapter.dispatch('value_at_latest')(value, sort_key)) }}
{%- endmacro %}

{% macro default__value_at_latest(value, sort_key) -%}
    (array_agg({{ value }} order by {{ sort_key }} desc, {{ value }} desc)
        filter (where {{ value }} is not null and {{ sort_key }} is not null))[1]
{%- endmacro %}

{# Passes over rows whose value is NULL. #}
{% macro duckdb__value_at_latest(value, sort_key) -%}
    arg_max(case when {{ sort_key }} is not null then {{ value }} end, ({{ sort_key }}, {{ value }}))
{%- endmacro %}

{# Passes over rows whose sort key is NULL. #}
{% macro spark__value_at_latest(value, sort_key) -%}
    max_by({{ value }}, case when {{ value }} is not null and {{ sort_key }} is not null then struct({{ sort_key }}, {{ value }}) end)
{%- endmacro %}

{# Eight-byte floating point: dbt's own type_float is four bytes on DuckDB. #}
{% macro type_double() -%}
    {{ return(adapter.dispatch('type_double')()) }}
{%- endmacro %}

{% macro default__type_double() -%}double precision{%- endmacro %}

{% macro duckdb__type_double() -%}double{%- endmacro %}

{% macro spark__type_double() -%}double{%- endmacro %}

{# The continuous percentile: interpolated between the two neighbours. #}
{% macro percentile(expression, fraction) -%}
    {{ return(adapter.dispatch('percentile')(expression, fraction)) }}
{%- endmacro %}

{% macro default__percentile(expression, fraction) -%}
    percentile_cont({{ fraction }}) within group (order by {{ expression }})
{%- endmacro %}

{# Of decimals it would give a decimal, with no more places than they have. #}
{% macro duckdb__percentile(expression, fraction) -%}
    quantile_cont(cast({{ expression }} as double), {{ fraction }})
{%- endmacro %}

{% macro spark__percentile(expression, fraction) -%}
    percentile({{ expression }}, {{ fraction }})
{%- endmacro %}

{# The median, p90 or maximum of a column. #}
{% macro quantile(column, name) -%}
    {{ return(adapter.dispatch('quantile')(column, name)) }}
{%- endmacro %}

{% macro default__quantile(column, name) -%}
    {{ 'max(' ~ column ~ ')' if name == 'maximum' else percentile(column, {'median': 0.5, 'p90': 0.9}[name]) }}
{%- endmacro %}

{# DuckDB keeps all values of a group; where it is always asked for both, it keeps them once. #}
{% macro duckdb__quantile(column, name) -%}
    {{ 'max(' ~ column ~ ')' if name == 'maximum' else percentile(column, [0.5, 0.9]) ~ {'median': '[1]', 'p90': '[2]'}[name] }}
{%- endmacro %}

{# A number to so many decimals; a half goes up, and so does a double that the machine puts a breath under a half. #}
{% macro rounded_decimal(expression, places=6) -%}
    cast({{ expression }} + 1e-{{ places + 3 }} as decimal(38, {{ places }}))
{%- endmacro %}

{# A sum that does not depend on the order of its rows: to the sixth decimal, as doubles alone would not be. #}
{% macro exact_sum(expression) -%}
    sum({{ rounded_decimal(expression) }})
{%- endmacro %}

{% macro exact_sum_as_double(expression) -%}
    cast({{ exact_sum(expression) }} as {{ type_double() }})
{%- endmacro %}

{# The same for shares and their effects: to the twelfth decimal, over a window if one is named. #}
{% macro finest_sum(expression, window=none) -%}
    cast(sum(cast({{ expression }} as decimal(38, 12))) {{ 'over ' ~ window if window }} as {{ type_double() }})
{%- endmacro %}

{# A number to so many decimals: the last digits of a long calculation are the machine's. #}
{% macro to_decimals(expression, places=6) -%}
    cast({{ rounded_decimal(expression, places) }} as {{ type_double() }})
{%- endmacro %}

{# The whole numbers from 1; dbt's own are floating on some engines. #}
{% macro whole_numbers(upper_bound) -%}
    select cast(generated_number as bigint) as generated_number
    from ({{ dbt.generate_series(upper_bound) }}) as numbers
{%- endmacro %}
