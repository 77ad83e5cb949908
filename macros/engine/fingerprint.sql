{#
    One number for all rows of a relation's group, whatever their order; other rows give another. But to DuckDB a decimal
    0 is the same as the next one below, -0.000001: its hash of both is 0.
#}
{% macro fingerprint(relation) -%}
    {{ return(adapter.dispatch('fingerprint')(relation)) }}
{%- endmacro %}

{% macro default__fingerprint(relation) -%}
    sum(cast(hash_record_extended({{ relation }}, 0) as numeric(38, 0)))
{%- endmacro %}

{% macro duckdb__fingerprint(relation) -%}
    sum(cast(hash({{ relation }}) as hugeint))
{%- endmacro %}

{% macro spark__fingerprint(relation) -%}
    sum(cast(xxhash64({{ relation }}.*) as decimal(38, 0)))
{%- endmacro %}
