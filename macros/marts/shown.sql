{# A number in its unit, as text for a message. #}
{% macro shown(number, unit) -%}
    case {{ unit }}
        when 'ratio' then {{ rounded(number, 100, 1) }} || ' %'
        when 'seconds' then {{ rounded(number, 1, 0) }} || ' s'
        when 'count' then {{ rounded(number, 1, 0) }}
        when 'points' then {{ rounded(number, 1, 1) }}
        else {{ rounded(number, 1, 2) }}
    end
{%- endmacro %}

{# Rounded half up to so many places, always shown. #}
{% macro rounded(number, scale, places) -%}
    cast(
        cast(round(cast({{ scale }} * ({{ number }}) as decimal(28, 6)), {{ places }}) as decimal(28, {{ places }}))
        as {{ dbt.type_string() }}
    )
{%- endmacro %}
