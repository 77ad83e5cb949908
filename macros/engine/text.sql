{# Engine differences in text functions, and keys made of text. #}

{# A stable key: 16 hexadecimal digits of the md5 of the parts. NULL parts count as empty. #}
{% macro stable_id(parts) -%}
    substr(md5(
        {%- for part in parts -%}
            coalesce(cast({{ part }} as {{ dbt.type_string() }}), '')
            {%- if not loop.last %} || '|' || {% endif -%}
        {%- endfor -%}
    ), 1, 16)
{%- endmacro %}

{# The digits of a text. #}
{% macro digits_only(text) -%}
    {{ return(adapter.dispatch('digits_only')(text)) }}
{%- endmacro %}

{% macro default__digits_only(text) -%}
    regexp_replace({{ text }}, '[^0-9]', '', 'g')
{%- endmacro %}

{% macro spark__digits_only(text) -%}
    regexp_replace({{ text }}, '[^0-9]', '')
{%- endmacro %}

{# Trimmed of blanks, those of Unicode too, and NULL where nothing is left. #}
{% macro trimmed(column) -%}
    {{ return(adapter.dispatch('trimmed')(column)) }}
{%- endmacro %}

{% macro default__trimmed(column) -%}
    {%- set blanks =
        ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000' -%}
    nullif(trim(both '{{ blanks }}' from {{ column }}), '')
{%- endmacro %}

{% macro duckdb__trimmed(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}

{#
    A telephone number as bare international digits; NULL under six digits, which is nobody's number. The loader does
    the same, then hashes: its 32 characters stay as they are.
#}
{% macro phone_digits(column) -%}
    case
        when length({{ column }}) = 32 then {{ column }}
        when length({{ digits_only(column) }}) < 6 then null
        when {{ digits_only(column) }} like '00%' then substr({{ digits_only(column) }}, 3)
        else {{ digits_only(column) }}
    end
{%- endmacro %}
