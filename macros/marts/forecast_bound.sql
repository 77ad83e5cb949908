{#
    A bound of a forecast from its backtest's misses in roots of the day's forecast, of which a part may be over;
    contacts cannot be fewer than none.
#}
{% macro forecast_bound(forecast, miss, share_left='1') -%}
    greatest({{ forecast }} + {{ miss }} * sqrt(greatest({{ forecast }}, 1.0 * {{ share_left }})), 0.0)
{%- endmacro %}
