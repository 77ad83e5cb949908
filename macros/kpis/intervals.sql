{# 95 % intervals. z is the normal distribution's 97.5th percentile. #}
{% macro z_95() -%}1.959963985{%- endmacro %}

{# Wilson's interval of a proportion k of n; side is -1 or 1. Where k is 0 or n, one end is exact, and rounding must not pass it. #}
{% macro wilson_bound(k, n, side) -%}
    case
        when {{ k }} = {{ 0 if side < 0 else n }} and {{ n }} > 0 then {{ '0.0' if side < 0 else '1.0' }}
        else ({{ k }} / {{ n }} + {{ z_95() }} * {{ z_95() }} / (2 * {{ n }})
            + {{ side }} * {{ z_95() }} * sqrt(greatest(
                {{ k }} / {{ n }} * (1 - {{ k }} / {{ n }}) / {{ n }} + {{ z_95() }} * {{ z_95() }} / (4 * {{ n }} * {{ n }}), 0
            ))) / (1 + {{ z_95() }} * {{ z_95() }} / {{ n }})
    end
{%- endmacro %}

{# The normal interval of a mean from its sum, sum of squares and n; NPS too, as the mean of -1, 0 and 1. #}
{% macro mean_bound(total, total_squared, n, side) -%}
    ({{ total }} / {{ n }} + {{ side }} * {{ z_95() }} * sqrt(greatest(
        {{ total_squared }} / {{ n }} - {{ total }} / {{ n }} * {{ total }} / {{ n }}, 0
    ) / {{ n }}))
{%- endmacro %}
