{# good inside the band; warn up to the value warn above it, and as far below the band as warn lies above it; else bad. #}
{% macro band_status(actual, low, high, warn) -%}
    case
        when {{ actual }} between {{ low }} and {{ high }} then 'good'
        when {{ actual }} > {{ low }} - ({{ warn }} - {{ high }}) and {{ actual }} < {{ warn }} then 'warn'
        else 'bad'
    end
{%- endmacro %}

{# 0 at worst, 100 at best, in between on the line; worst may be the greater of the two. #}
{% macro line_score(actual, worst, best) -%}
    100 * least(greatest(({{ worst }} - {{ actual }}) / nullif({{ worst }} - {{ best }}, 0), 0), 1)
{%- endmacro %}

{# 100 inside the band, down to 0 at the outer bounds. #}
{% macro band_score(actual, band_low, band_high, outer_low, outer_high) -%}
    case
        when {{ actual }} < {{ band_low }} then {{ line_score(actual, outer_low, band_low) }}
        when {{ actual }} > {{ band_high }} then {{ line_score(actual, outer_high, band_high) }}
        else 100
    end
{%- endmacro %}
