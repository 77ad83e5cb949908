{#
    A number in its unit, as text for a message: a time in its largest unit that it fills. Where it reads like `beside`, with
    which it is compared, but is another, it has two places more.
#}
{% macro shown(number, unit, beside) -%}
    case
        when {{ number }} <> {{ beside }} and {{ in_unit(number, unit, 0) }} = {{ in_unit(beside, unit, 0) }}
            then {{ in_unit(number, unit, 2) }}
        else {{ in_unit(number, unit, 0) }}
    end
{%- endmacro %}

{# The same, with so many places more than usual. #}
{% macro in_unit(number, unit, more) -%}
    case
        when {{ unit }} = 'ratio' then {{ rounded(number, 100, 1 + more) }} || ' %'
        when {{ unit }} = 'seconds' and abs({{ number }}) >= 86400 then {{ rounded(number, '1.0 / 86400', 1 + more) }} || ' d'
        when {{ unit }} = 'seconds' and abs({{ number }}) >= 3600 then {{ rounded(number, '1.0 / 3600', 1 + more) }} || ' h'
        when {{ unit }} = 'seconds' and abs({{ number }}) >= 60 then {{ rounded(number, '1.0 / 60', 1 + more) }} || ' min'
        when {{ unit }} = 'seconds' then {{ rounded(number, 1, 1 + more) }} || ' s'
        when {{ unit }} = 'count' then {{ rounded(number, 1, more) }}
        when {{ unit }} = 'points' then {{ rounded(number, 1, 1 + more) }}
        else {{ rounded(number, 1, 2 + more) }}
    end
{%- endmacro %}

{# Rounded half up to so many places, always shown. #}
{% macro rounded(number, scale, places) -%}
    cast(
        cast(round(cast({{ scale }} * ({{ number }}) as decimal(28, 6)), {{ places }}) as decimal(28, {{ places }}))
        as {{ dbt.type_string() }}
    )
{%- endmacro %}
