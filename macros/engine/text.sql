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
    the same, then hashes: its 32 characters stay as they are. Nobody dials the (0) behind a country's code, nor the .0 of a float.
#}
{% macro phone_digits(column) -%}
    {%- set dialled -%}
        case
            when {{ column }} like '%+%(0)%' or {{ column }} like '00%(0)%' then replace({{ column }}, '(0)', '')
            when {{ column }} like '%.0' and length({{ digits_only(column) }}) = length({{ column }}) - 1
                then substr({{ column }}, 1, length({{ column }}) - 2)
            else {{ column }}
        end
    {%- endset -%}
    case
        when length({{ column }}) = 32 then {{ column }}
        when length({{ digits_only(dialled) }}) < 6 then null
        when {{ digits_only(dialled) }} like '00%' then substr({{ digits_only(dialled) }}, 3)
        else {{ digits_only(dialled) }}
    end
{%- endmacro %}
